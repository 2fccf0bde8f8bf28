import { z } from 'zod';

const text = (length: number) => z.string().max(length);

const migrationTools = ['drizzle', 'prisma', 'knex', 'node-pg-migrate'] as const;
export type MigrationTool = (typeof migrationTools)[number];

const Migration = z.strictObject({
  /** As the tool calls it: the journal's tag, the folder's name, the file's name. */
  name: text(300),
  /** Relative to the repository. */
  file: text(1000),
  /** SHA-256 of the file as it is, and with LF and CRLF line ends; empty where the tool keeps no hash, or the file is not there. */
  hashes: z.array(text(64)).max(3),
  /** Drizzle's `when`, milliseconds, which its table keeps as created_at. */
  when: z.number().nullable(),
  /** The journal names a file that is not there. */
  missing: z.boolean(),
  /** Statements that lock a table which others use. */
  locks: z.array(z.strictObject({ line: z.number(), what: text(200) })).max(50),
});
export type Migration = z.infer<typeof Migration>;

const Applied = z.strictObject({
  /** The database's name. */
  database: text(100),
  /** schema.table that the tool keeps its account in, quoted as SQL needs it; null where it is not there. */
  table: text(200).nullable(),
  applied: z
    .array(
      z.strictObject({
        /** Null where the tool keeps none (Drizzle before 1.0). */
        name: text(300).nullable(),
        hash: text(64).nullable(),
        when: z.number().nullable(),
        /** Prisma: begun, and neither finished nor rolled back. */
        failed: z.boolean(),
      }),
    )
    .max(5000),
});
export type Applied = z.infer<typeof Applied>;

/** An index, or the one of a unique constraint. Names are as the catalog has them, not quoted. */
const Index = z.strictObject({ schema: text(100), table: text(100), name: text(100) });

export const migrationsFacts = {
  /** The migrations of the repository, in the order in which they are applied. */
  'migrations.repository': z.strictObject({
    tool: z.enum(migrationTools),
    folder: text(1000),
    migrations: z.array(Migration).max(2000),
    /** Migrations on other branches; null where git does not tell. */
    elsewhere: z
      .array(z.strictObject({ name: text(300), hash: text(64) }))
      .max(2000)
      .nullable(),
  }),
  /** What the migration tool's table says in the database under audit, and in the staging target's. */
  'migrations.applied': Applied,
  'migrations.staging': z.strictObject({ ...Applied.shape, target: text(100) }),
  /** The indexes of Drizzle's snapshot, held against the catalog. */
  'migrations.indexes': z.strictObject({
    /** The last migration applied, and the snapshot's file; the repository's newest migration. */
    migration: text(300),
    newest: text(300),
    snapshot: text(1000),
    expected: z.number(),
    missing: z.array(Index).max(200),
    invalid: z.array(Index).max(200),
    /** Of the missing and invalid ones, those that are being built now. */
    building: z.array(Index).max(200),
    /** The role that asked, where it may not see what other roles' index builds are of; else null. */
    blind: text(100).nullable(),
  }),
} as const satisfies Record<string, z.ZodType>;
