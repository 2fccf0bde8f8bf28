import type { FileAt } from './walk.ts';

export interface Late {
  source: FileAt;
  /** What it is built into, or the oldest of the outputs that are made of all sources. */
  output: FileAt;
}

/** Folders below an output folder that only tell the format. */
const format = /^(?:esm|cjs|es|es6|umd|commonjs|modules?|types|dts|src|lib)\//;
const extension = /(?:\.d)?\.[^./]+$/;

/** `dist/esm/a/b.d.ts` -> `a/b`: the name under which a file stands in both trees. */
const stem = (path: string): string => {
  let rest = path.slice(path.indexOf('/') + 1).replace(/\.map$/, '');
  while (format.test(rest)) rest = rest.replace(format, '');
  return rest.replace(extension, '');
};

/**
 * Sources that are newer than what they are built into, the newest first. A compiler that writes a file for each source
 * leaves the others as they are, so a source is held against its own file where there is one; a bundler writes all its
 * outputs at once, so any other source is held against the oldest of those that package.json names. Pure.
 * @param named outputs that package.json or an adapter names
 * @param all every file of the output folders
 */
export function lateSources(sources: readonly FileAt[], named: readonly FileAt[], all: readonly FileAt[]): Late[] {
  const oldest = extreme(named, (a, b) => a.ms < b.ms);
  if (!oldest) return [];
  const own = new Map<string, FileAt>();
  for (const file of all) {
    const key = stem(file.path);
    const before = own.get(key);
    if (!before || before.ms < file.ms) own.set(key, file);
  }
  return sources
    .map((source) => ({ source, output: own.get(sourceStem(source.path)) ?? oldest }))
    .filter(({ source, output }) => source.ms > output.ms)
    .sort((a, b) => b.source.ms - a.source.ms);
}

const sourceStem = (path: string): string => {
  let rest = path;
  while (format.test(rest)) rest = rest.replace(format, '');
  return rest.replace(extension, '');
};

/** The file that comes first by the order given; null of none. */
export function extreme(files: readonly FileAt[], before: (a: FileAt, b: FileAt) => boolean): FileAt | null {
  let best: FileAt | null = null;
  for (const file of files) if (!best || before(file, best)) best = file;
  return best;
}
