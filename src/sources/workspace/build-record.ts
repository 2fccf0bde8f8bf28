import { isObject } from './files.ts';

/** What a .tsbuildinfo says: which sources the compiler read last, by SHA-256, and where it wrote to. */
export interface BuildRecord {
  /** Paths as they stand, relative to the record's own folder -> hexadecimal digest. */
  digests: ReadonlyMap<string, string>;
  outDir: string;
  declarationsOnly: boolean;
}

const DIGEST = /^[0-9a-f]{64}$/;

/**
 * Reads a .tsbuildinfo of TypeScript 4 to 6. Pure: never throws.
 * @returns null where it does not bind outputs to sources: not JSON, no digests (a build without `incremental`), files
 *   still to be written (`--noEmit`), or no outDir
 */
export function parseBuildRecord(text: string): BuildRecord | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isObject(value)) return null;
  // TypeScript before 5.6 has it all below `program`.
  const { fileNames, fileInfos, options, affectedFilesPendingEmit } = isObject(value.program) ? value.program : value;
  if (!Array.isArray(fileNames) || !Array.isArray(fileInfos) || !isObject(options)) return null;
  if (Array.isArray(affectedFilesPendingEmit) && affectedFilesPendingEmit.length > 0) return null;
  if (typeof options.outDir !== 'string' || options.noEmit === true) return null;
  const digests = new Map<string, string>();
  for (const [index, name] of fileNames.entries()) {
    const info: unknown = fileInfos[index];
    const digest: unknown = isObject(info) ? info.version : info;
    if (typeof name === 'string' && typeof digest === 'string' && DIGEST.test(digest)) digests.set(name, digest);
  }
  if (digests.size === 0) return null;
  return { digests, outDir: options.outDir, declarationsOnly: options.emitDeclarationOnly === true };
}
