/** Of a line only so much is kept: enough for every line that is looked for. */
const KEPT = 400;
const MAX_DATABASES = 200;
const MAX_TABLES = 200;

export interface PlainContents {
  /** TABLE DATA by database; a null name where no \connect came before. */
  databases: { name: string | null; tables: number }[];
  /** The first tables that it makes or fills: schema.table. */
  tables: string[];
  /** Its closing line was seen, and nothing but comments after it. */
  closed: boolean;
}

export const isPlainDump = (head: Buffer): 'plain' | 'cluster' | null => {
  const found = /^(?:\uFEFF)?(?:--\r?\n)?-- PostgreSQL database (cluster )?dump\r?\n/.exec(
    head.toString('utf8', 0, 200),
  );
  return found ? (found[1] ? 'cluster' : 'plain') : null;
};

/**
 * Reads a script of pg_dump or pg_dumpall as it streams by, line by line and without keeping any: the comment before each table's
 * data, the databases that it connects to, and the closing line (PostgreSQL's pg_backup_archiver.c, RestoreArchive()).
 */
export class PlainScan {
  #line = Buffer.alloc(0);
  #inCopy = false;
  #closed = false;
  #database: string | null = null;
  readonly #data = new Map<string | null, number>();
  readonly #tables = new Set<string>();

  feed(chunk: Buffer): void {
    let from = 0;
    for (;;) {
      const end = chunk.indexOf(10, from);
      const part = chunk.subarray(from, end < 0 ? Math.min(chunk.length, from + KEPT) : Math.min(end, from + KEPT));
      if (this.#line.length > 0 || end < 0) {
        this.#line = Buffer.concat([this.#line, part]).subarray(0, KEPT);
        if (end < 0) return;
        this.#read(this.#line);
        this.#line = Buffer.alloc(0);
      } else this.#read(part);
      from = end + 1;
    }
  }

  end(): PlainContents {
    if (this.#line.length > 0) this.#read(this.#line);
    const all = [...this.#data].map(([name, tables]) => ({ name, tables }));
    const named = all.filter(({ name, tables }) => name !== null || tables > 0);
    return {
      databases: named.length > 0 ? named : [{ name: null, tables: 0 }],
      tables: [...this.#tables],
      closed: this.#closed && !this.#inCopy,
    };
  }

  #read(line: Buffer): void {
    if (this.#inCopy) {
      if (line[0] === 0x5c && line[1] === 0x2e && line.length <= 3) this.#inCopy = false;
      return;
    }
    const first = line[0];
    if (first === undefined || first === 13) return;
    const text = line.toString('utf8').trimEnd();
    if (first === 0x2d && line[1] === 0x2d) return this.#comment(text);
    if (first === 0x5c) return this.#command(text);
    this.#closed = false;
    if (first === 0x43 && /^COPY .* FROM stdin;$/.test(text)) this.#inCopy = true;
  }

  #comment(text: string): void {
    if (/^-- PostgreSQL database (?:cluster )?dump complete$/.test(text)) this.#closed = true;
    const found = /^-- (Data for )?Name: (.*); Type: (TABLE DATA|TABLE); Schema: (.*); Owner: /.exec(text);
    if (!found) return;
    const [, data, name, , schema] = found;
    if (this.#tables.size < MAX_TABLES) this.#tables.add(`${schema}.${name}`.slice(0, 200));
    if (data) this.#data.set(this.#database, (this.#data.get(this.#database) ?? 0) + 1);
  }

  /** `\connect name`, or `\connect -reuse-previous=on "dbname='my name'"`. Others end or restrict what psql may do. */
  #command(text: string): void {
    const found = /^\\connect (?:-reuse-previous=on "dbname='((?:[^'\\]|\\.)*)'"|"?([^"\s]+)"?)/.exec(text);
    if (!found) return;
    this.#database = (found[1]?.replace(/\\(.)/g, '$1') ?? found[2] ?? '').slice(0, 100);
    if (!this.#data.has(this.#database) && this.#data.size < MAX_DATABASES) this.#data.set(this.#database, 0);
  }
}
