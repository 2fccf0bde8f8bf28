import { z } from 'zod';
import { Connection } from './connection.ts';
import { TlsSession } from './tls.ts';

/** Products that answer Redis commands and say in INFO which they are. */
const redisProducts = [
  'Redis',
  'Valkey',
  'KeyDB',
  'Dragonfly',
  'ElastiCache',
  'MemoryDB',
  'Upstash',
  'Redis Enterprise',
  'Garnet',
  'Kvrocks',
  'Redict',
  'unknown',
] as const;

const text = (length: number) => z.string().max(length);
const count = () => z.number().nullable();

/** How a command fared that was sent without credentials. */
const Answer = z.strictObject({
  command: z.enum(['PING', 'INFO', 'GET', 'DBSIZE']),
  /** `denied`: protected mode, in which Redis says that no password is set. */
  outcome: z.enum(['answered', 'noauth', 'noperm', 'denied', 'other']),
  /** The server's words where it refused; empty where it answered. */
  said: text(200),
});

/** INFO, reduced to what is judged. A field that the server does not report is null, a section without any field too. */
const Info = z.strictObject({
  /** PONG, or the error that PING got on the session with credentials. */
  ping: text(200),
  product: z.enum(redisProducts),
  /** Whose code a managed product runs, where it says so. */
  engine: z.enum(['Redis', 'Valkey']).nullable(),
  /** The product's own version; Valkey and others report redis_version for compatibility only. */
  version: text(60).nullable(),
  /** redis_version. */
  compatible: text(60).nullable(),
  /** standalone, cluster, sentinel. */
  mode: text(40).nullable(),
  runId: text(64).nullable(),
  uptimeSeconds: count(),
  replication: z
    .strictObject({
      role: text(20).nullable(),
      /** Of a replica to its primary: up or down. */
      primaryLink: text(20).nullable(),
      replicas: count(),
      /** Replicas whose state is not online. */
      replicasOffline: z.number(),
    })
    .nullable(),
  clients: z.strictObject({ connected: count(), limit: count() }).nullable(),
  /** Bytes; `limit` 0 is none. */
  memory: z
    .strictObject({
      used: count(),
      limit: count(),
      policy: text(40).nullable(),
      /** total_system_memory: the host's, also inside a container. */
      system: count(),
      fragmentationRatio: count(),
      fragmentationBytes: count(),
    })
    .nullable(),
  stats: z.strictObject({ rejectedConnections: count(), evictedKeys: count() }).nullable(),
  persistence: z
    .strictObject({
      aof: z.boolean().nullable(),
      aofLastWrite: text(40).nullable(),
      aofLastRewrite: text(40).nullable(),
      rdbLastSave: text(40).nullable(),
    })
    .nullable(),
});
export type RedisInfo = z.infer<typeof Info>;

/** CONFIG GET of a closed list of names, none of which holds a secret. Null: not told. */
const Config = z.strictObject({
  /** The server's words where it permits no CONFIG, as managed services do. */
  refused: text(200).nullable(),
  maxmemory: count(),
  maxmemoryPolicy: text(40).nullable(),
  appendonly: z.boolean().nullable(),
  appendfsync: text(20).nullable(),
  protectedMode: z.boolean().nullable(),
  maxclients: count(),
});

const may = () => z.boolean().nullable();
const Acl = z.strictObject({
  refused: text(200).nullable(),
  /** The user of this session. */
  whoami: text(100).nullable(),
  /** Users other than `default` that are on with nopass; null where ACL LIST is not permitted. */
  openUsers: z.array(text(100)).max(50).nullable(),
  /** The application's user and what it may run; null where neither ACL DRYRUN nor ACL LIST tells. */
  application: z.strictObject({ user: text(100), flushall: may(), config: may(), debug: may(), keys: may() }),
});

/** Where BullMQ queues were found. */
const Queues = z.strictObject({
  prefix: text(100),
  /** `emails`, or `db2:emails` in another database than the address names. */
  found: z.array(text(200)).max(50),
  /** Names of redis.queues that have no key. */
  missing: z.array(text(200)).max(50),
  /** Keys that SCAN passed, in all databases. */
  scanned: z.number(),
  /** False where a limit ended the search before every key was passed. */
  complete: z.boolean(),
});

/** Keys under the prefixes of redis.cachePrefixes, in the database of the address. */
const Cache = z.strictObject({
  /** `keys`: as many as SCAN came to before the look ended. */
  prefixes: z.array(z.strictObject({ prefix: text(200), keys: z.number() })).max(50),
  /** False where a limit ended the search before every key was passed. */
  complete: z.boolean(),
  /** keyspace_hits and keyspace_misses since the server started, of all that read keys; null where INFO does not say. */
  hits: count(),
  misses: count(),
});

/** A password as far as it may be told. `of`: the setting that holds it. */
const Password = z.strictObject({
  of: text(40),
  user: text(100),
  /** `token`: a short-lived IAM or OAuth token, which is not rated. */
  kind: z.enum(['none', 'static', 'token']),
  length: z.number(),
  /** Estimated; null unless static. */
  bits: z.number().nullable(),
  /** What makes it weak, where something does. */
  weakness: text(200),
});

export const redisFacts = {
  'redis.connection': Connection,
  'redis.unauthenticated': z.strictObject({
    /** Null: a session without TLS. */
    tls: TlsSession.nullable(),
    answers: z.array(Answer),
  }),
  'redis.info': Info,
  'redis.config': Config,
  'redis.acl': Acl,
  'redis.queues': Queues,
  'redis.cache': Cache,
  'redis.password-strength': z.strictObject({ passwords: z.array(Password) }),
  /** What svcheck.yaml declares of the server and nobody can see from outside. */
  'redis.declared': z.strictObject({
    podMemory: z.number().nullable(),
    via: z.enum(['direct', 'proxy', 'mesh']),
  }),
} as const satisfies Record<string, z.ZodType>;
