import { type Gatherer, known } from '../gathering.ts';
import { applicationUser, literal } from './application-role.ts';
import { withSession } from './hosts.ts';

interface Limits {
  role: string;
  database: string;
  maxConnections: number;
  superuserReserved: number;
  reserved: number;
  databaseLimit: number | null;
  roleLimit: number | null;
}

interface Sessions {
  user: string;
  application: string;
  database: string;
  /** The application's role in this database. */
  own: boolean;
  hidden: boolean;
  count: number;
}

const MAX_SHOWN = 20;

/** The connections that the server has, and who holds them. */
export const capacity: Gatherer<'postgres.capacity'> = {
  contacts: true,
  gather: withSession(async (session, gathering) => {
    const role = applicationUser(gathering.target);
    const [limits] = await session.look<Limits>(limitsOf(role));
    if (!limits) throw new Error('a SELECT without FROM has a row');
    const sessions = await session.look<Sessions>(sessionsOf(role));
    const others = sessions.filter(({ own, hidden }) => !own && !hidden);
    const sum = (some: readonly Sessions[]) => some.reduce((total, { count }) => total + count, 0);
    return known(
      {
        ...limits,
        applicationRole: role,
        application: sum(sessions.filter(({ own, hidden }) => own && !hidden)),
        others: others
          .slice(0, MAX_SHOWN)
          .map(({ user, application, database, count }) => ({ user, application, database, count })),
        othersTotal: sum(others),
        hidden: sum(sessions.filter(({ hidden }) => hidden)),
      },
      `pg_settings and pg_stat_activity on ${session.where}`,
    );
  }),
};

/** reserved_connections came with PostgreSQL 16. A CONNECTION LIMIT of -1 is none; superusers mind none. */
const limitsOf = (role: string) => `SELECT session_user AS role, current_database() AS database,
    current_setting('max_connections')::int AS "maxConnections",
    current_setting('superuser_reserved_connections')::int AS "superuserReserved",
    coalesce(current_setting('reserved_connections', true), '0')::int AS reserved,
    (SELECT nullif(datconnlimit, -1) FROM pg_database WHERE datname = current_database()) AS "databaseLimit",
    (SELECT nullif(rolconnlimit, -1) FROM pg_roles WHERE rolname = ${literal(role)} AND NOT rolsuper) AS "roleLimit"`;

/**
 * Client backends are what max_connections counts (documentation, "Connections and Authentication"). To a role without pg_monitor the kind
 * of other roles' sessions is null, and so is that of the server's own processes.
 */
const sessionsOf = (
  role: string,
) => `SELECT coalesce(usename, '') AS "user", left(coalesce(application_name, ''), 100) AS application,
    coalesce(datname, '') AS database, backend_type IS NULL AS hidden, count(*)::int AS count,
    coalesce(usename = ${literal(role)} AND datname = current_database(), false) AS own
  FROM pg_stat_activity
  WHERE coalesce(backend_type, 'client backend') = 'client backend' AND pid <> pg_backend_pid()
  GROUP BY 1, 2, 3, 4, 6 ORDER BY 5 DESC`;
