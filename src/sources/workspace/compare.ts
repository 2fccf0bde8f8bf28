import type { Installed, InstalledPackage } from './installed.ts';
import type { Lock, Reached } from './lock/lock.ts';

export interface Place {
  /** A key of `Lock.importers`. */
  importer: string;
  /** Relative to the folder looked at. */
  at: string;
}

export interface Differences {
  devInstalled: InstalledPackage[];
  missing: InstalledPackage[];
  offLock: { name: string; locked: string; installed: string[] }[];
  extraneous: InstalledPackage[];
}

/**
 * What lies in node_modules held against the lock file.
 * @param places the importers looked at, each with the folder where it lies now
 * @param deployed whether production alone should be there; in a working checkout development's packages are looked at too
 */
export async function compare(
  lock: Lock,
  reached: Reached,
  installed: Installed,
  places: readonly Place[],
  deployed: boolean,
): Promise<Differences> {
  const locked = versionsByName(lock, [...reached.production, ...reached.optional, ...reached.dev]);
  const wanted = deployed ? [...reached.production] : [...reached.production, ...reached.optional, ...reached.dev];
  const missing = new Map<string, InstalledPackage>();
  const offLock = new Map<string, Differences['offLock'][number]>();
  for (const key of wanted) {
    const { name, version } = lock.packages.get(key) ?? { name: key, version: null };
    const there = [...(installed.versions.get(name) ?? [])];
    if (version === null ? there.length > 0 : there.includes(version)) continue;
    const foreign = there.filter((one) => !locked.get(name)?.has(one));
    if (foreign.length > 0) offLock.set(name, { name, locked: version ?? '', installed: foreign });
    else if (reached.production.has(key)) missing.set(`${name}@${version}`, { name, version: version ?? '' });
  }
  for (const place of places) await direct(lock, place, installed, deployed, missing, offLock);
  const needed = versionsByName(lock, [...reached.production, ...reached.optional]);
  const known = new Set([...locked.keys(), ...reached.linked]);
  const devInstalled: InstalledPackage[] = [];
  const extraneous: InstalledPackage[] = [];
  for (const [name, versions] of installed.versions) {
    for (const version of versions) {
      if (needed.has(name) && (needed.get(name)?.has(version) || !locked.get(name)?.has(version))) continue;
      if (!known.has(name)) extraneous.push({ name, version });
      else if (deployed && locked.has(name)) devInstalled.push({ name, version });
    }
  }
  return { devInstalled, missing: [...missing.values()], offLock: [...offLock.values()], extraneous };
}

/** What the importer's own code finds under each name that its package.json has. */
async function direct(
  lock: Lock,
  { importer: name, at }: Place,
  installed: Installed,
  deployed: boolean,
  missing: Map<string, InstalledPackage>,
  offLock: Map<string, Differences['offLock'][number]>,
): Promise<void> {
  const importer = lock.importers.get(name);
  if (!importer || !installed.there) return;
  const edges = deployed
    ? [...importer.dependencies, ...importer.optional]
    : [...importer.dependencies, ...importer.optional, ...importer.dev];
  for (const edge of edges) {
    const found = await installed.resolve(at, edge.alias);
    const one = 'key' in edge.to ? lock.packages.get(edge.to.key) : null;
    const version = one?.version ?? null;
    if (!found) {
      if (importer.dependencies.includes(edge))
        missing.set(`${one?.name ?? edge.alias}@${version}`, { name: edge.alias, version: version ?? '' });
    } else if (version !== null && found.version !== version && !offLock.has(found.name)) {
      offLock.set(edge.alias, { name: edge.alias, locked: version, installed: [found.version] });
    }
  }
}

function versionsByName(lock: Lock, keys: readonly string[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const key of keys) {
    const one = lock.packages.get(key);
    if (!one) continue;
    const list = found.get(one.name) ?? new Set();
    found.set(one.name, list);
    // A version that the lock file does not tell stands for any.
    if (one.version !== null) list.add(one.version);
  }
  return found;
}
