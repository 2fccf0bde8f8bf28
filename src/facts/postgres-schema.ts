import { z } from 'zod';

/** The first of something, and how many there are in all. */
const some = <T extends z.ZodType>(shape: T) => z.strictObject({ total: z.number(), shown: z.array(shape).max(100) });

/** Names are schema.name, quoted as SQL needs them; columns likewise. Extensions' and migration tools' tables are left out. */
const Schema = z.strictObject({
  /** Tables that were examined, partitions not counted. */
  tables: z.number(),
  withoutPrimaryKey: some(
    z.strictObject({
      table: z.string(),
      /** PARTITION BY of a partitioned table: its primary key must hold these. */
      partitionKey: z.string().nullable(),
      /** A valid unique index on columns that are NOT NULL, and the constraint that owns it. */
      unique: z
        .strictObject({
          index: z.string(),
          columns: z.array(z.string()),
          constraint: z.string().nullable(),
          referenced: z.boolean(),
        })
        .nullable(),
      /** A column of this name is there already. */
      hasId: z.boolean(),
    }),
  ),
  /** Foreign keys that no valid index covers, those on unknown numbers of rows first, then on the most. */
  unindexedKeys: some(
    z.strictObject({
      table: z.string(),
      constraint: z.string(),
      columns: z.array(z.string()),
      /** The planner's estimate, or the statistics' where that is more. */
      rows: z.number(),
      /** Neither knows of the whole table: it holds more than `rows` says. */
      unknown: z.boolean(),
      partitioned: z.boolean(),
    }),
  ),
  /** Indexes that do what another one does. */
  duplicates: some(
    z.strictObject({
      table: z.string(),
      index: z.string(),
      of: z.string(),
      /** The constraint that owns it, which is dropped instead. */
      constraint: z.string().nullable(),
      /** Foreign keys of other tables rest on it. */
      referenced: z.boolean(),
      partitioned: z.boolean(),
    }),
  ),
  /** Indexes whose columns are the first columns of another one. */
  prefixes: some(z.strictObject({ table: z.string(), index: z.string(), of: z.string(), partitioned: z.boolean() })),
  notValidated: some(z.strictObject({ table: z.string(), constraint: z.string() })),
});
export type Schema = z.infer<typeof Schema>;

export const postgresSchemaFacts = {
  'postgres.schema': Schema,
} as const satisfies Record<string, z.ZodType>;
