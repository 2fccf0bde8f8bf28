import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Folders that a walk for packages visits at the most. */
const MAX_FOLDERS = 20_000;
const MAX_DEPTH = 12;

/** A workspace's patterns, as pnpm-workspace.yaml and package.json have them: `packages/*`, `apps/**`, `!**\/test`. */
export interface Patterns {
  matches(folder: string): boolean;
  /** How deep the patterns reach; Infinity with `**`. */
  depth: number;
}

/** Pure: never throws. */
export function compile(patterns: readonly string[]): Patterns {
  const clean = patterns.slice(0, 1000).map((pattern) => pattern.trim().slice(0, 500));
  const parts = (list: readonly string[]) => list.flatMap((one) => expandBraces(normal(one)).map((p) => p.split('/')));
  const wanted = parts(clean.filter((pattern) => !pattern.startsWith('!')));
  const unwanted = parts(clean.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1)));
  return {
    matches(folder) {
      const path = folder.split('/');
      const one = (pattern: readonly string[]) => matchPath(pattern, path);
      return wanted.some(one) && !unwanted.some(one);
    },
    depth: Math.max(0, ...wanted.map((one) => (one.includes('**') ? Infinity : one.length))),
  };
}

const normal = (pattern: string): string =>
  pattern
    .replace(/^\.?\/+/, '')
    .replace(/\/(package\.json)?$/, '')
    .replace(/\/{2,}/g, '/');

/**
 * `**` stands for any number of folders, none too (glob as npm and pnpm use it). Written out rather than made a regular
 * expression: a repository's patterns must not be able to make the match slow.
 */
function matchPath(pattern: readonly string[], path: readonly string[]): boolean {
  // row[j]: the pattern so far matches the first j parts of the path.
  let row = Array.from({ length: path.length + 1 }, (_, j) => j === 0);
  for (const part of pattern) {
    const next = new Array<boolean>(path.length + 1).fill(false);
    next[0] = part === '**' && row[0] === true;
    for (const [j, name] of path.entries()) {
      next[j + 1] = part === '**' ? row[j + 1] === true || next[j] === true : row[j] === true && matchName(part, name);
    }
    row = next;
  }
  return row[path.length] === true;
}

/** `*` and `?` within one name: goes back to the last star only, so it takes no more than name times pattern steps. */
export function matchName(pattern: string, name: string): boolean {
  let p = 0;
  let n = 0;
  let star = -1;
  let from = 0;
  while (n < name.length) {
    if (pattern[p] === '*') {
      star = p;
      from = n;
      p += 1;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === name[n])) {
      p += 1;
      n += 1;
    } else if (star >= 0) {
      p = star + 1;
      from += 1;
      n = from;
    } else return false;
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}

/** `{a,b}/x` -> `a/x`, `b/x`; one level, 50 at the most. */
function expandBraces(pattern: string): string[] {
  const found = /^([^{}]*)\{([^{}]*)\}([^{}]*)$/.exec(pattern);
  if (!found) return [pattern];
  const [, before = '', inside = '', after = ''] = found;
  return inside
    .split(',')
    .slice(0, 50)
    .map((one) => before + one + after);
}

/** Folders below `root` that match, relative to it with `/`, sorted. Symbolic links are not followed. */
export async function foldersMatching(
  root: string,
  patterns: readonly string[],
): Promise<{ folders: string[]; truncated: boolean }> {
  const { matches, depth } = compile(patterns);
  const folders: string[] = [];
  let seen = 0;
  let level = [''];
  for (let at = 1; at <= Math.min(depth, MAX_DEPTH) && level.length > 0 && seen < MAX_FOLDERS; at += 1) {
    const below: string[] = [];
    for (const folder of level) {
      for (const name of await subfolders(join(root, folder))) {
        const path = folder ? `${folder}/${name}` : name;
        seen += 1;
        if (seen > MAX_FOLDERS) return { folders: folders.sort(), truncated: true };
        if (matches(path)) folders.push(path);
        below.push(path);
      }
    }
    level = below;
  }
  return { folders: folders.sort(), truncated: level.length > 0 && depth > MAX_DEPTH };
}

async function subfolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
    .map((entry) => entry.name);
}
