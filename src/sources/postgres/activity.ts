import { type Gatherer, known } from '../gathering.ts';
import { applicationUser, literal } from './application-role.ts';
import { withSession } from './hosts.ts';

interface Row {
  role: string;
  application: number;
  hidden: number;
  idle: { application: string; seconds: number }[];
  idleTotal: number;
}

const MAX_SHOWN = 20;

/** What the application's sessions are doing now. */
export const activity: Gatherer<'postgres.activity'> = {
  contacts: true,
  gather: withSession(async (session, { target }) => {
    const role = applicationUser(target);
    const [row] = await session.look<Row>(query(role));
    if (!row) throw new Error('an aggregate has a row');
    return known(
      {
        role: row.role,
        applicationRole: role.slice(0, 200),
        application: row.application,
        idleInTransaction: { total: row.idleTotal, shown: row.idle.slice(0, MAX_SHOWN) },
        hidden: row.hidden,
      },
      `pg_stat_activity on ${session.where}`,
    );
  }),
};

/** To a role without pg_read_all_stats the kind and state of other roles' sessions are null (documentation, "The Cumulative Statistics System"). */
const query = (role: string) => `
  WITH sessions AS (
    SELECT left(coalesce(application_name, ''), 200) AS application, backend_type IS NULL AS hidden,
      CASE WHEN state LIKE 'idle in transaction%' THEN extract(epoch FROM clock_timestamp() - state_change)::float8 END AS seconds
    FROM pg_stat_activity
    WHERE usename = ${literal(role)} AND datname = current_database() AND pid <> pg_backend_pid()
      AND coalesce(backend_type, 'client backend') = 'client backend' AND coalesce(application_name, '') <> 'svcheck'
  )
  SELECT quote_ident(session_user) AS role, count(*)::int AS application, count(*) FILTER (WHERE hidden)::int AS hidden,
    count(seconds)::int AS "idleTotal", coalesce(jsonb_agg(jsonb_build_object('application', application, 'seconds', greatest(seconds, 0))
      ORDER BY seconds DESC) FILTER (WHERE seconds IS NOT NULL), '[]') AS idle
  FROM sessions`;
