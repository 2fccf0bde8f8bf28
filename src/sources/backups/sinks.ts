import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Content, DumpFormat } from '../../facts/backups.ts';
import { type ArchiveContents, type ArchiveRead, readArchive } from './archive.ts';
import { type Child, startChild } from './child.ts';
import { PlainScan } from './plain.ts';
import { TarWalk } from './tar.ts';
import { type Bytes, feed } from './unpack.ts';

/** What a dump, read to its end, came to. */
export interface Sink {
  /** What is wrong with it; null where nothing is. */
  fault: string | null;
  /** It is of a newer version than pg_restore. */
  unsupported: boolean;
  missing: boolean;
  databases: Content['databases'];
  tables: readonly string[];
}

const well: Sink = { fault: null, unsupported: false, missing: false, databases: [], tables: [] };

/** Reads a whole dump off a stream: archives by pg_restore, which makes the script of them, scripts by themselves. */
export function readInto(bytes: Bytes, format: DumpFormat, pgRestore: string, signal: AbortSignal): Promise<Sink> {
  if (format === 'custom') return readCustom(bytes, pgRestore, signal);
  if (format === 'tar') return readTar(bytes, pgRestore, signal);
  return readPlain(bytes);
}

async function readPlain(bytes: Bytes): Promise<Sink> {
  const scan = new PlainScan();
  for await (const chunk of bytes) scan.feed(chunk);
  const { databases, tables, closed } = scan.end();
  return {
    ...well,
    databases,
    tables,
    fault: closed ? null : 'it ends before the line "PostgreSQL database dump complete"',
  };
}

/** The table of contents is kept to be read here too; larger ones than this are not met. */
const MAX_HEAD = 64 * 1024 * 1024;

async function readCustom(bytes: Bytes, pgRestore: string, signal: AbortSignal): Promise<Sink> {
  const child = restore([pgRestore, '-f', '/dev/null'], 'pipe', signal);
  const head = new Growing();
  await feed(bytes, child, (chunk) => head.add(chunk));
  return withContents(await endOf(child), head.read());
}

/** Collects the beginning of an archive until its table of contents is whole. */
class Growing {
  #parts: Buffer[] = [];
  #bytes = 0;
  #next = 64 * 1024;
  #last: ArchiveRead | null = null;

  add(chunk: Buffer): void {
    if (this.#last && (typeof this.#last === 'string' ? this.#last !== 'short' : this.#last.done)) return;
    if (this.#bytes > MAX_HEAD) return;
    this.#parts.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes >= this.#next) this.#try();
  }

  read(): ArchiveRead {
    return this.#last && this.#parts.length === 0 ? this.#last : this.#try();
  }

  #try(): ArchiveRead {
    const all = Buffer.concat(this.#parts);
    this.#parts = [all];
    this.#next = 2 * all.length;
    this.#last = readArchive(all);
    if (this.#last !== 'short' && (typeof this.#last === 'string' || this.#last.done)) this.#parts = [];
    return this.#last;
  }
}

/** A tar file is walked here, for pg_restore takes one that ends within its data for whole, and may never end itself. */
async function readTar(bytes: Bytes, pgRestore: string, signal: AbortSignal): Promise<Sink> {
  const walk = new TarWalk();
  const child = restore([pgRestore, '-f', '/dev/null', '-Ft'], 'pipe', signal);
  await feed(bytes, child, (chunk) => {
    walk.feed(chunk);
    if (walk.fault) child.kill();
  });
  const contents = readArchive(walk.toc);
  const fault = walk.fault ?? (walk.ended ? missingMember(contents, walk.members) : 'the tar file ends too early');
  if (fault && contents !== 'newer') {
    child.kill();
    return withContents({ ...well, fault }, contents);
  }
  return withContents(await endOf(child), contents);
}

function missingMember(contents: ArchiveRead, members: ReadonlySet<string>): string | null {
  if (typeof contents === 'string') return contents === 'newer' ? null : 'its table of contents is damaged';
  if (!members.has('restore.sql')) return 'the tar file lacks restore.sql';
  const lost = contents.data.find(({ file }) => file !== null && !members.has(file));
  return lost ? `the data of ${lost.table} are missing` : null;
}

/** A directory dump. pg_restore takes an empty or, without compression, a cut file of data for whole: looked at first. */
export async function readDirectory(
  folder: string,
  toc: Buffer,
  pgRestore: string,
  signal: AbortSignal,
): Promise<Sink> {
  const contents = readArchive(toc);
  const fault = typeof contents === 'string' ? null : await brokenMember(folder, contents);
  if (fault) return withContents({ ...well, fault }, contents);
  return withContents(await endOf(restore([pgRestore, '-f', '/dev/null', '-Fd', folder], 'ignore', signal)), contents);
}

async function brokenMember(folder: string, { data }: ArchiveContents): Promise<string | null> {
  const names = new Set(await readdir(folder));
  for (const { table, file, copy } of data) {
    if (file === null) continue;
    const name = [file, `${file}.gz`, `${file}.lz4`, `${file}.zst`].find((one) => names.has(one));
    if (name === undefined) return `the data of ${table} are missing`;
    const path = join(folder, name);
    const { size } = await stat(path);
    if (size === 0) return `the file of ${table}'s data is empty`;
    if (copy && name === file && !/(?:^|\n)\\\.\n+$/.test(await tailOf(path, size)))
      return `the data of ${table} end too early`;
  }
  return null;
}

async function tailOf(path: string, size: number): Promise<string> {
  const file = await open(path, 'r');
  try {
    const tail = Buffer.alloc(Math.min(8, size));
    await file.read(tail, 0, tail.length, size - tail.length);
    return tail.toString('latin1');
  } finally {
    await file.close();
  }
}

const restore = (argv: readonly string[], stdin: 'pipe' | 'ignore', signal: AbortSignal): Child =>
  startChild(argv, { env: 'bare', stdin, stdout: 'ignore', signal });

async function endOf(child: Child): Promise<Sink> {
  const { code, missing, said } = await child.ended;
  if (code === 0) return well;
  return { ...well, missing, unsupported: /unsupported version/.test(said), fault: said || 'pg_restore was ended' };
}

function withContents(sink: Sink, contents: ArchiveRead): Sink {
  if (typeof contents === 'string') {
    // The same words as pg_restore's, where it was not asked.
    return contents === 'newer' && !sink.fault
      ? { ...sink, unsupported: true, fault: 'unsupported version in file header' }
      : sink;
  }
  return { ...sink, databases: [{ name: contents.head.database || null, tables: contents.data.length }] };
}
