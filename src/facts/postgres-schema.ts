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

const name = z.string().max(200);

/** Roles, super administrators and e-mail templates. Null where no table for them was found. */
const Seed = z.strictObject({
  roles: z.strictObject({ table: name, names: z.array(name).max(200) }).nullable(),
  templates: z.strictObject({ table: name, names: z.array(name).max(500) }).nullable(),
  admins: z
    .strictObject({
      table: name,
      /** The role that they have. */
      role: name,
      total: z.number(),
      active: z.number(),
      /** E-mail addresses of the active ones, 20 at most. */
      addresses: z.array(name).max(20),
    })
    .nullable(),
});

/** The application's sessions in this database, svcheck's own left out. */
const Activity = z.strictObject({
  /** The role that asked, quoted as SQL needs it. */
  role: name,
  applicationRole: name,
  application: z.number(),
  /** Of these, in a transaction and waiting for the application (aborted ones too), the longest first. */
  idleInTransaction: some(z.strictObject({ application: name, seconds: z.number() })),
  /** Sessions of the application whose state this role may not see. */
  hidden: z.number(),
});

/** pg_stat_statements for the application's role and this database. */
const Statements = z.strictObject({
  /** `not-loaded`: the extension is there, and the library not in shared_preload_libraries. */
  extension: z.enum(['ready', 'missing', 'not-loaded']),
  role: name,
  applicationRole: name,
  /** ISO 8601, UTC; null where the extension is too old to tell (before 1.9). */
  resetAt: z.string().nullable(),
  /** Statements examined: no utility ones, none of the catalog. */
  examined: z.number(),
  totalMs: z.number(),
  /** By the time that they took together, the most first. */
  slowest: z.array(
    z.strictObject({
      /** Constants and comments taken out. */
      text: z.string().max(300),
      calls: z.number(),
      meanMs: z.number(),
      /** Of all the time; and what those before it took. 0 to 1. */
      share: z.number(),
      before: z.number(),
    }),
  ),
  /** Rows whose text this role may not read. */
  hidden: z.number(),
});

/** What the application's role may do beyond its tables, and who administrates. */
const Access = z.strictObject({
  applicationRole: name,
  exists: z.boolean(),
  /** SUPERUSER, CREATEROLE, BYPASSRLS, REPLICATION: those that it has itself. */
  attributes: z.array(name).max(4),
  /** Roles with one of these, or a managed service's superuser, that it is a member of. */
  memberOf: z.array(name).max(50),
  /** Schemas in which PUBLIC may create. */
  publicCreate: z.array(name).max(100),
  /** Null where no table tells who has the role. */
  admins: z
    .strictObject({
      role: name,
      active: z.number(),
      /** Where sign-ins are seen: a column of the user, or sessions, of which old ones may be gone; null for nowhere. */
      from: z.enum(['column', 'sessions']).nullable(),
      /** ISO 8601, UTC, of each active one, those that never were seen first; null for never. */
      signIns: z.array(z.string().nullable()).max(100),
    })
    .nullable(),
});

export const postgresSchemaFacts = {
  'postgres.access': Access,
  'postgres.activity': Activity,
  'postgres.statements': Statements,
  'postgres.schema': Schema,
  'postgres.seed': Seed,
} as const satisfies Record<string, z.ZodType>;
