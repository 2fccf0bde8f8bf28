/** One package version as a lock file has it. */
export interface LockedPackage {
  name: string;
  /** Null where the lock file names none: a folder, some tarballs. */
  version: string | null;
  /** Keys of `Lock.packages`. */
  requires: readonly string[];
  /** The same, of what may be missing without harm: optional dependencies. */
  mayUse: readonly string[];
}

/** What one package.json asks for, as the lock file resolved it. */
export interface Edge {
  /** The name in node_modules, which an alias makes another than the package's own. */
  alias: string;
  /** A key of `Lock.packages`, or the folder of a package of the workspace. */
  to: { key: string } | { folder: string };
}

export interface Importer {
  dependencies: readonly Edge[];
  optional: readonly Edge[];
  dev: readonly Edge[];
}

export interface Lock {
  manager: 'pnpm' | 'npm';
  version: string;
  packages: ReadonlyMap<string, LockedPackage>;
  /** By folder relative to the lock file; `.` is its own. */
  importers: ReadonlyMap<string, Importer>;
}

export interface Reached {
  /** Keys of packages that production cannot do without. */
  production: ReadonlySet<string>;
  /** Those that it uses where they are installed. */
  optional: ReadonlySet<string>;
  /** Those that only development needs. */
  dev: ReadonlySet<string>;
  /** Packages of the workspace, by the name under which they are linked. */
  linked: ReadonlySet<string>;
}

/** Which packages the importers of these folders need, and for what. Pure; cycles are common and end. */
export function reach(lock: Lock, folders: Iterable<string>): Reached {
  const linked = new Set<string>();
  const roots = { dependencies: new Set<string>(), optional: new Set<string>(), dev: new Set<string>() };
  const visited = new Set<string>();
  const follow = (edges: readonly Edge[], into: Set<string>, waiting: string[]) => {
    for (const { alias, to } of edges) {
      if ('key' in to) into.add(to.key);
      else {
        linked.add(alias);
        waiting.push(to.folder);
      }
    }
  };
  const asked = [...folders];
  // A linked package of the workspace brings its own dependencies, not its devDependencies.
  const waiting = [...asked];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const importer = lock.importers.get(folder);
    if (!importer || visited.has(folder)) continue;
    visited.add(folder);
    follow(importer.dependencies, roots.dependencies, waiting);
    follow(importer.optional, roots.optional, waiting);
  }
  const forDevelopment: string[] = [];
  for (const folder of asked) follow(lock.importers.get(folder)?.dev ?? [], roots.dev, forDevelopment);
  for (let folder = forDevelopment.pop(); folder !== undefined; folder = forDevelopment.pop()) {
    const importer = lock.importers.get(folder);
    if (!importer || visited.has(folder)) continue;
    visited.add(folder);
    for (const edges of [importer.dependencies, importer.optional]) follow(edges, roots.dev, forDevelopment);
  }
  const production = closure(lock, roots.dependencies, false);
  const optional = closure(lock, new Set([...roots.optional, ...production]), true);
  const dev = closure(lock, roots.dev, true);
  for (const key of production) optional.delete(key);
  for (const key of [...production, ...optional]) dev.delete(key);
  return { production, optional, dev, linked };
}

function closure(lock: Lock, roots: ReadonlySet<string>, optionalToo: boolean): Set<string> {
  const found = new Set<string>();
  const waiting = [...roots];
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    const one = lock.packages.get(key);
    if (!one || found.has(key)) continue;
    found.add(key);
    waiting.push(...one.requires, ...(optionalToo ? one.mayUse : []));
  }
  return found;
}
