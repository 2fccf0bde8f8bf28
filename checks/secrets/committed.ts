import type { Facts } from '../../src/facts/index.ts';
import type { Finding, Warning } from '../../src/core/verdict.ts';
import { counted, isAllowed, named, nameOf } from './naming.ts';

type History = Facts['secrets.history'];
type Committed = History['findings'][number];

/** `src/a.ts:12`; for a message, the commit or the tag that has it. */
export function placeOf({ file, line, commit }: Committed): string {
  if (file === null) return commit === null ? "a tag's own content" : `the message of commit ${commit.slice(0, 10)}`;
  return line > 0 ? `${file}:${line}` : file;
}

/** `src/a.ts:12 (the value of KEY, since commit 1a2b3c of 2026-01-02, still in the tree)` */
export function described(finding: Committed): string {
  const { commit, authored, inTree, masked } = finding;
  const since =
    commit === null ? '' : `, commit ${commit.slice(0, 10)} of ${authored?.slice(0, 10) ?? 'an unknown date'}`;
  return `${placeOf(finding)} (${nameOf(finding)}, ${masked}${since}, ${inTree ? 'still' : 'no longer'} in the tree)`;
}

/** As the report lists it: where, what, and the fingerprint that an entry under `allow` names. */
export const findingOf = (finding: Committed): Finding => ({
  where: finding.commit === null ? placeOf(finding) : `${placeOf(finding)} in commit ${finding.commit}`,
  what: `${nameOf(finding)} ${finding.masked}, ${finding.inTree ? 'still' : 'no longer'} in the tree`,
  ...(finding.fingerprint === null ? {} : { fingerprint: finding.fingerprint }),
});

export type Noted = 'allowed' | 'unreachable' | 'unused-allow' | 'not-opened' | 'no-tags';

/** What is said and changes no verdict. */
export function warningsOf(history: History, asOf: Date): Warning<Noted>[] {
  const { findings, unreachable, moreUnreachable, unusedAllows, unopened, incomplete } = history;
  const lost = unreachable.filter((one) => !isAllowed(one, asOf));
  const names = lost.map((one) => `${nameOf(one)} in object ${one.object.slice(0, 10)}`);
  return [
    ...findings
      .filter((one) => isAllowed(one, asOf))
      .map((one) => ({ reason: 'allowed' as const, text: `${described(one)}: allowed until ${one.allowedUntil}` })),
    ...noted(
      'unreachable',
      lost.length,
      `no branch, tag or stash leads to ${named(names, lost.length + moreUnreachable)}`,
    ),
    ...noted('unused-allow', unusedAllows.length, `allow entries that fit nothing here: ${named(unusedAllows)}`),
    ...noted(
      'not-opened',
      unopened,
      `${counted(unopened, 'packed file')} damaged, encrypted or above 64 MB, not searched inside`,
    ),
    ...noted('no-tags', incomplete.includes('no-tags') ? 1 : 0, 'this clone has no tags: git fetch --tags'),
  ];
}

const noted = (reason: Noted, count: number, text: string): Warning<Noted>[] => (count > 0 ? [{ reason, text }] : []);

const ways = {
  shallow: { is: 'shallow', fix: 'git fetch --unshallow' },
  partial: { is: 'partial', fix: 'git fetch --refetch --no-filter' },
  'single-branch': { is: 'of a single branch', fix: "git remote set-branches origin '*' && git fetch --tags" },
} as const;

/** Why the history is not here as a whole, and what brings it; null where it is. */
export function lackOf({
  incomplete,
  unreadable,
  unreadableObjects,
}: History): { because: string; fix: string } | null {
  const lacks = incomplete.flatMap((one) => (one === 'no-tags' ? [] : [ways[one]]));
  if (lacks.length > 0) {
    const because = `this clone is ${lacks.map(({ is }) => is).join(' and ')}: not all of the history is here`;
    return { because, fix: `fetch the whole history: ${lacks.map(({ fix }) => fix).join(' && ')}` };
  }
  if (unreadable === 0) return null;
  const because = `${counted(unreadable, 'object')} cannot be read: ${named(unreadableObjects, unreadable)}`;
  return { because, fix: 'git fsck names what is damaged; fetch it anew from another clone' };
}
