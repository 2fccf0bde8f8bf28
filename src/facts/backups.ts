import { z } from 'zod';
import { causes } from './known.ts';

const formats = ['plain', 'cluster', 'custom', 'tar', 'directory'] as const;
const Format = z.enum(formats).nullable();
/** `cluster` is pg_dumpall's script. */
export type DumpFormat = (typeof formats)[number];

/** What the first bytes of a backup are: its name is never asked. */
export const Head = z.strictObject({
  /**
   * `dump`: pg_dump's or pg_dumpall's, open to read; `compressed`: something else inside, or a compression that is not
   * unpacked here; `openpgp-open`: OpenPGP, signed or packed and not encrypted; `signature`: a detached one.
   */
  kind: z.enum(['dump', 'encrypted', 'compressed', 'openpgp-open', 'signature', 'text', 'binary']),
  encryption: z.enum(['age', 'openpgp', 'openssl']).nullable(),
  /** Around the dump or, with openpgp-open, null. */
  compression: z.enum(['gzip', 'zstd', 'bzip2', 'xz', 'lz4']).nullable(),
  format: Format,
  /** The databases that the head names; a plain dump without --create names none. */
  databases: z.array(z.string()),
  /** Entries TABLE DATA of the table of contents; null where the head does not tell. */
  tables: z.number().nullable(),
  /** Whether a plain dump's closing line is there; null where it was not looked for. */
  closed: z.boolean().nullable(),
});
export type Head = z.infer<typeof Head>;

export const Backup = z.strictObject({
  /** Relative to the source. */
  name: z.string(),
  /** The name without what changes from run to run: backups of one job share it. */
  shape: z.string(),
  bytes: z.number(),
  /** The date in the name, else that of `at`: YYYY-MM-DD. */
  day: z.string(),
  /** ISO 8601, UTC. */
  at: z.string(),
  timeFrom: z.enum(['name', 'header', 'file']),
  /** Whether `at` is an instant; else it was written without a time zone and may be off by as much as zones are. */
  exact: z.boolean(),
  /** The most that name, header and file disagree by; null where only one of them tells a time. */
  apartHours: z.number().nullable(),
  /** `gone`: a link to nothing. */
  state: z.enum(['there', 'empty', 'unreadable', 'gone']),
  /** Null where the state is another than there. */
  head: Head.nullable(),
});
export type Backup = z.infer<typeof Backup>;

/** What reading a backup, decrypted and unpacked, came to. */
export const Content = z.strictObject({
  name: z.string(),
  how: z.enum(['whole', 'head']),
  /**
   * `sealed`: encrypted, and no command to decrypt it; `undecrypted`, `wrong-key`: the command gave no dump; `unknown`: no dump;
   * `unsupported`: newer than the pg_restore here; `unread`: could not be read, by `cause`; `changing`: it is being written.
   */
  outcome: z.enum([
    'sound',
    'damaged',
    'sealed',
    'undecrypted',
    'wrong-key',
    'unknown',
    'unsupported',
    'unread',
    'changing',
  ]),
  cause: z.enum(causes).nullable(),
  /** One line: what went wrong; empty when sound. */
  because: z.string(),
  fix: z.string(),
  format: Format,
  /** Entries TABLE DATA by database, null where a head does not tell; a null name is a plain dump without --create. */
  databases: z.array(z.strictObject({ name: z.string().nullable(), tables: z.number().nullable() })),
  /** For a dump that names no database: how many of its tables the live database has too; null where that is not known. */
  likeness: z.strictObject({ dumped: z.number(), shared: z.number() }).nullable(),
  /** ISO 8601, UTC. */
  readAt: z.string(),
  /** Read by an earlier audit; the file is the same by path, size and time. */
  remembered: z.boolean(),
});
export type Content = z.infer<typeof Content>;

export const backupsFacts = {
  /** What a backup source holds, reduced: of many files, the newest and the oldest of each day of the last five weeks. */
  'backups.listing': z.strictObject({
    kind: z.literal('folder'),
    place: z.string(),
    pattern: z.string(),
    /** Files and dump directories that match the pattern, links within the source left out. */
    matched: z.number(),
    links: z.number(),
    /** Folders without a table of contents, sockets, pipes: never opened. */
    others: z.number(),
    /** Newest first, 150 at most. */
    backups: z.array(Backup),
    /** ISO 8601, UTC: of all that match. */
    oldestAt: z.string().nullable(),
  }),
  'backups.contents': z.strictObject({
    verify: z.enum(['newest', 'all', 'none']),
    decrypt: z.boolean(),
    /** Newest first. */
    files: z.array(Content),
  }),
  /** Which database is meant, by the address. */
  'backups.database': z.strictObject({ name: z.string(), hosts: z.array(z.string()), from: z.string() }),
  /** Names of the live database's tables, schema.table, as many as 5,000. */
  'backups.live-tables': z.strictObject({ tables: z.array(z.string()), total: z.number() }),
  'backups.place': z.strictObject({
    /** backups.source.host. */
    declaredHost: z.string().nullable(),
    /** This machine's own name. */
    here: z.string(),
    /** svcheck runs in a container: its addresses and file systems are not the machine's. */
    container: z.boolean(),
    volume: z.strictObject({
      kind: z.enum(['local', 'network', 'unknown']),
      /** ext4, nfs4, cifs, fuse.sshfs; null where the system does not tell. */
      type: z.string().nullable(),
      /** The host that serves a network volume; null where its name tells none. */
      server: z.string().nullable(),
      /** On the same file system as the machine's root. */
      sameAsRoot: z.boolean(),
    }),
    database: z.strictObject({
      hosts: z.array(z.string()),
      /**
       * `this-machine`: loopback, a socket or an address of its own; `container-network`: an address of a bridge of this machine;
       * `unknown`: its name was not resolved.
       */
      reach: z.enum(['this-machine', 'container-network', 'elsewhere', 'behind-proxy', 'unknown']),
    }),
    /** Whether the declared host, or else the server of the volume, is one of the database's; null where neither is known. */
    sameHost: z.boolean().nullable(),
  }),
} as const satisfies Record<string, z.ZodType>;
