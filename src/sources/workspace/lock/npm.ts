import { isObject, strings } from '../files.ts';
import type { Edge, Importer, Lock, LockedPackage } from './lock.ts';

/**
 * Reads a package-lock.json or npm-shrinkwrap.json of version 2 or 3, whose `packages` are keyed by where they lie
 * (npm documentation, "package-lock.json"). Pure: never throws.
 * @returns null where it has no `packages`: version 1, or something else
 */
export function parseNpmLock(value: Readonly<Record<string, unknown>>): Lock | null {
  if (!isObject(value.packages)) return null;
  const entries = new Map(
    Object.entries(value.packages).filter((entry): entry is [string, Record<string, unknown>] => isObject(entry[1])),
  );
  const packages = new Map<string, LockedPackage>();
  const importers = new Map<string, Importer>();
  for (const [location, entry] of entries) {
    if (entry.link === true) continue;
    const edges = (field: string) => edgesOf(entries, location, strings(entry[field]));
    if (!location.includes('node_modules/')) {
      importers.set(location === '' ? '.' : location, {
        dependencies: [...edges('dependencies'), ...peers(entries, location, entry)],
        optional: edges('optionalDependencies'),
        dev: edges('devDependencies'),
      });
      continue;
    }
    packages.set(location, {
      name: typeof entry.name === 'string' ? entry.name : nameAt(location),
      version: typeof entry.version === 'string' ? entry.version : null,
      requires: keysOf([...edges('dependencies'), ...peers(entries, location, entry)]),
      mayUse: keysOf(edges('optionalDependencies')),
    });
  }
  // Every package of a workspace is linked from the root's node_modules, and production by npm's own reckoning.
  addWorkspaces(importers, entries);
  return { manager: 'npm', version: String(value.lockfileVersion), packages, importers };
}

type Entries = ReadonlyMap<string, Record<string, unknown>>;

const nameAt = (location: string): string => location.slice(location.lastIndexOf('node_modules/') + 13);

const keysOf = (edges: readonly Edge[]): string[] => edges.flatMap(({ to }) => ('key' in to ? [to.key] : []));

function edgesOf(entries: Entries, location: string, wanted: Readonly<Record<string, string>>): Edge[] {
  return Object.keys(wanted).flatMap((alias) => {
    const to = find(entries, location, alias);
    return to ? [{ alias, to }] : [];
  });
}

/** Peers that are installed: npm 7 and later install those that are not optional. */
function peers(entries: Entries, location: string, entry: Record<string, unknown>): Edge[] {
  const meta = isObject(entry.peerDependenciesMeta) ? entry.peerDependenciesMeta : {};
  const wanted = Object.entries(strings(entry.peerDependencies)).filter(([name]) => {
    const one = meta[name];
    return !(isObject(one) && one.optional === true);
  });
  return edgesOf(entries, location, Object.fromEntries(wanted));
}

/** As Node looks a name up: in the package's own node_modules, then in those of the folders above it. */
function find(entries: Entries, from: string, alias: string): Edge['to'] | null {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    const location = `${at === '' ? '' : `${at}/`}node_modules/${alias}`;
    const entry = entries.get(location);
    if (entry?.link === true) return typeof entry.resolved === 'string' ? { folder: entry.resolved } : null;
    if (entry) return { key: location };
    if (at === '') return null;
  }
}

function addWorkspaces(importers: Map<string, Importer>, entries: Entries): void {
  const root = importers.get('.');
  if (!root) return;
  const links = [...entries].flatMap(([location, entry]): Edge[] =>
    entry.link === true && typeof entry.resolved === 'string' && importers.has(entry.resolved)
      ? [{ alias: nameAt(location), to: { folder: entry.resolved } }]
      : [],
  );
  const named = new Set([...root.dependencies, ...root.optional, ...root.dev].map(({ alias }) => alias));
  const more = links.filter(({ alias }) => !named.has(alias));
  importers.set('.', { ...root, dependencies: [...root.dependencies, ...more] });
}
