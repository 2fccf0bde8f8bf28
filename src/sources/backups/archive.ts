import type { ClockTime } from './times.ts';

/**
 * pg_dump's archive header and table of contents, as ReadHead() and ReadToc() of PostgreSQL's src/bin/pg_dump/pg_backup_archiver.c
 * read them (archive versions 1.10 to 1.16: PostgreSQL 8.0 to 18).
 */
interface ArchiveHead {
  version: string;
  /** What the archive says of itself; the toc.dat of a directory says tar. */
  format: 'custom' | 'tar';
  created: ClockTime;
  database: string;
  /** Of the server, as `15.18 (Debian 15.18-0+deb12u1)`. */
  serverVersion: string;
}

interface ArchiveData {
  /** `public.users` */
  table: string;
  /** The member that holds it: of a directory or a tar file. */
  file: string | null;
  /** Written with COPY, so that it ends with the line `\.`. */
  copy: boolean;
}

export interface ArchiveContents {
  head: ArchiveHead;
  /** Entries TABLE DATA found so far. */
  data: readonly ArchiveData[];
  /** Whether the table of contents was read to its end. */
  done: boolean;
}

/** `short`: more bytes are needed even for the header; `newer`: a version whose form is not known; `bad`: none of it. */
export type ArchiveRead = ArchiveContents | 'short' | 'newer' | 'bad';

const OLDEST = 10;
const NEWEST = 16;
const MAX_STRING = 64 * 1024 * 1024;

class Short extends Error {}
class Bad extends Error {}

/** Pure: reads as far as the bytes go. */
export function readArchive(bytes: Buffer): ArchiveRead {
  const reader = new Reader(bytes);
  try {
    const minor = reader.magic();
    if (minor === 'newer') return 'newer';
    const head = reader.head(minor);
    return { head, ...contentsOf(reader, minor, head.format) };
  } catch (error) {
    if (error instanceof Short) return 'short';
    if (error instanceof Bad) return 'bad';
    throw error;
  }
}

function contentsOf(reader: Reader, minor: number, format: ArchiveHead['format']): Omit<ArchiveContents, 'head'> {
  const data: ArchiveData[] = [];
  try {
    const count = reader.int();
    for (let n = 0; n < count; n += 1) {
      const entry = reader.entry(minor, format);
      if (entry.description === 'TABLE DATA') data.push(entry.data);
    }
    return { data, done: true };
  } catch (error) {
    if (error instanceof Short) return { data, done: false };
    throw error;
  }
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;
  #intSize = 4;
  #offSize = 8;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** The minor version, with everything up to the format's byte read. */
  magic(): number | 'newer' {
    if (this.#take(5).toString('latin1') !== 'PGDMP') throw new Bad();
    const major = this.#byte();
    const minor = this.#byte();
    this.#byte(); // revision
    if (major > 1 || minor > NEWEST) return 'newer';
    if (major < 1 || minor < OLDEST) throw new Bad();
    this.#intSize = this.#byte();
    this.#offSize = this.#byte();
    if (this.#intSize < 1 || this.#intSize > 8 || this.#offSize < 1 || this.#offSize > 8) throw new Bad();
    return minor;
  }

  head(minor: number): ArchiveHead {
    const format = this.#byte();
    if (format !== 1 && format !== 3) throw new Bad(); // archCustom, archTar (pg_backup.h)
    if (minor >= 15) this.#byte();
    else this.int(); // the compression
    const [second = 0, minute = 0, hour = 0, day = 0, month = 0, year = 0] = Array.from({ length: 6 }, () =>
      this.int(),
    );
    this.int(); // tm_isdst
    const database = this.#text() ?? '';
    const serverVersion = this.#text() ?? '';
    this.#text(); // pg_dump's own version
    return {
      version: `1.${minor}`,
      format: format === 1 ? 'custom' : 'tar',
      created: { year: year + 1900, month: month + 1, day, hour, minute, second },
      database: database.slice(0, 100),
      serverVersion: serverVersion.slice(0, 100),
    };
  }

  entry(minor: number, format: ArchiveHead['format']): { description: string; data: ArchiveData } {
    if (this.int() <= 0) throw new Bad();
    this.int();
    this.#skip(); // tableoid
    this.#skip(); // oid
    const tag = this.#text() ?? '';
    const description = this.#text() ?? '';
    if (minor >= 11) this.int(); // section
    this.#skip(); // definition
    this.#skip(); // its DROP
    const copy = this.#text();
    const namespace = this.#text();
    this.#skip(); // tablespace
    if (minor >= 14) this.#skip(); // table access method
    if (minor >= 16) this.int(); // relkind
    this.#skip(); // owner
    this.#skip(); // WITH OIDS
    while (this.#skip()); // dependencies, ended by a null
    const file = format === 'custom' ? this.#offset() : this.#text();
    const table = `${namespace ?? ''}.${tag}`.slice(0, 200);
    return { description, data: { table, file: file || null, copy: (copy ?? '') !== '' } };
  }

  /** A sign byte, then the value, its least byte first. */
  int(): number {
    const sign = this.#byte();
    let value = 0;
    for (let n = 0; n < this.#intSize; n += 1) value += this.#byte() * 2 ** (8 * n);
    return sign === 0 ? value : -value;
  }

  #offset(): null {
    this.#take(1 + this.#offSize);
    return null;
  }

  #length(): number | null {
    const length = this.int();
    if (length > MAX_STRING) throw new Bad();
    return length < 0 ? null : length;
  }

  #text(): string | null {
    const length = this.#length();
    return length === null ? null : this.#take(length).toString('utf8');
  }

  /** Whether there was a string. */
  #skip(): boolean {
    const length = this.#length();
    if (length !== null) this.#take(length);
    return length !== null;
  }

  #byte(): number {
    return this.#take(1)[0] ?? 0;
  }

  #take(length: number): Buffer {
    if (this.#at + length > this.#bytes.length) throw new Short();
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}
