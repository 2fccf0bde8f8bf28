import type { Facts } from '../../facts/index.ts';
import { type Gatherer, known, LookFailed } from '../gathering.ts';
import { applicationRole } from './application-role.ts';
import { withSession } from './hosts.ts';
import type { Session } from './session.ts';

type Server = Facts['postgres.server'];

const MAX_ROWS = 20;
/** The oldest major whose views are asked below. */
const OLDEST = 130_000;

/** The state of the server; its views are asked one by one, for managed services refuse some. */
export const server: Gatherer<'postgres.server'> = {
  contacts: true,
  gather: withSession(async (session, gathering) => {
    const basics = await basicsOf(session);
    const where = `catalog queries on ${session.where}`;
    const application = await applicationRole(session, gathering.target);
    if (basics.versionNum < OLDEST) return known({ ...basics, ...unasked, application }, where);
    const hidden: string[] = [];
    const ask = <T extends object>(view: string, sql: string) => visible(hidden, view, session.look<T>(sql));
    const lsn = basics.inRecovery ? 'pg_last_wal_replay_lsn()' : 'pg_current_wal_lsn()';
    const [sizes, ages, roles, prepared, slots] = await Promise.all([
      ask<{ bytes: number }>('pg_database_size()', 'SELECT pg_database_size(current_database())::float8 AS bytes'),
      ask<{ name: string; age: number }>(
        'pg_database',
        'SELECT datname AS name, age(datfrozenxid) AS age FROM pg_database ORDER BY 2 DESC LIMIT 1',
      ),
      // Only superusers may, and no grant that a monitoring role should have would change that.
      visible<{ name: string }>([], 'pg_authid', session.look(md5Roles)),
      ask<NonNullable<Server['preparedTransactions']>[number]>('pg_prepared_xacts', preparedTransactions),
      ask<NonNullable<Server['idleSlots']>[number]>('pg_replication_slots', idleSlots(lsn)),
    ]);
    return known(
      {
        ...basics,
        databaseBytes: sizes?.[0]?.bytes ?? null,
        xidAge: ages?.[0]?.age ?? null,
        xidDatabase: ages?.[0]?.name ?? null,
        md5Roles: roles?.map(({ name }) => name) ?? null,
        preparedTransactions: prepared,
        idleSlots: slots,
        application,
        hidden,
      },
      where,
    );
  }),
};

/** Rows, or null with the view's name kept where this role may not read it. */
async function visible<T>(hidden: string[], view: string, looking: Promise<T[]>): Promise<T[] | null> {
  try {
    return await looking;
  } catch (error) {
    if (!(error instanceof LookFailed) || error.outcome.cause !== 'not-permitted') throw error;
    hidden.push(view);
    return null;
  }
}

const unasked = {
  databaseBytes: null,
  xidAge: null,
  xidDatabase: null,
  md5Roles: null,
  preparedTransactions: null,
  idleSlots: null,
  hidden: [],
};

interface Basics {
  version: string;
  num: number;
  database: string;
  role: string;
  standby: boolean;
  started: number | null;
  checksums: string | null;
  encryption: string | null;
}

async function basicsOf(session: Session) {
  const [row] = await session.look<Basics>(`
    SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS num,
      current_database() AS database, session_user AS role, pg_is_in_recovery() AS standby,
      extract(epoch FROM pg_postmaster_start_time())::float8 AS started,
      current_setting('data_checksums', true) AS checksums, current_setting('password_encryption', true) AS encryption`);
  if (!row) throw new Error('a SELECT without FROM has a row');
  return {
    version: row.version.slice(0, 200),
    versionNum: row.num,
    database: row.database,
    role: row.role,
    inRecovery: row.standby,
    startedAt: row.started === null ? null : new Date(row.started * 1000).toISOString(),
    checksums: row.checksums === null ? null : row.checksums === 'on',
    passwordEncryption: row.encryption,
  };
}

const md5Roles = `SELECT rolname AS name FROM pg_authid WHERE rolcanlogin AND rolpassword LIKE 'md5%' ORDER BY 1 LIMIT ${MAX_ROWS}`;

const preparedTransactions = `SELECT gid, database, owner, extract(epoch FROM now() - prepared)::float8 AS "ageSeconds"
  FROM pg_prepared_xacts ORDER BY prepared LIMIT ${MAX_ROWS}`;

/** A slot whose restart_lsn is null holds nothing (any more). */
const idleSlots = (lsn: string) => `SELECT slot_name AS name, slot_type AS kind,
    greatest(pg_wal_lsn_diff(${lsn}, restart_lsn), 0)::float8 AS "heldBytes"
  FROM pg_replication_slots WHERE NOT active AND restart_lsn IS NOT NULL ORDER BY 3 DESC LIMIT ${MAX_ROWS}`;
