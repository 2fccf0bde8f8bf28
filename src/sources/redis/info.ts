import type { RedisInfo } from '../../facts/redis.ts';

type Fields = ReadonlyMap<string, string>;
const MAX_LINES = 5000;

/** The `key:value` lines of INFO. Section headings (`# Server`) become keys with an empty value. Pure; never throws. */
export function parseInfo(text: string): Fields {
  const fields = new Map<string, string>();
  for (const line of text.split(/\r?\n/, MAX_LINES)) {
    const colon = line.indexOf(':');
    if (line.startsWith('#')) fields.set(line.trim().toLowerCase(), '');
    else if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return fields;
}

/** INFO reduced to the fact. @param ping what PING said on the same session */
export function reduceInfo(text: string, ping: string): RedisInfo {
  const fields = parseInfo(text);
  return {
    ping: ping.slice(0, 200),
    ...identity(fields),
    mode: textOf(fields, 'redis_mode', 40) ?? textOf(fields, 'server_mode', 40),
    runId: textOf(fields, 'run_id', 64),
    uptimeSeconds: numberOf(fields, 'uptime_in_seconds'),
    replication: replication(fields),
    clients: unlessEmpty({ connected: numberOf(fields, 'connected_clients'), limit: numberOf(fields, 'maxclients') }),
    memory: unlessEmpty({
      used: numberOf(fields, 'used_memory'),
      limit: numberOf(fields, 'maxmemory'),
      policy: textOf(fields, 'maxmemory_policy', 40),
      system: numberOf(fields, 'total_system_memory'),
      fragmentationRatio: numberOf(fields, 'mem_fragmentation_ratio'),
      fragmentationBytes: numberOf(fields, 'mem_fragmentation_bytes'),
    }),
    stats: unlessEmpty({
      rejectedConnections: numberOf(fields, 'rejected_connections'),
      evictedKeys: numberOf(fields, 'evicted_keys'),
    }),
    persistence: unlessEmpty({
      aof: flagOf(fields, 'aof_enabled'),
      aofLastWrite: textOf(fields, 'aof_last_write_status', 40),
      aofLastRewrite: textOf(fields, 'aof_last_bgrewrite_status', 40),
      rdbLastSave: textOf(fields, 'rdb_last_bgsave_status', 40),
    }),
  };
}

/** The databases that hold keys: `db0:keys=3,expires=0,…` of INFO keyspace. */
export function databasesOf(fields: Fields): { db: number; keys: number }[] {
  return [...fields].flatMap(([key, value]) => {
    const db = /^db(\d{1,6})$/.exec(key)?.[1];
    const keys = /^keys=(\d{1,15})/.exec(value)?.[1];
    return db === undefined || keys === undefined ? [] : [{ db: Number(db), keys: Number(keys) }];
  });
}

type Identity = Pick<RedisInfo, 'product' | 'engine' | 'version' | 'compatible'>;

/** Products that name themselves by a version field of their own, beside the redis_version kept for clients. */
const byField: readonly [string, RedisInfo['product']][] = [
  ['dragonfly_version', 'Dragonfly'],
  ['upstash_version', 'Upstash'],
  ['garnet_version', 'Garnet'],
  ['kvrocks_version', 'Kvrocks'],
  ['redict_version', 'Redict'],
  ['rlec_version', 'Redis Enterprise'],
  ['valkey_version', 'Valkey'],
];

function identity(fields: Fields): Identity {
  const compatible = textOf(fields, 'redis_version', 60);
  const own = byField.find(([field]) => fields.has(field));
  const valkey = own?.[1] === 'Valkey' || fields.get('server_name') === 'valkey';
  const os = fields.get('os') ?? '';
  // AWS: `os:Amazon ElastiCache`; the engine's version is in the engine's own field.
  const amazon = /ElastiCache/i.test(os) ? 'ElastiCache' : /MemoryDB/i.test(os) ? 'MemoryDB' : null;
  if (amazon || valkey) {
    const version = valkey ? textOf(fields, 'valkey_version', 60) : compatible;
    return { product: amazon ?? 'Valkey', engine: valkey ? 'Valkey' : 'Redis', version, compatible };
  }
  if (own)
    return {
      product: own[1],
      engine: null,
      version: textOf(fields, own[0], 60)?.replace(/^df-v?/, '') ?? null,
      compatible,
    };
  // KeyDB keeps redis_version for its own version and adds a section of its own.
  const keydb = fields.has('# keydb') || fields.has('mvcc_depth') || /keydb/i.test(fields.get('executable') ?? '');
  const product = keydb ? 'KeyDB' : compatible === null ? 'unknown' : 'Redis';
  return { product, engine: null, version: compatible, compatible };
}

function replication(fields: Fields): RedisInfo['replication'] {
  const states = [...fields].filter(([key]) => /^(slave|replica)\d+$/.test(key)).map(([, value]) => value);
  const offline = states.filter((value) => !/(^|,)state=(online|stable_sync)(,|$)/.test(value)).length;
  const known = unlessEmpty({
    role: textOf(fields, 'role', 20),
    primaryLink: textOf(fields, 'master_link_status', 20),
    replicas: numberOf(fields, 'connected_slaves'),
  });
  return known && { ...known, replicasOffline: offline };
}

/** A section of which the server reports nothing is null. */
function unlessEmpty<T extends Record<string, unknown>>(section: T): T | null {
  return Object.values(section).some((value) => value !== null) ? section : null;
}

function textOf(fields: Fields, key: string, length: number): string | null {
  return fields.get(key)?.slice(0, length) || null;
}

export function numberOf(fields: Fields, key: string): number | null {
  const value = fields.get(key);
  return value !== undefined && /^-?\d{1,19}(\.\d{1,9})?$/.test(value) ? Number(value) : null;
}

function flagOf(fields: Fields, key: string): boolean | null {
  const value = fields.get(key);
  return value === '1' ? true : value === '0' ? false : null;
}
