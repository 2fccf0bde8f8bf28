import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type EnvScan, scanEnv } from './env-scan.ts';
import { Secret } from './secret.ts';
import type { EnvEntry } from './target.ts';

/** What came of reading one env file. `key`s only here: values are in the entries as Secrets. */
export type EnvFile =
  | {
      state: 'read';
      file: string;
      /** As written, one for each assignment: references are not expanded here. */
      entries: readonly EnvEntry[];
      /** A key that is set more than once: the last line wins. */
      duplicates: readonly { key: string; lines: readonly number[] }[];
      /** Lines that are neither an assignment, a comment nor blank. */
      malformed: readonly number[];
      /** Keys that stand commented out: `# KEY=value`. */
      commented: readonly { key: string; line: number }[];
    }
  | EnvFileFailure;

interface EnvFileFailure {
  state: 'missing' | 'unreadable' | 'binary' | 'too-large';
  file: string;
  because: string;
}

export type ScannedFile = { state: 'read'; file: string; scan: EnvScan } | EnvFileFailure;

const LARGEST = 1024 * 1024;

/**
 * Reads one env file of at most 1 MiB without running anything. Never throws: what went wrong is the state.
 * @param base the folder that relative names start from
 */
export async function scanEnvFile(base: string, file: string): Promise<ScannedFile> {
  const read = await readText(base, file);
  return read.state === 'text' ? { state: 'read', file, scan: scanEnv(read.text) } : { ...read, file };
}

type Text = { state: 'text'; text: string } | Omit<EnvFileFailure, 'file'>;

async function readText(base: string, file: string): Promise<Text> {
  try {
    // Not to block on a pipe or a device that somebody put in a file's place.
    const handle = await open(resolve(base, file), constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      if (!(await handle.stat()).isFile()) return { state: 'unreadable', because: `${file} is not a regular file` };
      const buffer = Buffer.alloc(LARGEST + 1);
      let length = 0;
      for (let more = -1; more !== 0 && length < buffer.length; length += more) {
        more = (await handle.read(buffer, length, buffer.length - length, length)).bytesRead;
      }
      if (length > LARGEST) return { state: 'too-large', because: `${file} is larger than 1 MiB` };
      return decode(buffer.subarray(0, length), file);
    } finally {
      await handle.close();
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    if (code === 'ENOENT' || code === 'ENOTDIR') return { state: 'missing', because: `${file} does not exist` };
    return { state: 'unreadable', because: `${file} cannot be read (${code})` };
  }
}

function decode(bytes: Buffer, file: string): Text {
  if (bytes.includes(0)) return { state: 'binary', because: `${file} holds NUL bytes: it is not UTF-8 text` };
  try {
    // The decoder also drops a byte order mark.
    return { state: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { state: 'binary', because: `${file} is not UTF-8 text` };
  }
}

/** The file as facts and settings see it: every value a Secret. */
export function sealedFile(scanned: ScannedFile): EnvFile {
  if (scanned.state !== 'read') return scanned;
  const { file, scan } = scanned;
  const entries = scan.assignments.map(({ key, value, line }) => ({ key, value: new Secret(value), file, line }));
  const { malformed, commented } = scan;
  return { state: 'read', file, entries, duplicates: duplicatesOf(scan), malformed, commented };
}

function duplicatesOf({ assignments }: EnvScan): { key: string; lines: number[] }[] {
  const lines = new Map<string, number[]>();
  for (const { key, line } of assignments) lines.set(key, [...(lines.get(key) ?? []), line]);
  return [...lines].flatMap(([key, at]) => (at.length > 1 ? [{ key, lines: at }] : []));
}
