import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A real repository in a folder of its own, for one test. */
export interface MadeRepository {
  folder: string;
  git(...args: string[]): string;
  /** Writes files and tracks them. */
  track(files: Record<string, string | Buffer>): void;
  /** The commit made. */
  commit(message?: string): string;
}

const made: string[] = [];

/** Removes every folder that was made; call it at the end of the file's tests. */
export function removeMade(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'svcheck-git-'));
  made.push(folder);
  return folder;
}

export function repositoryIn(folder: string): MadeRepository {
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'A',
    GIT_AUTHOR_EMAIL: 'a@example.com',
    GIT_COMMITTER_NAME: 'A',
    GIT_COMMITTER_EMAIL: 'a@example.com',
  };
  const git = (...args: string[]) => execFileSync('git', ['-C', folder, ...args], { env, encoding: 'utf8' }).trim();
  return {
    folder,
    git,
    track(files) {
      for (const [name, content] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), content);
        git('--literal-pathspecs', 'add', '-f', '--', name);
      }
    },
    commit(message = 'change') {
      git('commit', '-q', '-m', message);
      return git('rev-parse', 'HEAD');
    },
  };
}

/** A new repository, empty and without a commit. */
export function makeRepository(...options: string[]): MadeRepository {
  const repository = repositoryIn(makeFolder());
  repository.git('init', '-q', '-b', 'main', ...options);
  return repository;
}
