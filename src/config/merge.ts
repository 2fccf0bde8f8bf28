import { type Document, isMap, type Raw, type RawMap } from './document.ts';
import { type Path, type Place, pathKey } from './positions.ts';

/** Targets merge over the root: maps deeply, lists and scalars replace. */
function mergeRaw(under: RawMap, over: RawMap): RawMap {
  const merged: Record<string, Raw> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    merged[key] = isMap(value) && isMap(below) ? mergeRaw(below, value) : value;
  }
  return merged;
}

/**
 * One target of a document as a document of its own: merged over the root, each value with the place where it is
 * really written. Without a name, the root itself.
 */
export function targetDocument(document: Document, target: string | null): Document {
  const { targets, ...root } = document.root;
  const own = target === null || !isMap(targets) ? undefined : targets[target];
  if (target === null || !isMap(own)) return { ...document, root };
  const places = new Map(document.places);
  const prefix = pathKey(['targets', target]).slice(0, -1);
  for (const [key, place] of document.places) {
    if (key.startsWith(`${prefix},`)) places.set(`[${key.slice(prefix.length + 1)}`, place);
  }
  return { name: document.name, root: mergeRaw(root, own), places };
}

/** Replaces some top-level settings by those of another document (a policy from a git ref), places included. */
export function replaceSettings(document: Document, from: Document, keys: readonly string[]): Document {
  const root: Record<string, Raw> = { ...document.root };
  for (const key of keys) {
    delete root[key];
    const value = from.root[key];
    if (value !== undefined) root[key] = value;
  }
  const places = new Map<string, Place>([...document.places].filter(([key]) => !keys.includes(firstOf(key))));
  for (const [key, place] of from.places)
    if (keys.includes(firstOf(key))) places.set(key, { ...place, source: from.name });
  return { name: document.name, root, places };
}

const firstOf = (key: string): string => {
  const [first] = JSON.parse(key) as Path;
  return String(first);
};
