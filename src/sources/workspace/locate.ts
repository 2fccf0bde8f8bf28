import { realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { type Budget, type FileAt, walk } from './walk.ts';

export interface Located {
  field: string;
  /** The path that was found, else the first one asked for. */
  path: string;
  at: FileAt | null;
}

/** What a name without an extension may stand for (Node.js documentation, "Modules: Loading"; TypeScript's `types`). */
const endings = ['', '.js', '.cjs', '.json', '.node', '.d.ts', '/index.js', '/index.d.ts'];

/** The file that a package.json's entry stands for, the first of several that is there. */
export async function locate(
  repository: string,
  root: string,
  { field, anyOf }: { field: string; anyOf: readonly string[] },
  budget: Budget,
): Promise<Located> {
  for (const path of anyOf) {
    const at =
      path.includes('*') || path.endsWith('/') ? await newestOf(root, path, budget) : await one(repository, root, path);
    if (at) return { field, path, at };
  }
  return { field, path: anyOf[0] ?? '', at: null };
}

async function one(repository: string, root: string, path: string): Promise<FileAt | null> {
  for (const ending of endings) {
    const file = join(root, path + ending);
    // An entry that leads out of the repository, by dots or by a link, is none of its outputs.
    if (!file.startsWith(repository + sep)) return null;
    const found = await stat(file).catch(() => null);
    if (!found?.isFile()) continue;
    const real = await realpath(file).catch(() => null);
    const home = await realpath(repository).catch(() => repository);
    return real?.startsWith(home + sep) ? { path: path + ending, ms: found.mtimeMs } : null;
  }
  return null;
}

/**
 * `dist/*.js`: the newest file that fits (a `*` stands for any text, slashes too: Node.js documentation, "Subpath
 * patterns"). Not the oldest: files of sources that were removed since may lie about.
 */
async function newestOf(root: string, pattern: string, budget: Budget): Promise<FileAt | null> {
  const [before = '', after = ''] = pattern.split('*');
  const start = before.slice(0, Math.max(0, before.lastIndexOf('/')));
  if (pattern.includes('..') || pattern.startsWith('/')) return null;
  const fits = (path: string) => path.startsWith(before) && path.endsWith(after);
  const files = await walk(root, start === '' ? '.' : start, budget, fits);
  return files.reduce<FileAt | null>((best, file) => (best && best.ms >= file.ms ? best : file), null);
}
