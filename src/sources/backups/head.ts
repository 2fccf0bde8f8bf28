import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Head } from '../../facts/backups.ts';
import { type ArchiveContents, readArchive } from './archive.ts';
import { type Recognised, recognise } from './bytes.ts';
import { PlainScan } from './plain.ts';
import { TarWalk } from './tar.ts';
import type { ClockTime } from './times.ts';
import { Bytes, unpack } from './unpack.ts';

/** What the head of a backup tells, and when its header says that it was made. */
export interface Peek {
  head: Head;
  created: ClockTime | null;
}

/** More is read only as long as the table of contents goes on without naming any data. */
const SIZES = [64 * 1024, 1024 * 1024, 16 * 1024 * 1024];
const TAIL = 4096;

/** Looks into a file. Rejects as the file system does. */
export async function peekFile(path: string, bytes: number, signal: AbortSignal): Promise<Peek> {
  const file = createReadStream(path, { highWaterMark: 64 * 1024 });
  const source = new Bytes(file as AsyncIterable<Buffer>);
  try {
    const first = await source.head(SIZES[0] ?? 0);
    const outer = recognise(first, bytes <= first.length);
    const peek = await peekInto(source, outer, signal);
    const { head } = peek;
    const look = head.format === 'plain' || head.format === 'cluster';
    return look && !head.compression ? { ...peek, head: { ...head, closed: await isClosed(path, bytes) } } : peek;
  } finally {
    file.destroy();
  }
}

/** Looks into a stream of which the outside is known: unpacks once, and reads as much as it takes. */
export async function peekInto(source: Bytes, outer: Recognised, signal: AbortSignal): Promise<Peek> {
  if (outer.kind === 'dump') return insideOf(source, outer);
  if (outer.compression !== 'gzip' && outer.compression !== 'zstd') return { head: headOf(outer), created: null };
  const stop = new AbortController();
  const unpacked = unpack(source, outer.compression, AbortSignal.any([signal, stop.signal]));
  try {
    const first = await unpacked.bytes.head(SIZES[0] ?? 0);
    const inner = recognise(first, unpacked.bytes.ended);
    const told = inner.kind === 'dump' || inner.kind === 'encrypted';
    if (!told) return { head: headOf(outer), created: null };
    return await insideOf(unpacked.bytes, { ...inner, compression: outer.compression });
  } finally {
    stop.abort();
  }
}

const headOf = (told: Recognised): Head => ({ ...told, databases: [], tables: null, closed: null });

async function insideOf(source: Bytes, told: Recognised): Promise<Peek> {
  let peek: Peek = { head: headOf(told), created: null };
  for (const size of SIZES) {
    const bytes = await source.head(size);
    const read = contentsOf(bytes, told.format, source.ended && bytes.length < size);
    if (read) peek = { head: { ...peek.head, ...read.told }, created: read.created };
    if (!read || read.done || source.ended) break;
  }
  return peek;
}

interface Read {
  told: Partial<Head>;
  created: ClockTime | null;
  done: boolean;
}

function contentsOf(bytes: Buffer, format: Head['format'], whole: boolean): Read | null {
  if (format === 'custom') return fromArchive(readArchive(bytes));
  if (format === 'tar') {
    const walk = new TarWalk();
    walk.feed(bytes);
    return fromArchive(readArchive(walk.toc));
  }
  if (format !== 'plain' && format !== 'cluster') return null;
  const scan = new PlainScan();
  scan.feed(bytes);
  const { databases, closed } = scan.end();
  const tables = databases.reduce((sum, one) => sum + one.tables, 0);
  const names = databases.flatMap(({ name }) => (name === null ? [] : [name])).slice(0, 20);
  // A script of pg_dumpall names its databases one after another, and the head has not seen all.
  const told = { databases: format === 'plain' || whole ? names : [], tables: tables > 0 || whole ? tables : null };
  return { told: { ...told, closed: whole ? closed : null }, created: null, done: whole || tables > 0 };
}

function fromArchive(read: ReturnType<typeof readArchive>): Read {
  if (typeof read === 'string') return { told: {}, created: null, done: read !== 'short' };
  const { told, created } = tellOf(read);
  return { told, created, done: read.done || read.data.length > 0 };
}

function tellOf({ head, data, done }: ArchiveContents) {
  const tables = done || data.length > 0 ? data.length : null;
  return { told: { databases: head.database ? [head.database] : [], tables }, created: head.created };
}

/** Whether the closing line stands at the file's end: what comes after it is a few lines at most. */
async function isClosed(path: string, bytes: number): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const tail = Buffer.alloc(Math.min(TAIL, bytes));
    await file.read(tail, 0, tail.length, bytes - tail.length);
    const after = /\n-- PostgreSQL database (?:cluster )?dump complete\r?\n([\s\S]*)$/.exec(tail.toString('utf8'))?.[1];
    return after !== undefined && after.split(/\r?\n/).every((line) => line === '' || /^(--|\\unrestrict )/.test(line));
  } finally {
    await file.close();
  }
}

const tocNames = ['toc.dat', 'toc.dat.gz', 'toc.dat.lz4', 'toc.dat.zst'] as const;

/** The table of contents of a directory dump; null where the folder is none. */
export async function tocOf(folder: string): Promise<string | null> {
  for (const name of tocNames) {
    const found = await stat(join(folder, name)).catch(() => null);
    if (found?.isFile()) return join(folder, name);
  }
  return null;
}

/** Looks into the table of contents of a directory dump. */
export async function peekDirectory(toc: string, signal: AbortSignal): Promise<Peek> {
  const told = { kind: 'dump', encryption: null, compression: null, format: 'directory' } as const;
  const file = createReadStream(toc, { highWaterMark: 64 * 1024 });
  const stop = new AbortController();
  try {
    let source = new Bytes(file as AsyncIterable<Buffer>);
    const packed = recognise(await source.head(64), false).compression;
    if (packed === 'gzip' || packed === 'zstd')
      source = unpack(source, packed, AbortSignal.any([signal, stop.signal])).bytes;
    const { head, created } = await insideOf(source, { ...told, format: 'custom' });
    return { head: { ...head, format: 'directory' }, created };
  } finally {
    stop.abort();
    file.destroy();
  }
}
