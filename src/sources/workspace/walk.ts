import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface FileAt {
  /** Relative to the package, with `/`. */
  path: string;
  /** When it was last written, milliseconds since 1970. */
  ms: number;
}

/** Shared by all walks of one look, so that a huge repository ends it once. */
export interface Budget {
  files: number;
  truncated: boolean;
}

export const newBudget = (): Budget => ({ files: 100_000, truncated: false });

const MAX_DEPTH = 40;
/** Files asked for their time at once. */
const BATCH = 256;
const never = new Set(['node_modules', '.git', '.hg', '.svn', '.turbo', '.cache']);

/**
 * The regular files below a folder. Symbolic links are neither followed nor counted, so no loop can hold it.
 * @param enter whether to look into a folder, by its path relative to the package
 */
export async function walk(
  root: string,
  start: string,
  budget: Budget,
  keep: (path: string) => boolean,
  enter: (path: string) => boolean = () => true,
): Promise<FileAt[]> {
  const found: FileAt[] = [];
  let level = [start];
  for (let depth = 0; level.length > 0; depth += 1) {
    const below: string[] = [];
    for (const folder of level) {
      const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
      const files: string[] = [];
      for (const entry of entries) {
        const path = folder === '.' ? entry.name : `${folder}/${entry.name}`;
        if (entry.isDirectory() && !never.has(entry.name) && enter(path)) below.push(path);
        if (entry.isFile() && keep(path)) files.push(path);
      }
      budget.files -= entries.length;
      if (budget.files < 0) {
        budget.truncated = true;
        return found;
      }
      for (let from = 0; from < files.length; from += BATCH) {
        const batch = files.slice(from, from + BATCH);
        const times = await Promise.all(batch.map((path) => timeOf(root, path)));
        for (const time of times) if (time) found.push(time);
      }
    }
    if (depth >= MAX_DEPTH && below.length > 0) {
      budget.truncated = true;
      return found;
    }
    level = below;
  }
  return found;
}

/** A regular file's time; null where it is none. */
export async function timeOf(root: string, path: string): Promise<FileAt | null> {
  const stat = await lstat(join(root, path)).catch(() => null);
  return stat?.isFile() ? { path, ms: stat.mtimeMs } : null;
}

const code = /\.(?:[cm]?[jt]sx?|svelte|vue|astro|css|s[ac]ss|less|graphql|gql|html)$/;
const notBuilt =
  /(?:\.(?:test|spec|stories|bench|e2e)\.\w+|\.d\.[cm]?ts|\.snap|\.md|~|\.sw[op]|\.orig)$|(?:^|\/)(?:__tests__|__mocks__|__snapshots__|\.DS_Store)(?:\/|$)/;
const elsewhere = /^(?:tests?|e2e|docs?|examples?|scripts|coverage|benchmarks?|storybook-static)$/;

/** Whether a change to the file would need a build: not tests, stories, declarations, notes. */
export const isSource = (path: string): boolean => !notBuilt.test(path);
/** The same where a package has no src folder: code only, and no configuration at its top. */
export const isCode = (path: string): boolean =>
  code.test(path) && isSource(path) && !/^(?:[^/]*\.config\.[cm]?[jt]s|\.[^/]*)$/.test(path);
export const isElsewhere = (folder: string): boolean =>
  elsewhere.test(folder) || folder.split('/').some((part) => part.startsWith('.'));
