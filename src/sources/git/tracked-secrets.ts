import { createHmac } from 'node:crypto';
import type { Target } from '../../config/target.ts';
import type { Facts } from '../../facts/index.ts';
import { envTrouble } from '../env/trouble.ts';
import { type Found, type Gathering, known, unreachable } from '../gathering.ts';
import { soughtOf } from '../secrets/sought.ts';
import { contentsOf, sizesOf } from './objects.ts';
import { noRepository, openRepository, type OpenedRepository } from './repository.ts';
import { ask } from './run.ts';
import { type ScannedLeak, Scanner } from './scan.ts';
import { mostFiles, trackedFiles } from './tracked.ts';
import { vaultTrace } from './vault-traces.ts';

type TrackedSecrets = Facts['git.tracked-secrets'];

/** Larger files are named as not searched: sources and settings are far smaller. */
const largestFile = 8 * 1024 * 1024;
/** In all: beyond it the look would outlast its time. */
const largestSum = 256 * 1024 * 1024;
const mostLeaks = 50;

/** Searches every tracked file for secrets, and for traces of a vault. Values leave it as fingerprints only. */
export async function gatherTrackedSecrets(gathering: Gathering): Promise<Found<TrackedSecrets>> {
  const { target, progress } = gathering;
  const repo = await openRepository(gathering);
  if (!repo) return noRepository(gathering);
  const secrets = soughtOf(target);
  const scanner = new Scanner(secrets, target.settings.secrets);
  progress('secrets in tracked files');
  const paths = await pathsByObject(repo);
  const { objects, unsearched } = await searchable(repo, paths);
  const found: (ScannedLeak & { file: string })[] = [];
  const vault = new Map<string, TrackedSecrets['vault'][number]>();
  let files = 0;
  for await (const { object, content } of contentsOf(repo, objects)) {
    for (const file of paths.get(object) ?? []) {
      files += 1;
      for (const leak of scanner.scan(file, content)) found.push({ ...leak, file });
      const kind = vaultTrace(file, content.subarray(0, 256 * 1024).toString('utf8'));
      if (kind && !vault.has(kind)) vault.set(kind, { kind, file });
    }
  }
  const trouble = envTrouble(target.env);
  // A file of the env that could not be read hides values to search for: then nothing found is no answer.
  if (trouble && found.length === 0) return unreachable(trouble);
  return known(
    {
      files,
      values: new Set(secrets.map(({ key }) => key)).size,
      unsearched: unsearched.length,
      unsearchedFiles: unsearched.slice(0, 20),
      leaks: await leaksOf(repo, found.slice(0, mostLeaks), target),
      more: Math.max(0, found.length - mostLeaks),
      vault: [...vault.values()],
    },
    `the tracked files of ${repo.folder}`,
  );
}

/** One object may be the content of several files. */
async function pathsByObject(repo: OpenedRepository): Promise<Map<string, string[]>> {
  const paths = new Map<string, string[]>();
  if (repo.bare && repo.commit === null) return paths;
  let count = 0;
  for await (const { object, path } of trackedFiles(repo, repo.bare)) {
    const same = paths.get(object);
    if (same) same.push(path);
    else paths.set(object, [path]);
    count += 1;
    if (count >= mostFiles) break;
  }
  return paths;
}

/** The objects to read, in the order of the index, and the files left out: too large, or not in this clone. */
async function searchable(repo: OpenedRepository, paths: ReadonlyMap<string, readonly string[]>) {
  const sizes = await sizesOf(repo, [...paths.keys()]);
  const objects: string[] = [];
  const unsearched: string[] = [];
  let sum = 0;
  for (const [object, files] of paths) {
    const size = sizes.get(object);
    if (size === undefined || size > largestFile || sum + size > largestSum) {
      unsearched.push(...files);
      continue;
    }
    sum += size;
    objects.push(object);
  }
  return { objects, unsearched };
}

async function leaksOf(
  repo: OpenedRepository,
  found: readonly (ScannedLeak & { file: string })[],
  { settings }: Target,
): Promise<TrackedSecrets['leaks']> {
  if (found.length === 0) return [];
  const root = await rootCommit(repo);
  return found.map(({ file, line, kind, key, value }) => {
    const fingerprint = root && fingerprintOf(root, kind, file, value);
    const allowed = settings.allow.find((entry) => entry.fingerprint === fingerprint);
    return { file, line, kind, key, fingerprint, allowedUntil: allowed?.until ?? null };
  });
}

/** The same on every clone and after lines moved; without the repository's first commit no value can be tried on it. */
export const fingerprintOf = (root: string, kind: string, file: string, value: string): string =>
  createHmac('sha256', root).update([kind, file, value].join('\0')).digest('hex').slice(0, 32);

/** The first commit of the main line; null where there is none, or where a shallow clone ends before it. */
export async function rootCommit(repo: OpenedRepository): Promise<string | null> {
  if (repo.commit === null || repo.shallow) return null;
  const { code, output } = await ask(repo, ['rev-list', '--max-parents=0', '--first-parent', 'HEAD']);
  return code === 0 ? output.trim().split('\n').at(-1) || null : null;
}
