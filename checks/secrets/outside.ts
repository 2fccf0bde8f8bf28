import type { Fault, Judgement, Warning } from '../../src/core/verdict.ts';
import type { Facts, Known } from '../../src/facts/index.ts';
import { counted, isAllowed, named } from './naming.ts';

type Tracked = Known<Facts['git.tracked-secrets']>;
type Assets = Known<Facts['secrets.assets']>;
type Leak = Facts['git.tracked-secrets']['leaks'][number];

export type Outside = 'tracked-secret' | 'tracked-env-file' | 'sent-value' | 'sent-format';

const leaksOf = (tracked: Tracked): readonly Leak[] => (tracked.state === 'known' ? tracked.value.leaks : []);
const placeOf = ({ file, line }: Leak): string => (line > 0 ? `${file}:${line}` : file);
const nameOf = ({ kind, key }: Leak): string => (kind === 'env-value' ? `the value of ${key}` : (key ?? kind));

/** Every secret that is somewhere else than in the env: sent to everybody first, then in the code. */
export function faultsOf(tracked: Tracked, assets: Assets, asOf: Date): Fault<Outside>[] {
  const leaks = leaksOf(tracked).filter((leak) => !isAllowed(leak, asOf));
  const sent = assets.state === 'known' ? assets.value.findings : [];
  const sentAs = (reason: Outside, own: typeof sent) =>
    fault(
      reason,
      own.map(({ url, line, key, what, masked, kind }) => ({
        where: `${url}:${line}`,
        what: `${kind === 'env-value' ? `the value of ${key}` : what} ${masked}`,
      })),
      'is sent to everybody',
      'rotate it, and read it on the server only ($env/dynamic/private)',
    );
  const inFiles = (reason: Outside, own: readonly Leak[]) =>
    fault(
      reason,
      own.map((leak) => ({
        where: placeOf(leak),
        what: nameOf(leak),
        ...(leak.fingerprint === null ? {} : { fingerprint: leak.fingerprint }),
      })),
      'in tracked files',
      'rotate it, take it out of the file, and read it from the environment',
    );
  return [
    ...sentAs(
      'sent-value',
      sent.filter(({ kind }) => kind === 'env-value'),
    ),
    ...sentAs(
      'sent-format',
      sent.filter(({ kind }) => kind !== 'env-value'),
    ),
    ...inFiles(
      'tracked-secret',
      leaks.filter(({ kind }) => kind !== 'env-file'),
    ),
    ...inFiles(
      'tracked-env-file',
      leaks.filter(({ kind }) => kind === 'env-file'),
    ),
  ];
}

function fault(
  reason: Outside,
  findings: readonly { where: string; what: string; fingerprint?: string }[],
  where: string,
  fix: string,
): Fault<Outside>[] {
  if (findings.length === 0) return [];
  const places = findings.map((one) => `${one.where} (${one.what})`);
  return [{ reason, because: `${counted(findings.length, 'secret')} ${where}: ${named(places)}`, fix, findings }];
}

export const warningsOf = (tracked: Tracked, asOf: Date): Warning<'allowed'>[] =>
  leaksOf(tracked)
    .filter((leak) => isAllowed(leak, asOf))
    .map((leak) => ({ reason: 'allowed', text: `${placeOf(leak)}: allowed until ${leak.allowedUntil}` }));

/** A source that failed leaves its half unseen. */
export function outOfReach(fact: Tracked | Assets): Extract<Judgement<never>, { status: 'error' }> | null {
  if (fact.state !== 'unreachable') return null;
  return { status: 'error', reason: fact.cause, because: fact.because, fix: fact.fix };
}

type Hole = { reason: 'no-repository' | 'no-site' | 'no-values' | 'not-all-searched'; because: string };

/** What was not looked at, so that nothing found is no answer; null where all was. */
export function holeIn(tracked: Tracked, assets: Assets): Hole | null {
  if (tracked.state !== 'known') return { reason: 'no-repository', because: `${tracked.because}; ${seenOf(assets)}` };
  if (assets.state !== 'known') return { reason: 'no-site', because: `${assets.because}; ${seenOf(tracked)}` };
  const { unsearched, unsearchedFiles, more } = tracked.value;
  const { missed, missedUrls } = assets.value;
  if (unsearched + missed + more > 0) {
    const parts = [...unsearchedFiles, ...missedUrls];
    return { reason: 'not-all-searched', because: `not searched: ${named(parts, unsearched + missed + more)}` };
  }
  if (tracked.value.values > 0) return null;
  return { reason: 'no-values', because: 'no value of an env is known to search for (env.files)' };
}

function seenOf(fact: Tracked | Assets): string {
  if (fact.state !== 'known') return fact.because;
  return 'files' in fact.value
    ? `${counted(fact.value.files, 'tracked file')} hold no secret`
    : `${counted(fact.value.pages, 'page')} and ${counted(fact.value.scripts, 'script')} hold no secret`;
}

/** What was looked at and found clean. */
export const clean = (tracked: Tracked, assets: Assets): string => `${seenOf(tracked)}; ${seenOf(assets)}`;
