import { join } from 'node:path';
import { isObject, parseObject, readText, strings } from './files.ts';

/** What is read of a package.json; fields of the wrong type count as not there. */
export interface Manifest {
  name: string | null;
  version: string | null;
  scripts: Readonly<Record<string, string>>;
  dependencies: Readonly<Record<string, string>>;
  devDependencies: Readonly<Record<string, string>>;
  optionalDependencies: Readonly<Record<string, string>>;
  /** main, module, types, typings, bin, exports as they stand. */
  entry: Readonly<Record<string, unknown>>;
  /** The patterns of `workspaces`, in either form; null where there are none. */
  workspaces: readonly string[] | null;
}

const MAX_BYTES = 4 * 1024 * 1024;

/** The package.json of a folder; null where there is none. @throws LookFailed where it cannot be read */
export async function readManifest(folder: string): Promise<Manifest | null> {
  const path = join(folder, 'package.json');
  const text = await readText(path, MAX_BYTES);
  return text === null ? null : manifestOf(parseObject(text, path));
}

/** Pure: never throws, whatever the object holds. */
export function manifestOf(object: Readonly<Record<string, unknown>>): Manifest {
  const text = (key: string) => (typeof object[key] === 'string' ? object[key].slice(0, 214) : null);
  const { main, module, types, typings, bin, exports } = object;
  return {
    name: text('name'),
    version: text('version'),
    scripts: strings(object.scripts),
    dependencies: strings(object.dependencies),
    devDependencies: strings(object.devDependencies),
    optionalDependencies: strings(object.optionalDependencies),
    entry: { main, module, types, typings, bin, exports },
    workspaces: patternsOf(object.workspaces),
  };
}

/** `["packages/*"]`, or `{"packages": ["packages/*"]}` as yarn has it for nohoist. */
function patternsOf(value: unknown): string[] | null {
  const list: unknown = isObject(value) ? value.packages : value;
  if (!Array.isArray(list)) return null;
  return list.filter((item): item is string => typeof item === 'string');
}

/** Whether any kind of dependency names the package. */
export function dependsOn(manifest: Manifest, name: string): boolean {
  return [manifest.dependencies, manifest.devDependencies, manifest.optionalDependencies].some((list) =>
    Object.hasOwn(list, name),
  );
}
