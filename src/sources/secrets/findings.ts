import type { Settings } from '../../config/schema.ts';
import type { Facts } from '../../facts/index.ts';
import { trackedFiles } from '../git/tracked.ts';
import { fingerprintOf, rootCommit } from '../git/tracked-secrets.ts';
import type { OpenedRepository } from '../git/repository.ts';
import type { Detail } from './details.ts';
import { maskOf, whatOf } from './masked.ts';
import { pathOf, type Placed } from './places.ts';

type History = Facts['secrets.history'];
type Finding = History['findings'][number];

const MOST_FINDINGS = 50;
const MOST_UNREACHABLE = 20;
const LONGEST_PATH = 1000;

/** One secret in one path, in the oldest commit that has it. */
interface Group {
  detail: Detail;
  file: string | null;
  commit: string | null;
  authored: string | null;
  age: number;
  objects: Set<string>;
}

/** Secrets by path and value, those that nobody can reach apart from the rest. */
export async function findingsOf(
  repo: OpenedRepository,
  details: readonly Detail[],
  placed: Placed,
  allow: Settings['allow'],
): Promise<Pick<History, 'findings' | 'more' | 'unreachable' | 'moreUnreachable' | 'unusedAllows'>> {
  const groups = new Map<string, Group>();
  const lost = new Map<string, Detail>();
  for (const detail of details) {
    const places = placesFor(detail, placed);
    if (places.length === 0) lost.set(`${detail.kind}\0${detail.value}`, detail);
    for (const place of places) {
      const key = [detail.kind, place.file ?? `message ${place.commit ?? detail.object}`, detail.value].join('\0');
      const known = groups.get(key);
      if (!known) groups.set(key, { detail, ...place, objects: new Set([detail.object]) });
      else {
        known.objects.add(detail.object);
        if (place.age > known.age) Object.assign(known, place, { detail });
      }
    }
  }
  const reached = new Set([...groups.values()].map(({ detail }) => `${detail.kind}\0${detail.value}`));
  // A value that the history has as well is no news.
  const unreachable = [...lost].flatMap(([key, detail]) => (reached.has(key) ? [] : [detail]));
  if (groups.size === 0 && unreachable.length === 0) {
    return {
      findings: [],
      more: 0,
      unreachable: [],
      moreUnreachable: 0,
      unusedAllows: allow.map((one) => one.fingerprint),
    };
  }
  const root = await rootCommit(repo);
  const tree = await treeOf(repo);
  const used = new Set<string>();
  const allowance = (kind: string, file: string, value: string) => {
    const fingerprint = root && fingerprintOf(root, kind, file, value);
    const entry = allow.find((one) => one.fingerprint === fingerprint);
    if (entry) used.add(entry.fingerprint);
    return { fingerprint, allowedUntil: entry?.until ?? null };
  };
  const findings = [...groups.values()].map(({ detail, file, commit, authored, objects }): Finding => {
    const object = file === null ? undefined : tree.get(file.split('!')[0] ?? '');
    return {
      ...said(detail),
      file,
      line: detail.line,
      commit,
      authored,
      versions: objects.size,
      inTree: object !== undefined && objects.has(object),
      ...allowance(detail.kind, file ?? '', detail.value),
    };
  });
  const others = unreachable.map((detail) => ({
    ...said(detail),
    object: detail.object,
    line: detail.line,
    ...allowance(detail.kind, detail.object, detail.value),
  }));
  return {
    findings: findings.sort(byWeight).slice(0, MOST_FINDINGS),
    more: Math.max(0, findings.length - MOST_FINDINGS),
    unreachable: others.slice(0, MOST_UNREACHABLE),
    moreUnreachable: Math.max(0, others.length - MOST_UNREACHABLE),
    unusedAllows: allow.map((one) => one.fingerprint).filter((fingerprint) => !used.has(fingerprint)),
  };
}

type FilePlace = Pick<Group, 'file' | 'commit' | 'authored' | 'age'>;

function placesFor({ object, member }: Detail, { places, commits, others }: Placed): FilePlace[] {
  const inFiles = (places.get(object) ?? []).map(({ path, commit, authored, age }) => {
    const file = pathOf(path).slice(0, LONGEST_PATH);
    return { file: member === null ? file : `${file}!${member.slice(0, LONGEST_PATH)}`, commit, authored, age };
  });
  if (inFiles.length > 0) return inFiles;
  const authored = commits.get(object);
  if (authored !== undefined) return [{ file: null, commit: object, authored, age: 0 }];
  return others.has(object) ? [{ file: null, commit: null, authored: null, age: 0 }] : [];
}

const said = (detail: Detail) => ({
  kind: detail.kind,
  what: whatOf(detail.kind),
  key: detail.key,
  masked: maskOf(detail.kind, detail.value),
});

/** Of the files of HEAD, which object each one is. */
async function treeOf(repo: OpenedRepository): Promise<Map<string, string>> {
  const tree = new Map<string, string>();
  if (repo.commit === null) return tree;
  for await (const { object, path } of trackedFiles(repo, true)) tree.set(path, object);
  return tree;
}

const rank = ({ kind }: Finding): number => (kind === 'env-value' ? 0 : kind === 'env-file' ? 2 : 1);

const byWeight = (a: Finding, b: Finding): number =>
  rank(a) - rank(b) ||
  Number(b.inTree) - Number(a.inTree) ||
  compare(a.file ?? '', b.file ?? '') ||
  a.line - b.line ||
  compare(a.kind, b.kind);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
