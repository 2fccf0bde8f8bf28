import type { Fault } from '../../src/core/verdict.ts';
import { LOOKUPS, type Node, type Tree, VOIDS } from './spf-tree.ts';

export type Flaw =
  | 'multiple'
  | 'syntax'
  | 'permerror'
  | 'loop'
  | 'too-many-lookups'
  | 'too-many-voids'
  | 'none'
  | 'pass-all'
  | 'neutral-all'
  | 'no-all';

const MAX_NAMED = 6;

const named = (terms: readonly string[]): string =>
  terms.slice(0, MAX_NAMED).join(', ') + (terms.length > MAX_NAMED ? ` and ${terms.length - MAX_NAMED} more` : '');

/**
 * What stands against one domain's record, the worst first: all that makes receivers answer permerror before what is lax.
 * @param include the provider's, where it is known
 */
export function faultsOf(tree: Tree, include: string | null): Fault<Flaw>[] {
  const own = ownFault(tree, include);
  if (own) return [own];
  return [...brokenBelow(tree), ...loops(tree), ...tooMany(tree), ...lax(tree)];
}

function ownFault({ domain, result, nodes: [root] }: Tree, include: string | null): Fault<Flaw> | null {
  const because = root?.because ?? '';
  if (result === 'none') {
    const senders = include === null ? '-all with what sends for it before that' : `include:${include} -all`;
    const fix = `publish one TXT record at ${domain}: v=spf1 ${senders}`;
    return { reason: 'none', because, fix };
  }
  if (result !== 'permerror') return null;
  if (root?.outcome !== 'multiple') return { reason: 'syntax', because, fix: `correct the SPF record of ${domain}` };
  return {
    reason: 'multiple',
    because,
    fix: `put the terms of all SPF records of ${domain} into one, and delete the others`,
  };
}

const permerrors: readonly Node['outcome'][] = ['none', 'multiple', 'syntax', 'too-many-names'];

function brokenBelow({ domain, nodes }: Tree): Fault<Flaw>[] {
  const broken = nodes.filter(({ depth, outcome }) => depth > 0 && permerrors.includes(outcome));
  const [first] = broken;
  if (!first) return [];
  const because = `${domain} is a permerror: ${named(broken.map((node) => `${node.term}: ${node.because}`))}`;
  const fix =
    first.outcome === 'too-many-names'
      ? `put ip4: and ip6: terms in place of ${first.term}`
      : `take ${first.term} out, or have ${first.domain ?? 'it'} publish one valid SPF record`;
  return [{ reason: 'permerror', because, fix }];
}

function loops({ domain, nodes }: Tree): Fault<Flaw>[] {
  const found = nodes.filter(({ outcome }) => outcome === 'loop');
  if (found.length === 0) return [];
  const because = `${domain} leads in a circle: ${named(found.map(({ term, because: text }) => `${term}: ${text}`))}`;
  return [{ reason: 'loop', because, fix: `take out ${named(found.map(({ term }) => term))}` }];
}

/** The terms among which the lookups are shared out: the record's own, or those of the record that it redirects to. */
function shares({ nodes }: Tree): Node[] {
  const own = nodes.filter(({ depth }) => depth === 1);
  return own.length === 1 && own[0]?.mechanism === 'redirect' ? nodes.filter(({ depth }) => depth === 2) : own;
}

function tooMany(tree: Tree): Fault<Flaw>[] {
  const { domain, lookups, voids, nodes, truncated } = tree;
  const faults: Fault<Flaw>[] = [];
  if (lookups > LOOKUPS) {
    const costly = shares(tree).filter((node) => node.lookups > 0);
    costly.sort((a, b) => b.lookups - a.lookups);
    const cost = named(costly.map((node) => `${node.term} ${node.lookups}`));
    const because = `${domain} needs ${truncated ? 'at least ' : ''}${lookups} lookups, ${LOOKUPS} are allowed: ${cost}`;
    const most = costly[0]?.term ?? 'the largest';
    const fix = `take out what no longer sends for ${domain}, put ip4: and ip6: in place of a and mx, or send what ${most} is for from a sub-domain with a record of its own: ${lookups - LOOKUPS} too many`;
    faults.push({ reason: 'too-many-lookups', because, fix });
  }
  if (voids > VOIDS) {
    const empty = nodes.filter((node) => node.voids > 0 && (node.outcome === 'void' || node.outcome === 'found'));
    const because = `${domain} has ${voids} void lookups, ${VOIDS} are allowed: ${named(empty.map(({ term }) => term))}`;
    const fix = `take out or mend what leads nowhere: ${named(empty.map(({ term }) => term))}`;
    faults.push({ reason: 'too-many-voids', because, fix });
  }
  return faults;
}

function lax({ domain, open, all, endUnseen, nodes }: Tree): Fault<Flaw>[] {
  if (open.length > 0) {
    const because = `everybody may send as ${domain}: ${named(open.map((one) => `${one.term} of ${one.domain}`))}`;
    const terms = open.map(
      (one) => nodes.find(({ depth, domain: at }) => depth > 0 && at === one.domain)?.term ?? one.term,
    );
    return [{ reason: 'pass-all', because, fix: `take out ${named([...new Set(terms)])}; ${endIn(domain)}` }];
  }
  if (all?.qualifier === '?') {
    return [
      { reason: 'neutral-all', because: `${all.domain} ends in ?all, which says nothing`, fix: endIn(all.domain) },
    ];
  }
  const redirects = nodes.filter(({ mechanism }, index) => mechanism === 'redirect' && isOwn(nodes, index));
  const broken = redirects.some(({ outcome }) => outcome === 'loop' || permerrors.includes(outcome));
  if (all !== null || endUnseen || broken) return [];
  const last = redirects.at(-1)?.domain ?? domain;
  const whose = last === domain ? domain : `${domain}, which redirects to ${last},`;
  const because = `the record of ${whose} ends in no all, so whoever it does not name is neutral`;
  return [{ reason: 'no-all', because, fix: endIn(last) }];
}

const endIn = (domain: string): string => `end the record of ${domain} in -all, or ~all while you are watching reports`;

/** Whether a redirect stands in for the domain's own record: all above it are redirects too. */
function isOwn(nodes: readonly Node[], index: number): boolean {
  const depth = nodes[index]?.depth ?? 0;
  if (depth <= 1) return true;
  const above = nodes.slice(0, index).findLastIndex((node) => node.depth === depth - 1);
  return nodes[above]?.mechanism === 'redirect' && isOwn(nodes, above);
}
