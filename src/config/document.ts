import { readFile, stat } from 'node:fs/promises';
import { load, YAMLException } from 'js-yaml';
import { ConfigError } from './error.ts';
import { type Path, type Place, pathKey, positionsOf } from './positions.ts';

/** A settings file of a person is a few kilobytes; more is a mistake or an attack. */
const MAX_BYTES = 1_000_000;
/** Nodes after aliases are followed: a small file can unfold to billions. */
const MAX_NODES = 20_000;

export type Raw = null | boolean | number | string | readonly Raw[] | RawMap;
export interface RawMap {
  readonly [key: string]: Raw;
}

/** svcheck.yaml as written: plain values, and where each of them stands. */
export interface Document {
  /** As messages name it. */
  name: string;
  root: RawMap;
  places: ReadonlyMap<string, Place>;
}

export const isMap = (value: unknown): value is RawMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @throws ConfigError naming the file, and line and column where there are any */
export async function readDocument(file: string, name: string): Promise<Document> {
  let text: string;
  try {
    const { size } = await stat(file);
    if (size > MAX_BYTES)
      throw new ConfigError(`${name}: ${(size / 1e6).toFixed(1)} MB; expected at most 1 MB of settings`);
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(`${name}: ${whyNotRead(error)}; expected a readable settings file`);
  }
  return parseDocument(text, name);
}

function whyNotRead(error: unknown): string {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'no such file';
  if (code === 'EACCES') return 'may not be read';
  if (code === 'EISDIR') return 'is a folder';
  return `cannot be read (${String(code)})`;
}

/** @throws ConfigError */
export function parseDocument(text: string, name: string): Document {
  let root: unknown;
  try {
    root = load(text) ?? {};
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const { line, column } = error.mark ?? { line: 0, column: 0 };
    throw new ConfigError(`${name}:${line + 1}:${column + 1}: not valid YAML: ${error.reason}`);
  }
  if (!isMap(root)) throw new ConfigError(`${name}:1:1: expected a mapping of settings, such as "site:"`);
  if (countNodes(root, MAX_NODES) > MAX_NODES) {
    throw new ConfigError(`${name}: unfolds to more than ${MAX_NODES} values; expected fewer aliases`);
  }
  return { name, root, places: positionsOf(text) };
}

function countNodes(value: unknown, limit: number): number {
  let count = 0;
  const walk = (node: unknown): void => {
    count += 1;
    if (count > limit || typeof node !== 'object' || node === null) return;
    for (const item of Object.values(node)) walk(item);
  };
  walk(value);
  return count;
}

/** `svcheck.yaml:12:3` for the nearest place that the path has. */
export function whereIs({ name, places }: Document, path: Path, part: 'key' | 'value'): string {
  for (let length = path.length; length > 0; length -= 1) {
    const place = places.get(pathKey(path.slice(0, length)));
    if (!place) continue;
    // A setting that is lacking is looked for where its parent stands.
    const { line, column } = length === path.length ? place[part] : place.key;
    return `${place.source ?? name}:${line}:${column}`;
  }
  return name;
}
