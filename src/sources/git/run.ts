import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { LookFailed, type UnreachableOptions } from '../gathering.ts';

/**
 * What keeps git from doing more than reading: a repository's own settings may name commands (core.fsmonitor, hooks, a
 * pager, an ssh command), and a partial clone would fetch what it lacks. A command line's settings come before the
 * repository's (git-config(1), "SCOPES").
 */
const reading = [
  '--no-pager',
  '--no-optional-locks',
  '--no-replace-objects',
  ...[
    'core.fsmonitor=false',
    'core.hooksPath=/dev/null',
    'core.untrackedCache=false',
    'core.checkStat=minimal',
    'core.trustctime=false',
    'core.quotePath=false',
    'log.showSignature=false',
    'protocol.allow=never',
    'submodule.recurse=false',
    'diff.external=',
    'diff.ignoreSubmodules=all',
  ].flatMap((setting) => ['-c', setting]),
];

/** GIT_DIR and the like, set where svcheck runs in a hook, would lead to another repository: only these are passed on. */
function environment(): NodeJS.ProcessEnv {
  const kept = ['PATH', 'HOME', 'XDG_CONFIG_HOME', 'TMPDIR', 'SystemRoot', 'USERPROFILE'];
  return {
    ...Object.fromEntries(kept.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))),
    LC_ALL: 'C',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_NO_LAZY_FETCH: '1',
    GIT_PAGER: 'cat',
  };
}

export interface Repo {
  /** The folder that git is run for, absolute. */
  folder: string;
  signal: AbortSignal;
  /** Settings that come before the repository's, whatever characters their names have. */
  settings?: readonly (readonly [string, string])[];
}

/** git-config(1), "ENVIRONMENT": settings whose names a command line could not hold. */
const inEnvironment = (settings: NonNullable<Repo['settings']>): NodeJS.ProcessEnv => ({
  GIT_CONFIG_COUNT: String(settings.length),
  ...Object.fromEntries(
    settings.flatMap(([key, value], index) => [
      [`GIT_CONFIG_KEY_${index}`, key],
      [`GIT_CONFIG_VALUE_${index}`, value],
    ]),
  ),
});

type GitProcess = ChildProcessByStdio<Writable, Readable, Readable>;

/** Starts git, for a caller that writes to it and reads from it at once. */
export function start({ folder, signal, settings = [] }: Repo, args: readonly string[]): GitProcess {
  const git = spawn('git', [...reading, '-C', folder, ...args], {
    env: { ...environment(), ...inEnvironment(settings) },
    stdio: ['pipe', 'pipe', 'pipe'],
    signal,
    killSignal: 'SIGKILL',
    shell: false,
    windowsHide: true,
  });
  git.stdin.on('error', () => {}); // git ended before it read all: its exit code says why
  return git;
}

/** How git ended, with the first line that it complained about. @throws LookFailed where it cannot be run */
export async function ending(git: GitProcess): Promise<{ code: number; complaint: string }> {
  let complaint = '';
  git.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (complaint.length < 2000) complaint += text;
  });
  try {
    const [code] = (await once(git, 'close')) as [number | null];
    return { code: code ?? 1, complaint: complaint.trim().split('\n')[0]?.slice(0, 300) ?? '' };
  } catch (error) {
    throw notRun(error);
  }
}

function notRun(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code !== 'ENOENT' && code !== 'EACCES') return error;
  return new LookFailed({
    cause: 'not-permitted',
    because: `git cannot be run here (${code})`,
    fix: 'install git and have it in PATH',
    where: 'git',
  });
}

export interface Answered {
  code: number;
  output: string;
  complaint: string;
}

/** Runs git and reads its whole answer, at most 1 MiB of it. @throws LookFailed where git cannot be run */
export async function ask(repo: Repo, args: readonly string[]): Promise<Answered> {
  const git = start(repo, args);
  const end = ending(git);
  git.stdin.end();
  let output = '';
  git.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (output.length < 1024 * 1024) output += text;
  });
  const { code, complaint } = await end;
  return { code, output, complaint };
}

/**
 * Runs git and hands on its output as it comes; a consumer that stops ends git.
 * @param input what git reads from its standard input
 * @throws LookFailed where git cannot be run or fails
 */
export async function* read(repo: Repo, args: readonly string[], input = ''): AsyncGenerator<Buffer> {
  const git = start(repo, args);
  const end = ending(git);
  end.catch(() => {}); // awaited below, unless the consumer stops first
  git.stdin.end(input);
  try {
    for await (const chunk of git.stdout) yield chunk as Buffer;
    const { code, complaint } = await end;
    if (code !== 0) throw new LookFailed(failure(complaint, `git ${args[0]} in ${repo.folder}`));
  } finally {
    git.kill('SIGKILL');
  }
}

/** Why git failed, from what it complained about. */
export function failure(complaint: string, where: string): UnreachableOptions {
  if (/promisor|lazy fetching/.test(complaint)) {
    const because = 'this partial clone lacks objects that its files need, and nothing is fetched by an audit';
    return { cause: 'malformed', because, fix: 'git fetch --refetch --no-filter', where };
  }
  const because = complaint || 'git ended without an answer';
  return { cause: 'malformed', because, fix: 'run `git fsck` in the repository, then again', where };
}
