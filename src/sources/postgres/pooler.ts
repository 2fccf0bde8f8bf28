import type { Facts } from '../../facts/index.ts';
import { type Found, type Gatherer, type Gathering, known, passOn, unreachable } from '../gathering.ts';
import type { PostgresAddress } from './address.ts';
import { applicationUser } from './application-role.ts';
import { ConnectFailed, nameOf } from './dial.ts';
import { failureOf, openSession, withSession } from './hosts.ts';
import { addressOf, applicationOf, read } from './target.ts';

type Pooler = Facts['postgres.pooler'];

const limitless = {
  version: null,
  poolMode: null,
  poolSize: null,
  reservePool: null,
  maxDbConnections: null,
  maxClientConn: null,
  applicationClients: null,
  otherClients: null,
};

/** PgBouncer's console is a database of this name, which answers SHOW and nothing else. */
const CONSOLE = 'pgbouncer';

/**
 * The pooler in front, by its own console. One is there when the settings say so, or when the backend that serves us is not the one that
 * greeted us.
 */
export const pooler: Gatherer<'postgres.pooler'> = {
  contacts: true,
  gather: withSession(async (session, gathering) => {
    const own = await gathering.fact('postgres.session');
    if (own.state !== 'known') return passOn(own);
    const declared = gathering.target.settings.postgres.pooler;
    if (!declared && !own.value.pooled) {
      return known(
        { ...limitless, kind: 'none', told: 'the backend that greeted us serves us' },
        `pg_backend_pid() on ${session.where}`,
      );
    }
    const told = declared
      ? 'postgres.pooler of the settings'
      : 'the backend that serves us is not the one that greeted us';
    return askConsole(gathering, told);
  }),
};

function consoleOf({ target }: Gathering): { address: PostgresAddress; declared: boolean } {
  const admin = target.settings.postgres.pooler?.admin?.reveal();
  if (admin !== undefined) return { address: read(admin, 'postgres.pooler.admin'), declared: true };
  // The application's own account, on the pooler that it goes through.
  const named = addressOf(target);
  if (!named) throw new Error('no address is configured');
  return { address: { ...named.address, database: CONSOLE }, declared: target.settings.postgres.pooler !== undefined };
}

async function askConsole(gathering: Gathering, told: string): Promise<Found<Pooler>> {
  const { address, declared } = consoleOf(gathering);
  const where = `SHOW VERSION, CONFIG, DATABASES and POOLS of PgBouncer on ${nameOf(address.hosts[0])}`;
  try {
    const session = await openSession(gathering, address);
    try {
      const show = <T extends object>(what: string) => session.command<T>(`SHOW ${what}`);
      const [version] = await show<{ version?: string }>('VERSION');
      const config = await show<Setting>('CONFIG');
      const databases = await show<Database>('DATABASES');
      const clients = clientsOf(gathering, await show<Pool>('POOLS'));
      return known(
        {
          kind: 'pgbouncer',
          told,
          version: version?.version?.slice(0, 100) ?? null,
          ...limitsOf(gathering, config, databases),
          ...clients,
        },
        where,
      );
    } finally {
      await session.close();
    }
  } catch (error) {
    if (!(error instanceof ConnectFailed)) throw error;
    if (!declared && error.code === '3D000') return known({ ...limitless, kind: 'unknown', told }, where);
    return refused(error, address.user, where);
  }
}

function refused(error: ConnectFailed, user: string, where: string): Found<never> {
  const because = `PgBouncer's console: ${error.message}`;
  if (error.outcome !== 'auth') return unreachable({ ...failureOf(error.outcome), because, where });
  const fix = `add ${user} to stats_users in pgbouncer.ini and RELOAD, or give an account that is there in postgres.pooler.admin`;
  return unreachable({ cause: 'not-permitted', because, fix, where });
}

interface Setting {
  key: string;
  value: string | null;
}
interface Database {
  name: string;
  pool_size: number | string;
  reserve_pool?: number | string;
  /** So named from PgBouncer 1.23 on. */
  reserve_pool_size?: number | string;
  pool_mode: string | null;
  max_connections: number | string;
}
interface Pool {
  database: string;
  user: string;
  cl_active: number | string;
  cl_waiting: number | string;
}

/** The database's own limits where it has some, else PgBouncer's defaults; 0 is none. */
function limitsOf(gathering: Gathering, config: readonly Setting[], databases: readonly Database[]) {
  const name = applicationOf(gathering.target)?.address.database;
  const own = databases.find((one) => one.name === name);
  const setting = (key: string) => config.find((one) => one.key === key)?.value ?? null;
  const number = (own: number | string | undefined, key: string) => Number(own ?? setting(key) ?? 0);
  const maxDb = number(own?.max_connections, 'max_db_connections');
  return {
    poolMode: own?.pool_mode ?? setting('pool_mode'),
    poolSize: number(own?.pool_size, 'default_pool_size'),
    reservePool: number(own?.reserve_pool ?? own?.reserve_pool_size, 'reserve_pool_size'),
    maxDbConnections: maxDb > 0 ? maxDb : null,
    maxClientConn: number(undefined, 'max_client_conn'),
  };
}

/** Who is connected to the pooler, its console aside. */
function clientsOf({ target }: Gathering, pools: readonly Pool[]) {
  const database = applicationOf(target)?.address.database;
  const user = applicationUser(target);
  let applicationClients = 0;
  let otherClients = 0;
  for (const pool of pools) {
    const clients = Number(pool.cl_active) + Number(pool.cl_waiting);
    if (pool.database === database && pool.user === user) applicationClients += clients;
    else if (pool.database !== CONSOLE) otherClients += clients;
  }
  return { applicationClients, otherClients };
}
