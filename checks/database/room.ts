import type { Facts } from '../../src/facts/index.ts';
import { type Fault, failOrPass, type Judgement } from '../../src/core/verdict.ts';

type Capacity = Facts['postgres.capacity'];
type Pooler = Facts['postgres.pooler'];

export interface Room {
  pooler: Pooler;
  /** Connections that the application may have on the server; how that comes about. */
  server: number;
  sum: string;
  /** Connections that the application may open: to the pooler where there is one, else to the server. */
  clients: number;
  /** Server connections of the pooler for this database; Infinity without one. */
  pool: number;
}

/** What is free for the application, less what is to be spared. */
export function roomOf(capacity: Capacity, pooler: Pooler, expect: { reserve: number; other: number }): Room {
  const { maxConnections, superuserReserved, reserved } = capacity;
  const spare = (count: number) => Math.max(0, Math.floor((count * (100 - expect.reserve)) / 100));
  const others = Math.max(capacity.othersTotal, expect.other);
  const free = spare(maxConnections - superuserReserved - reserved - others);
  const limits = [capacity.roleLimit, capacity.databaseLimit].filter((limit) => limit !== null);
  const server = Math.min(free, ...limits);
  const kept = superuserReserved + reserved;
  const limited = server < free ? `, and a CONNECTION LIMIT of ${server}` : '';
  const sum = `max_connections ${maxConnections} - ${kept} reserved - ${others} of others, less ${expect.reserve}% = ${free}${limited}`;
  if (pooler.kind !== 'pgbouncer') return { pooler, server, sum, clients: server, pool: Infinity };
  const own = (pooler.poolSize ?? 0) + (pooler.reservePool ?? 0);
  const pool = Math.min(own, pooler.maxDbConnections ?? Infinity);
  return { pooler, server, sum, clients: spare((pooler.maxClientConn ?? 0) - (pooler.otherClients ?? 0)), pool };
}

interface Pools {
  size: number;
  /** Null where it is not known how many. */
  instances: number | null;
  /** Connections that the application's role holds on the server now. */
  open: number;
}

type Reason =
  | 'fits'
  | 'fits-pooler'
  | 'does-not-fit'
  | 'pooler-clients'
  | 'pooler-pool'
  | 'pooler-server'
  | 'instances-unknown'
  | 'pooler-unknown'
  | 'more-than-declared';

/** Whether the pools of all instances fit; where one instance alone does not, their number does not matter. */
export function fitIn(room: Room, { size, instances, open }: Pools): Judgement<Reason> {
  const wanted = size * (instances ?? 1);
  const says = `${size} x ${instances ?? 1} = ${wanted}`;
  const { kind, version, poolMode } = room.pooler;
  if (kind === 'unknown') {
    const because = `${says}, and something pools connections in between: give its console in postgres.pooler.admin if it is PgBouncer`;
    return { status: 'unclear', reason: 'pooler-unknown', because };
  }
  const direct = kind === 'none';
  const needed = direct ? Math.max(wanted, open) : wanted;
  const faults = (direct ? serverFaults : poolerFaults)(room, { needed, says, instances });
  if (faults.length === 0 && instances === null) return instancesUnknown(room, size);
  const seen = { poolSize: size, instances, wanted, room: room.clients, sum: room.sum, open };
  if (!direct) {
    const because = `${says} clients of ${room.clients} on ${version ?? 'PgBouncer'} (${poolMode}); its ${room.pool} server connections, of ${room.sum}`;
    return failOrPass(faults, { reason: 'fits-pooler', because }, { seen: { ...seen, pool: room.pool } });
  }
  const text = `${open} connections of the application's role are open now, more than ${says}: see instances`;
  const warnings = open > wanted && instances !== null ? [{ reason: 'more-than-declared' as const, text }] : [];
  return failOrPass(faults, { reason: 'fits', because: `${says}, of ${room.sum}` }, { seen, warnings });
}

function instancesUnknown(room: Room, size: number): Judgement<Reason> {
  const most = Math.floor(Math.min(room.clients, isSession(room.pooler) ? room.pool : Infinity) / size);
  const because = `DB_POOL_SIZE=${size} fits for up to ${most} instances (${room.sum}): set instances to how many run`;
  return { status: 'unclear', reason: 'instances-unknown', because };
}

interface Wanted {
  needed: number;
  says: string;
  instances: number | null;
}

function serverFaults(room: Room, { needed, says, instances }: Wanted): Fault<Reason>[] {
  if (needed <= room.server) return [];
  const fitting = Math.floor(room.server / (instances ?? 1));
  const fix =
    fitting < 1
      ? 'raise max_connections, or put PgBouncer in front'
      : `DB_POOL_SIZE=${fitting}, or raise max_connections (ALTER SYSTEM SET max_connections, then restart)`;
  const open = needed > 0 && !says.endsWith(`= ${needed}`) ? ` (${needed} are open now)` : '';
  return [
    { reason: 'does-not-fit', because: `${says}${open}, and there is room for ${room.server}: ${room.sum}`, fix },
  ];
}

const isSession = ({ kind, poolMode }: Pooler) => kind === 'pgbouncer' && poolMode === 'session';

function poolerFaults(room: Room, { needed, says, instances }: Wanted): Fault<Reason>[] {
  const faults: Fault<Reason>[] = [];
  if (needed > room.clients) {
    const because = `${says}, and PgBouncer has room for ${room.clients} clients (max_client_conn ${room.pooler.maxClientConn})`;
    const fitting = Math.floor(room.clients / (instances ?? 1));
    const fix = `${fitting < 1 ? '' : `DB_POOL_SIZE=${fitting}, or `}raise max_client_conn in pgbouncer.ini, then RELOAD`;
    faults.push({ reason: 'pooler-clients', because, fix });
  }
  if (isSession(room.pooler) && needed > room.pool) {
    const because = `${says}, and with pool_mode session PgBouncer has ${room.pool} server connections for them`;
    const fix = `pool_mode = transaction in pgbouncer.ini where the application bears it, or default_pool_size = ${needed}, then RELOAD`;
    faults.push({ reason: 'pooler-pool', because, fix });
  }
  // Never more server connections than clients.
  const server = Math.min(room.pool, needed);
  if (server > room.server) {
    const because = `PgBouncer opens up to ${server} connections, and there is room for ${room.server}: ${room.sum}`;
    const fix = `default_pool_size = ${Math.max(1, room.server)} in pgbouncer.ini, then RELOAD; or raise max_connections`;
    faults.push({ reason: 'pooler-server', because, fix });
  }
  return faults;
}
