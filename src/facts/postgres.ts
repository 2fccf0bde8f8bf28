import { z } from 'zod';
import { Connection } from './connection.ts';
import { causes } from './known.ts';
import { postgresSchemaFacts } from './postgres-schema.ts';
import { TlsSession } from './tls.ts';

/** One address of the URL, looked at without credentials. */
export const PostgresHandshake = z.strictObject({
  host: z.string(),
  port: z.number(),
  /** Where the address that answered lies; `unix` for a socket, which has no TLS. */
  reach: z.enum(['unix', 'loopback', 'private', 'public']),
  /** What the server answered to SSLRequest; `unasked` on a Unix socket. */
  tls: z.enum(['offered', 'not-offered', 'unasked', 'unknown']),
  session: TlsSession.nullable(),
  /** A startup message without TLS: any request for authentication means that it accepts; null where not tried. */
  plaintext: z
    .strictObject({
      outcome: z.enum(['refused', 'accepted', 'trusted', 'undecided']),
      /** SQLSTATE of an error; null where there was none. */
      code: z.string().nullable(),
      /** What the server said or asked for, one line. */
      detail: z.string(),
    })
    .nullable(),
  /** Why the TLS session could not be looked at. */
  failure: z.strictObject({ cause: z.enum(causes), because: z.string(), fix: z.string() }).nullable(),
});
export type PostgresHandshake = z.infer<typeof PostgresHandshake>;

export const postgresFacts = {
  ...postgresSchemaFacts,
  'postgres.connection': z.strictObject({
    ...Connection.shape,
    /** SQLSTATE of the server's refusal; null where the server said none. */
    code: z.string().nullable(),
  }),
  'postgres.handshake': z.strictObject({
    via: z.enum(['direct', 'proxy', 'mesh']),
    /** Which certificate file was added to the roots: a setting's or parameter's name, never a path. */
    ca: z.enum(['postgres.ca', 'sslrootcert']).nullable(),
    /** The application's sslmode; null where its URL has none. */
    sslmode: z.string().nullable(),
    /** Whose URL that is: DATABASE_URL or postgres.url. */
    from: z.string(),
    hosts: z.array(PostgresHandshake),
  }),
  /** Our own session: the socket, and what the server's backend says of its leg. */
  'postgres.session': z.strictObject({
    encrypted: z.boolean(),
    /** What the server asked for: scram-sha-256, md5, password, none. */
    authentication: z.string(),
    /** Something between speaks the protocol: the backend's process is not the one that greeted us. */
    pooled: z.boolean(),
    /** pg_stat_ssl of the backend that served us. */
    backendTls: z.boolean().nullable(),
    backendProtocol: z.string().nullable(),
  }),
  'postgres.server': z.strictObject({
    /** server_version, as `15.18 (Debian 15.18-0+deb12u1)`. */
    version: z.string(),
    versionNum: z.number(),
    database: z.string(),
    /** The role that asked. */
    role: z.string(),
    inRecovery: z.boolean(),
    /** ISO 8601, UTC. */
    startedAt: z.string().nullable(),
    databaseBytes: z.number().nullable(),
    /** The greatest age(datfrozenxid), and whose it is. */
    xidAge: z.number().nullable(),
    xidDatabase: z.string().nullable(),
    checksums: z.boolean().nullable(),
    passwordEncryption: z.string().nullable(),
    /** Roles with an MD5 password; null where pg_authid may not be read (superusers only). */
    md5Roles: z.array(z.string()).nullable(),
    preparedTransactions: z
      .array(z.strictObject({ gid: z.string(), database: z.string(), owner: z.string(), ageSeconds: z.number() }))
      .nullable(),
    /** Inactive replication slots that hold WAL back. */
    idleSlots: z.array(z.strictObject({ name: z.string(), kind: z.string(), heldBytes: z.number() })).nullable(),
    /** The application's role, with the milliseconds that its sessions start with: 0 is none, null is unseen. */
    application: z.strictObject({
      role: z.string(),
      exists: z.boolean(),
      statementTimeoutMs: z.number().nullable(),
      idleInTransactionMs: z.number().nullable(),
    }),
    /** Views and functions that this role may not read. */
    hidden: z.array(z.string()),
  }),
  'postgres.sequences': z.strictObject({
    role: z.string(),
    versionNum: z.number(),
    examined: z.number(),
    /** The fullest first, 20 at most. `limit` is the lesser of the sequence's own and its column's type. */
    fullest: z.array(
      z.strictObject({
        /** schema.sequence, quoted as SQL needs it. */
        sequence: z.string(),
        /** schema.table.column likewise, null where it feeds none. */
        column: z.string().nullable(),
        /** int2, int4, int8: the column's type, else the sequence's. */
        type: z.string(),
        last: z.number(),
        limit: z.number(),
        /** 0 to 1. */
        used: z.number(),
      }),
    ),
    /** Sequences whose last value this role may not read, by schema. */
    hidden: z.array(z.strictObject({ schema: z.string(), count: z.number() })),
  }),
  'postgres.archiver': z.strictObject({
    archiveMode: z.enum(['off', 'on', 'always']),
    archivedCount: z.number(),
    /** ISO 8601, UTC; null for never. */
    lastArchivedAt: z.string().nullable(),
    failedCount: z.number(),
    lastFailedAt: z.string().nullable(),
  }),
  /** How many connections the server has, and who holds them. */
  'postgres.capacity': z.strictObject({
    role: z.string(),
    database: z.string(),
    maxConnections: z.number(),
    superuserReserved: z.number(),
    /** reserved_connections, from PostgreSQL 16. */
    reserved: z.number(),
    /** CONNECTION LIMIT of the database and of the application's role; null for none. */
    databaseLimit: z.number().nullable(),
    roleLimit: z.number().nullable(),
    applicationRole: z.string(),
    /** Sessions of the application's role in this database. */
    application: z.number(),
    /** Other clients' sessions, the most first, 20 at most; svcheck's own is left out. */
    others: z.array(
      z.strictObject({ user: z.string(), application: z.string(), database: z.string(), count: z.number() }),
    ),
    othersTotal: z.number(),
    /** Sessions of which this role may not see what they are. */
    hidden: z.number(),
  }),
  'postgres.pooler': z.strictObject({
    /** `unknown`: something pools, and it is not PgBouncer, or its console was not found. */
    kind: z.enum(['none', 'pgbouncer', 'unknown']),
    /** What told it. */
    told: z.string(),
    version: z.string().nullable(),
    /** The limits in force for this database; null where it has none, or there is no pooler. */
    poolMode: z.string().nullable(),
    poolSize: z.number().nullable(),
    reservePool: z.number().nullable(),
    maxDbConnections: z.number().nullable(),
    maxClientConn: z.number().nullable(),
    /** Clients of the pooler: this database's by the application's role, and all others. */
    applicationClients: z.number().nullable(),
    otherClients: z.number().nullable(),
  }),
  /** DB_POOL_SIZE of the env under audit. */
  'postgres.pool-size': z.strictObject({
    set: z.boolean(),
    /** Null where it is unset or no whole number. */
    value: z.number().nullable(),
    /** `instances` of the settings. */
    instances: z.number().nullable(),
  }),
} as const satisfies Record<string, z.ZodType>;
