import { resolve } from 'node:path';
import type { Facts } from '../../facts/index.ts';
import { absent, type Found, type Gathering, known, LookFailed, type UnreachableOptions } from '../gathering.ts';
import { ask, failure, type Repo } from './run.ts';
import { mostFiles, trackedFiles } from './tracked.ts';

export interface OpenedRepository extends Repo {
  shallow: boolean;
  bare: boolean;
  commit: string | null;
}

const mostPaths = 5000;

/** The repository that svcheck.yaml names; null where the folder is in none. @throws LookFailed where git refuses */
export async function openRepository({ target, signal }: Gathering): Promise<OpenedRepository | null> {
  const folder = resolve(target.base, target.settings.repository);
  const repo = { folder, signal };
  const { code, output, complaint } = await ask(repo, ['rev-parse', '--is-bare-repository', '--is-shallow-repository']);
  if (code !== 0) {
    if (/not a git repository/i.test(complaint)) return null;
    throw new LookFailed(refusal(complaint, folder));
  }
  const [bare, shallow] = output.split('\n');
  const head = await ask(repo, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']);
  const commit = head.code === 0 ? head.output.trim() : null;
  return { ...repo, bare: bare === 'true', shallow: shallow === 'true', commit };
}

function refusal(complaint: string, folder: string): UnreachableOptions {
  const where = `git in ${folder}`;
  if (/dubious ownership/.test(complaint)) {
    const because = `${folder} belongs to another user, so git refuses to read it`;
    return {
      cause: 'not-permitted',
      because,
      fix: `git config --global --add safe.directory '${folder}'`,
      where,
    };
  }
  if (/cannot change to/.test(complaint)) {
    const because = `${folder} is no folder that can be entered`;
    return { cause: 'malformed', because, fix: 'correct `repository` in svcheck.yaml', where };
  }
  return failure(complaint, where);
}

export const noRepository = (gathering: Gathering): Found<never> =>
  absent(
    `${resolve(gathering.target.base, gathering.target.settings.repository)} is in no git repository`,
    'repository',
  );

/** HEAD, what kind of clone it is, and what it tracks. */
export async function gatherRepository(gathering: Gathering): Promise<Found<Facts['git.repository']>> {
  const repo = await openRepository(gathering);
  if (!repo) return noRepository(gathering);
  const files: string[] = [];
  let tracked = 0;
  const list = repo.bare && repo.commit === null ? [] : trackedFiles(repo, repo.bare);
  for await (const { path } of list) {
    tracked += 1;
    if (files.length < mostPaths) files.push(path);
    if (tracked >= mostFiles) break;
  }
  const promised = await ask(repo, ['config', '--get-regexp', '^remote\\..*\\.(promisor|partialclonefilter)$']);
  const { commit, shallow, bare } = repo;
  const value = { commit, shallow, partial: promised.code === 0, bare, changed: await changes(repo), tracked, files };
  return known(value, `git in ${repo.folder}`);
}

/**
 * Counts the tracked files that differ from HEAD: the index against the commit, and the working tree against the index.
 * The latter may read a file through the filters that the repository names, so these are emptied first.
 */
async function changes(repo: OpenedRepository): Promise<number | null> {
  if (repo.bare || repo.commit === null) return null;
  const filters = await ask(repo, [
    'config',
    '-z',
    '--name-only',
    '--get-regexp',
    '^filter\\..*\\.(clean|smudge|process|required)$',
  ]);
  const keys = filters.code === 0 ? filters.output.split('\0').filter((key) => key !== '') : [];
  if (keys.length > 200) return null;
  const settings = keys.map((key) => [key, key.endsWith('.required') ? 'false' : ''] as const);
  const changed = new Set<string>();
  for (const args of [['diff-index', '--cached', 'HEAD'], ['diff-files']]) {
    const { code, output } = await ask({ ...repo, settings }, [
      ...args,
      '--name-only',
      '--no-renames',
      '--no-ext-diff',
      '-z',
    ]);
    if (code !== 0) return null;
    for (const path of output.split('\0')) if (path !== '') changed.add(path);
  }
  return changed.size;
}
