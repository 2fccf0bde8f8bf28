import type { Warning } from '../../src/core/verdict.ts';
import type { Facts } from '../../src/facts/index.ts';
import { type Tree, VOIDS } from './spf-tree.ts';

export type Doubt =
  | 'ptr'
  | 'after-all'
  | 'duplicate-include'
  | 'large-answer'
  | 'void-names'
  | 'not-aligned'
  | 'domain-assumed';

/** RFC 7208 section 3.4: an answer that fits into a plain DNS message by UDP. */
const SMALL = 512;

export function warningsOf({ trees, domain, envelope, aligned, assumed }: Facts['email.spf']): Warning<Doubt>[] {
  return [
    ...of('domain-assumed', assumed, `nobody names the sending domain, ${domain} is the site's: set email.domain`),
    ...of(
      'not-aligned',
      !aligned,
      `mail from ${domain} goes out as ${envelope}, which DMARC does not take for the same organisation`,
    ),
    ...trees.flatMap(ofTree),
  ];
}

function ofTree({ domain, nodes, duplicates, voids, voidNames }: Tree): Warning<Doubt>[] {
  const ptr = nodes.filter(({ mechanism }) => mechanism === 'ptr');
  const own = nodes.filter(({ depth, mechanism }) => depth === 0 || mechanism === 'redirect');
  const after = own.flatMap((node) => [...node.after, ...(node.outcome === 'ignored' ? [node.term] : [])]);
  const bytes = nodes[0]?.bytes ?? 0;
  return [
    ...of(
      'ptr',
      ptr.length > 0,
      `${domain}: ${list(ptr.map(({ term }) => term))} should not be used (RFC 7208 section 5.5)`,
    ),
    ...of('after-all', after.length > 0, `${domain}: ${list(after)} beside all counts for nothing`),
    ...of(
      'duplicate-include',
      duplicates.length > 0,
      `${domain} leads to ${list(duplicates)} more than once, which costs lookups each time`,
    ),
    ...of(
      'void-names',
      voids <= VOIDS && voidNames > VOIDS,
      `${domain}: mx leads to ${voidNames} names without an address; receivers that count each of them answer permerror`,
    ),
    ...of(
      'large-answer',
      bytes > SMALL,
      `the TXT answer of ${domain} has ${bytes} bytes, above ${SMALL} it may be cut on the way`,
    ),
  ];
}

const list = (terms: readonly string[]): string =>
  terms.slice(0, 5).join(', ') + (terms.length > 5 ? ` and ${terms.length - 5} more` : '');

const of = (reason: Doubt, applies: boolean, text: string): Warning<Doubt>[] => (applies ? [{ reason, text }] : []);
