import { readdir, realpath } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { isObject, readText } from './files.ts';

export interface InstalledPackage {
  name: string;
  version: string;
}

export interface Installed {
  /** From name to the versions that are there and can be reached. */
  versions: ReadonlyMap<string, ReadonlySet<string>>;
  /** How many packages that is. */
  count: number;
  /** What a folder's code finds under a name: null where nothing. */
  resolve(folder: string, alias: string): Promise<InstalledPackage | null>;
  /** node_modules is there at all. */
  there: boolean;
  truncated: boolean;
}

const MAX_PACKAGES = 50_000;
const MAX_MANIFEST = 4 * 1024 * 1024;
/** Manifests read at once. */
const BATCH = 32;

/**
 * Which packages lie in the node_modules of these folders, by their own package.json: nested ones (npm) and those
 * behind symbolic links (pnpm) too. Only what is reachable counts: pnpm keeps what nothing links to for a week
 * (pnpm documentation, "modulesCacheMaxAge").
 * @param root the folder looked at
 * @param folders relative to it, `.` for itself
 */
export async function scanInstalled(root: string, folders: readonly string[]): Promise<Installed> {
  const versions = new Map<string, Set<string>>();
  const seen = new Set<string>();
  let count = 0;
  let there = false;
  let waiting: string[] = [];
  for (const folder of folders) {
    const entries = await entriesOf(join(root, folder, 'node_modules'));
    if (entries) there = true;
    waiting.push(...(entries ?? []));
  }
  while (waiting.length > 0 && count < MAX_PACKAGES) {
    const found = await Promise.all(waiting.splice(0, BATCH).map((path) => visit(path, seen)));
    for (const one of found) {
      if (!one) continue;
      // A package.json without a name only tells the kind of the modules beside it.
      if (one.manifest?.name) {
        count += 1;
        const list = versions.get(one.manifest.name) ?? new Set();
        versions.set(one.manifest.name, list.add(one.manifest.version));
      }
      waiting = waiting.concat(one.next);
    }
  }
  const resolve = (folder: string, alias: string) => resolveFrom(root, folder, alias);
  return { versions, count, resolve, there, truncated: waiting.length > 0 };
}

async function visit(path: string, seen: Set<string>) {
  const real = await realpath(path).catch(() => null);
  // A link out of node_modules leads to a package of the workspace, which no lock file has a version for.
  if (real === null || seen.has(real) || !real.includes(`${sep}node_modules${sep}`)) return null;
  seen.add(real);
  const manifest = await identity(real);
  const nested = (await entriesOf(join(real, 'node_modules'))) ?? [];
  // In pnpm's store a package's dependencies are its siblings: .pnpm/debug@4.3.4/node_modules/{debug,ms}.
  const home = basename(dirname(real)).startsWith('@') ? dirname(dirname(real)) : dirname(real);
  const siblings = basename(dirname(dirname(home))) === '.pnpm' && !seen.has(home) ? await entriesOf(home) : null;
  if (siblings) seen.add(home);
  return { manifest, next: [...nested, ...(siblings ?? [])] };
}

/** Name and version, each empty where package.json has none; null where there is no package.json. */
async function identity(folder: string): Promise<InstalledPackage | null> {
  const content = await readText(join(folder, 'package.json'), MAX_MANIFEST).catch(() => null);
  if (content === null) return null;
  try {
    const value: unknown = JSON.parse(content);
    if (!isObject(value)) return null;
    const text = (field: unknown, most: number) => (typeof field === 'string' ? field.slice(0, most) : '');
    return { name: text(value.name, 214), version: text(value.version, 100) };
  } catch {
    return null;
  }
}

/** The packages of a node_modules folder, scoped ones too; null where there is no such folder. */
async function entriesOf(folder: string): Promise<string[] | null> {
  const names = await readdir(folder).catch(() => null);
  if (!names) return null;
  const list = names.filter((name) => !name.startsWith('.')).sort();
  const found = await Promise.all(
    list.map(async (name) => {
      if (!name.startsWith('@')) return [join(folder, name)];
      const scoped = await readdir(join(folder, name)).catch((): string[] => []);
      return scoped.filter((one) => !one.startsWith('.')).map((one) => join(folder, name, one));
    }),
  );
  return found.flat();
}

/** As Node looks a name up, but not above the folder that is looked at. */
async function resolveFrom(root: string, folder: string, alias: string): Promise<InstalledPackage | null> {
  for (let at = folder === '.' ? '' : folder; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    const found = await identity(join(root, at, 'node_modules', alias));
    if (found) return found;
    if (at === '') return null;
  }
}
