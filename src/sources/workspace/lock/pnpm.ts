import { posix } from 'node:path';
import { isObject, strings } from '../files.ts';
import type { Edge, Importer, Lock, LockedPackage } from './lock.ts';

/**
 * Reads what YAML made of a pnpm-lock.yaml of version 5.x (pnpm 6 and 7), 6.x (pnpm 8) or 9.x (pnpm 9 and 10). Pure:
 * never throws.
 * @returns null where it is none of them
 */
export function parsePnpmLock(value: unknown): Lock | null {
  if (!isObject(value)) return null;
  // A number in 5.x, a string since; 5.4-inlineSpecifiers writes dependencies as 6.0 does.
  const version = String(value.lockfileVersion);
  if (!/^[569](?:\.|$)/.test(version)) return null;
  const details = isObject(value.packages) ? value.packages : {};
  const snapshots = isObject(value.snapshots) ? value.snapshots : details;
  const keys = new Set(Object.keys(snapshots));
  const packages = new Map<string, LockedPackage>();
  for (const [key, snapshot] of Object.entries(snapshots)) {
    if (!isObject(snapshot)) continue;
    const detail = details[key.replace(/\(.*$/, '')];
    packages.set(key, {
      ...nameAndVersion(key, version.startsWith('5'), { ...(isObject(detail) ? detail : {}), ...snapshot }),
      requires: keysOf(edgesOf(strings(snapshot.dependencies), '.', keys)),
      mayUse: keysOf(edgesOf(strings(snapshot.optionalDependencies), '.', keys)),
    });
  }
  // Without a workspace, versions 5 and 6 have the one importer at the top.
  const importers = isObject(value.importers) ? value.importers : { '.': value };
  return { manager: 'pnpm', version, packages, importers: new Map(importersOf(importers, keys)) };
}

function importersOf(value: Readonly<Record<string, unknown>>, keys: ReadonlySet<string>): [string, Importer][] {
  return Object.entries(value).flatMap(([folder, one]): [string, Importer][] => {
    if (!isObject(one)) return [];
    const edges = (field: string) => edgesOf(versionsOf(one[field]), folder, keys);
    const importer = {
      dependencies: edges('dependencies'),
      optional: edges('optionalDependencies'),
      dev: edges('devDependencies'),
    };
    return [[folder, importer]];
  });
}

/** `{debug: 4.3.4}` of 5.x, `{debug: {specifier, version: 4.3.4}}` since. */
function versionsOf(value: unknown): Record<string, string> {
  if (!isObject(value)) return {};
  return strings(
    Object.fromEntries(Object.entries(value).map(([name, one]) => [name, isObject(one) ? one.version : one])),
  );
}

const keysOf = (edges: readonly Edge[]): string[] => edges.flatMap(({ to }) => ('key' in to ? [to.key] : []));

/** A version is the end of a key, or (an alias, a tarball, a folder) a whole key. */
function edgesOf(wanted: Readonly<Record<string, string>>, folder: string, keys: ReadonlySet<string>): Edge[] {
  return Object.entries(wanted).flatMap(([alias, version]): Edge[] => {
    if (version.startsWith('link:')) {
      return [{ alias, to: { folder: posix.normalize(posix.join(folder, version.slice(5))) } }];
    }
    const forms = [`${alias}@${version}`, `/${alias}@${version}`, `/${alias}/${version}`, version, `/${version}`];
    const key = forms.find((form) => keys.has(form));
    return key === undefined ? [] : [{ alias, to: { key } }];
  });
}

/**
 * `/debug/4.3.4_peer@1` of 5.x, `/debug@4.3.4(peer@1)` of 6.x, `debug@4.3.4(peer@1)` of 9.x. What comes from elsewhere
 * than a registry has its name and version as fields, or a version that is none.
 */
function nameAndVersion(key: string, five: boolean, entry: Readonly<Record<string, unknown>>) {
  // A key of 5.x begins with the registry's host where that is not the usual one.
  const bare = key.replace(/\(.*$/, '').replace(five ? /^[^/]*\// : /^\//, '');
  const cut = five ? bare.lastIndexOf('/') : bare.indexOf('@', 1);
  const last = (cut > 0 ? bare.slice(cut + 1) : '').replace(five ? /_.*$/ : /$^/, '');
  const name = cut > 0 ? bare.slice(0, cut) : bare;
  const version = /^\d+\.\d+\.\d+/.test(last) ? last : null;
  return {
    name: typeof entry.name === 'string' ? entry.name : name,
    version: typeof entry.version === 'string' ? entry.version : version,
  };
}
