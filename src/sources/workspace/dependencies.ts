import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Dependencies } from '../../facts/workspace.ts';
import { absent, type Found, type Gathering, known, LookFailed } from '../gathering.ts';
import { compare, type Place } from './compare.ts';
import { scanInstalled } from './installed.ts';
import { type Lock, type Reached, reach } from './lock/lock.ts';
import { type NoLock, readLock } from './lock/read.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { repositoryOf } from './packages.ts';

/** What a lock file says about the folder looked at. */
export interface LockedFolder {
  folder: string;
  artifact: boolean;
  manifest: Manifest | null;
  lock: { file: string; lock: Lock; reached: Reached; places: readonly Place[] } | { noLock: NoLock };
}

const LISTED = 20;

/** The folder as deployed, or the working checkout, and its lock file: read once for both facts. */
export function lockedFolder(gathering: Gathering): Promise<LockedFolder> {
  return gathering.share('workspace lock', () => readLockedFolder(gathering));
}

async function readLockedFolder({ target }: Gathering): Promise<LockedFolder> {
  const { artifact } = target.settings;
  const repository = repositoryOf(target);
  const folder = artifact === undefined ? repository : resolve(target.base, artifact);
  await demandFolder(folder, artifact === undefined ? 'repository' : 'artifact');
  const manifest = await readManifest(folder);
  const own = await readLock(folder);
  const found = { folder, artifact: artifact !== undefined, manifest };
  if ('lock' in own) {
    const places = await placesIn(folder, own.lock);
    return {
      ...found,
      lock: {
        ...own,
        places,
        reached: reach(
          own.lock,
          places.map(({ importer }) => importer),
        ),
      },
    };
  }
  if (artifact === undefined || own.noLock.kind !== 'none') return { ...found, lock: own };
  const repositorys = await readLock(repository);
  if ('noLock' in repositorys) return { ...found, lock: repositorys };
  const importer = await importerNamed(repository, repositorys.lock, manifest?.name ?? null);
  if (importer === null) {
    const text = `${artifact} has no lock file, and that of the repository has no package of its name`;
    return { ...found, lock: { noLock: { kind: 'none', text } } };
  }
  return {
    ...found,
    lock: { ...repositorys, reached: reach(repositorys.lock, [importer]), places: [{ importer, at: '.' }] },
  };
}

async function demandFolder(folder: string, setting: string): Promise<void> {
  const found = await stat(folder).catch(() => null);
  if (found?.isDirectory()) return;
  throw new LookFailed({
    cause: 'malformed',
    because: `${setting} names ${folder}, and there is no such folder`,
    fix: `correct ${setting} in svcheck.yaml, or make the folder before the audit`,
    where: folder,
  });
}

/** The importers whose folders are there: an image of one application leaves the others out. */
async function placesIn(folder: string, lock: Lock): Promise<Place[]> {
  const places: Place[] = [];
  for (const importer of lock.importers.keys()) {
    if (importer.startsWith('..') || importer.startsWith('/')) continue;
    const there = importer === '.' || (await stat(join(folder, importer, 'package.json')).catch(() => null)) !== null;
    if (there) places.push({ importer, at: importer });
  }
  return places;
}

async function importerNamed(repository: string, lock: Lock, name: string | null): Promise<string | null> {
  if (lock.importers.size === 1 && lock.importers.has('.')) return '.';
  if (name === null) return null;
  for (const importer of lock.importers.keys()) {
    if (importer.startsWith('..') || importer.startsWith('/')) continue;
    const manifest = await readManifest(join(repository, importer)).catch(() => null);
    if (manifest?.name === name) return importer;
  }
  return null;
}

export async function gatherDependencies(gathering: Gathering): Promise<Found<Dependencies>> {
  const { folder, artifact, manifest, lock } = await lockedFolder(gathering);
  if (!manifest && 'noLock' in lock) {
    return absent(`there is no package.json in ${folder}`, artifact ? 'artifact' : 'repository');
  }
  const places = 'places' in lock ? lock.places : [{ importer: '.', at: '.' }];
  gathering.progress('installed packages');
  const installed = await scanInstalled(
    folder,
    places.map(({ at }) => at),
  );
  const shown = artifact ? (gathering.target.settings.artifact ?? folder) : gathering.target.settings.repository;
  const base = { folder: shown, artifact, installed: installed.count };
  if ('noLock' in lock) {
    const devInstalled = artifact && manifest ? await namedDev(manifest, installed) : [];
    const nothing = { count: 0, first: [] };
    const value = {
      ...base,
      lock: null,
      noLock: lock.noLock,
      production: 0,
      optional: 0,
      devInstalled: some(devInstalled),
    };
    return known({ ...value, missing: nothing, offLock: nothing, extraneous: nothing }, `node_modules of ${shown}`);
  }
  if (installed.truncated) {
    throw new LookFailed({
      cause: 'too-large',
      because: `${folder} holds more than ${installed.count} installed packages`,
      fix: 'name the folder that is deployed: artifact in svcheck.yaml',
      where: folder,
    });
  }
  const { reached } = lock;
  const found = await compare(lock.lock, reached, installed, places, artifact);
  const value = {
    ...base,
    lock: { file: lock.file, manager: lock.lock.manager, version: lock.lock.version },
    noLock: null,
    production: reached.production.size,
    optional: reached.optional.size,
    devInstalled: some(found.devInstalled),
    missing: some(found.missing),
    offLock: some(found.offLock.map((one) => ({ ...one, installed: one.installed.slice(0, LISTED) }))),
    extraneous: some(found.extraneous),
  };
  return known(value, `node_modules of ${shown}, against ${lock.file}`);
}

/** Without a lock file: the devDependencies that package.json itself names and that are there. */
async function namedDev(manifest: Manifest, installed: Awaited<ReturnType<typeof scanInstalled>>) {
  const names = Object.keys(manifest.devDependencies).filter(
    (name) => !Object.hasOwn(manifest.dependencies, name) && !Object.hasOwn(manifest.optionalDependencies, name),
  );
  const found = await Promise.all(names.slice(0, 1000).map((name) => installed.resolve('.', name)));
  return found.filter((one) => one !== null);
}

const some = <T>(list: readonly T[]) => ({ count: list.length, first: list.slice(0, LISTED) });
