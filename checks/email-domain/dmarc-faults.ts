import type { Fault } from '../../src/core/verdict.ts';
import {
  type Applied,
  type Changes,
  corrected,
  type Dmarc,
  type DmarcRecord,
  isEnforced,
  isWeaker,
  type Step,
} from './dmarc-record.ts';

export type Flaw =
  | 'several'
  | 'leading-space'
  | 'apex-only'
  | 'none'
  | 'invalid'
  | 'p-missing'
  | 'policy-none'
  | 'test-mode'
  | 'sp-weaker'
  | 'np-weaker'
  | 'pct-below-100';

const ignoredWhy = {
  'leading-space': 'begins with a space',
  version: 'does not begin with v=DMARC1 and a semicolon, in these letters',
  'not-first': 'has v=DMARC1 behind another tag',
  'no-version': 'has no v=DMARC1',
} as const;

export const ignoredText = ({ text, why }: Step['ignored'][number]): string =>
  `"${text.slice(0, 100)}", which ${ignoredWhy[why]}`;

/** The worst first. */
export function faultsOf(dmarc: Dmarc, monitoring: boolean): Fault<Flaw>[] {
  const several = severalFault(dmarc);
  if (!dmarc.applied) return [several ?? missingFault(dmarc)];
  return [several, ...recordFaults(dmarc.applied, monitoring)].filter((fault) => fault !== null);
}

/** Several records are all discarded: at the domain itself that is a fault in any case, above it where none is found. */
function severalFault({ domain, walk, applied }: Dmarc): Fault<Flaw> | null {
  const step = walk.find(({ domain: at, count }) => count > 1 && (at === domain || !applied));
  if (!step) return null;
  const because = `_dmarc.${step.domain} has ${step.count} DMARC records, so receivers take none`;
  return { reason: 'several', because, fix: `leave one TXT record with v=DMARC1 at _dmarc.${step.domain}` };
}

function missingFault({ domain, walk, organizational, apex }: Dmarc): Fault<Flaw> {
  const own = walk.find((step) => step.domain === domain);
  const spaced = own?.ignored.find(({ why }) => why === 'leading-space');
  const ignored = spaced ?? own?.ignored[0];
  const publish = `publish ${example(organizational)}`;
  const trimmed = `publish _dmarc.${domain} TXT "${(spaced?.text ?? '').trim()}"`;
  if (ignored) {
    const reason = spaced ? 'leading-space' : 'invalid';
    return {
      reason,
      because: `receivers ignore _dmarc.${domain}: ${ignoredText(ignored)}`,
      fix: spaced ? trimmed : publish,
    };
  }
  const [stray] = apex ?? [];
  if (stray !== undefined) {
    const because = `the record is at ${domain} itself ("${stray.slice(0, 100)}"), where no receiver looks`;
    return { reason: 'apex-only', because, fix: `move it: _dmarc.${domain} TXT "${stray}"` };
  }
  const asked = walk.map((step) => `_dmarc.${step.domain}`).join(', ');
  return { reason: 'none', because: `there is no DMARC record at ${asked}`, fix: publish };
}

const example = (domain: string): string => corrected(domain, null, { p: 'quarantine', rua: `mailto:dmarc@${domain}` });

interface RecordFlaw {
  reason: Flaw;
  what: string;
  /** What the record needs in place of it. */
  changes: Changes;
}

/** Each flaw of the record, and one record that has none of them. */
function recordFaults(applied: Applied, monitoring: boolean): Fault<Flaw>[] {
  const { domain, record } = applied;
  const flaws = flawsOf(applied, monitoring);
  const changes = flaws.reduce<Changes>((all, flaw) => ({ ...all, ...flaw.changes }), {});
  const fix = `publish ${corrected(domain, record, { ...hidden(record, changes), ...changes })}`;
  return flaws.map(({ reason, what }, at) => ({ reason, because: at === 0 ? `_dmarc.${domain}: ${what}` : what, fix }));
}

/** What would be a flaw once the others are mended: t=y beside p=none, an sp below the new p. */
function hidden({ p, sp, np, testing }: DmarcRecord, changes: Changes): Changes {
  const policy = changes.p === 'reject' || changes.p === 'quarantine' ? changes.p : p;
  return {
    ...(testing ? { t: null } : {}),
    ...(isWeaker(sp, policy) ? { sp: null } : {}),
    ...(isWeaker(np, policy) ? { np: null } : {}),
  };
}

function flawsOf({ tag, policy, record }: Applied, monitoring: boolean): RecordFlaw[] {
  const { p, sp, np, pct, testing, invalid, duplicates, rua } = record;
  const strict = meantPolicy(record);
  const flaw = (applies: boolean, reason: Flaw, what: string, changes: Changes): RecordFlaw[] =>
    applies ? [{ reason, what, changes }] : [];
  const unread = invalid.filter((name) => ['p', 'sp', 'np'].includes(name));
  const broken = [...duplicates.map((name) => `${name}= stands twice`), ...unread.map((name) => valueOf(record, name))];
  const cleaned = Object.fromEntries(unread.map((name) => [name, name === 'p' ? strict : null]));
  const missing = p === null && !invalid.includes('p');
  const capital = record.tags.some(({ name }) => name === 'P');
  // p missing counts as none only where reports go somewhere; else receivers do nothing at all, not even report.
  const monitored = monitoring && (p !== null || rua.some(({ host }) => host !== null));
  const noPolicy = capital ? 'it has no p=: P= in capitals is another tag' : 'it has no p=';
  return [
    ...flaw(broken.length > 0, 'invalid', broken.join(', '), cleaned),
    ...flaw(missing && !monitored, 'p-missing', noPolicy, { p: strict, P: null }),
    ...flaw(record[tag] === 'none' && !monitored, 'policy-none', `${tag}=none asks receivers to do nothing`, {
      [tag]: strict,
    }),
    ...flaw(testing && isEnforced(policy), 'test-mode', `t=y asks receivers not to apply ${tag}=${policy ?? ''}`, {
      t: null,
    }),
    ...flaw(isWeaker(sp, p), 'sp-weaker', `sp=${sp ?? ''} is weaker than p=${p ?? ''}`, { sp: null }),
    ...flaw(isWeaker(np, p), 'np-weaker', `np=${np ?? ''} is weaker than p=${p ?? ''}`, { np: null }),
    ...flaw(pct !== null && pct < 100, 'pct-below-100', `pct=${pct ?? ''}, which receivers of old still honour`, {
      pct: null,
    }),
  ];
}

/** What p was meant to be, where it can be told: quarantine else, as the milder of the two that count. */
function meantPolicy({ p, tags }: DmarcRecord): 'quarantine' | 'reject' {
  const text = tags.find(({ name }) => name === 'p')?.value ?? '';
  return p === 'reject' || /^reject\b/i.test(text) ? 'reject' : 'quarantine';
}

function valueOf({ tags }: DmarcRecord, name: string): string {
  const value = tags.find((tag) => tag.name === name)?.value ?? '';
  return `${name}=${value.slice(0, 60)} is neither none, quarantine nor reject`;
}
