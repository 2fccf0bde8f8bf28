import type { Facts } from '../../facts/index.ts';
import { type Found, type Gatherer, known } from '../gathering.ts';
import { applicationUser, literal } from './application-role.ts';
import { withSession } from './hosts.ts';
import type { Session } from './session.ts';

type Statements = Facts['postgres.statements'];

interface Extension {
  role: string;
  /** The view's name, quoted; null without the extension. */
  view: string | null;
  info: string | null;
  loaded: boolean;
  /** The time's column: total_exec_time from 1.8 of the extension (PostgreSQL 13), total_time before. */
  time: string | null;
}

interface Row {
  text: string | null;
  calls: number;
  ms: number;
}

/** As many distinct statements as pg_stat_statements keeps by default. */
const MAX_ROWS = 5000;
const MAX_SHOWN = 100;

/** Where the application's time in this database goes. */
export const statements: Gatherer<'postgres.statements'> = {
  contacts: true,
  gather: withSession(async (session, { target }): Promise<Found<Statements>> => {
    const application = applicationUser(target);
    const [extension] = await session.look<Extension>(extensionQuery);
    if (!extension) throw new Error('a SELECT without FROM has a row');
    const { role, view, info, loaded, time } = extension;
    const none = {
      role,
      applicationRole: application.slice(0, 200),
      resetAt: null,
      examined: 0,
      totalMs: 0,
      slowest: [],
      hidden: 0,
    };
    const where = `pg_stat_statements on ${session.where}`;
    if (view === null || time === null) return known({ extension: 'missing', ...none }, where);
    if (!loaded) return known({ extension: 'not-loaded', ...none }, where);
    const rows = await session.look<Row>(rowsQuery(view, time, application));
    const resetAt = info === null ? null : await resetOf(session, info);
    return known({ extension: 'ready', ...none, resetAt, ...reduced(rows) }, where);
  }),
};

async function resetOf(session: Session, info: string): Promise<string | null> {
  const [row] = await session.look<{ at: number | null }>(
    `SELECT extract(epoch FROM stats_reset)::float8 AS at FROM ${info}`,
  );
  const at = row?.at ?? null;
  return at === null ? null : new Date(at * 1000).toISOString();
}

/** The library is loaded when its settings exist. An extension of an older version stays after an upgrade until ALTER EXTENSION UPDATE. */
const extensionQuery = `
  SELECT quote_ident(session_user) AS role, current_setting('pg_stat_statements.max', true) IS NOT NULL AS loaded, e.view, e.info, e.time
  FROM (SELECT) AS one LEFT JOIN LATERAL (
    SELECT format('%I.pg_stat_statements', n.nspname) AS view,
      (SELECT format('%I.pg_stat_statements_info', n.nspname) FROM pg_class c
        WHERE c.relnamespace = n.oid AND c.relname = 'pg_stat_statements_info') AS info,
      (SELECT a.attname::text FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE c.relnamespace = n.oid AND c.relname = 'pg_stat_statements' AND a.attname IN ('total_exec_time', 'total_time')
        ORDER BY 1 LIMIT 1) AS time
    FROM pg_extension x JOIN pg_namespace n ON n.oid = x.extnamespace WHERE x.extname = 'pg_stat_statements'
  ) AS e ON true`;

/** To a role without pg_read_all_stats other roles' rows have neither text nor queryid. */
const rowsQuery = (view: string, time: string, role: string) => `
  SELECT min(left(CASE WHEN s.query = '<insufficient privilege>' THEN NULL ELSE s.query END, 4000)) AS text,
    sum(s.calls)::float8 AS calls, sum(s.${time})::float8 AS ms
  FROM ${view} s
  WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND s.userid = (SELECT oid FROM pg_roles WHERE rolname = ${literal(role)})
  GROUP BY s.queryid ORDER BY 3 DESC LIMIT ${MAX_ROWS}`;

/** Pure. */
export function reduced(rows: readonly Row[]): Pick<Statements, 'examined' | 'totalMs' | 'slowest' | 'hidden'> {
  const seen = rows.flatMap(({ text, calls, ms }) => (text === null ? [] : [{ text: normalised(text), calls, ms }]));
  const own = seen.filter(({ text }) => !isUtility(text) && !ofCatalog.test(text)).sort((a, b) => b.ms - a.ms);
  const totalMs = own.reduce((sum, { ms }) => sum + ms, 0);
  let before = 0;
  const slowest = own.slice(0, MAX_SHOWN).map(({ text, calls, ms }) => {
    const one = {
      text: text.slice(0, 300),
      calls,
      meanMs: calls > 0 ? ms / calls : 0,
      share: part(ms, totalMs),
      before: part(before, totalMs),
    };
    before += ms;
    return one;
  });
  return { examined: own.length, totalMs, slowest, hidden: rows.length - seen.length };
}

const part = (some: number, all: number) => (all > 0 ? Math.min(1, some / all) : 0);

/** What is planned is none (documentation, "pg_stat_statements.track_utility"). */
const isUtility = (text: string) => !/^[\s(]*(?:select|insert|update|delete|merge|with|values|table)\b/i.test(text);

/** svcheck's own looks among them, where it has the application's role. */
const ofCatalog = /\b(?:from|join)\s+(?:pg_catalog\.)?(?:pg_[a-z_]+|information_schema\.)/i;

/** Comments and strings, also such as have no end: texts are cut. */
const notCode = /\/\*[\s\S]*?(?:\*\/|$)|--[^\n]*|\b[eE]'(?:[^'\\]|''|\\[\s\S])*(?:'|$)|'(?:[^']|'')*(?:'|$)/g;

/** Constants are $1 already, save where the server did not normalise; comments may hold anything. */
export function normalised(text: string): string {
  return text
    .replace(notCode, (part) => (/^(?:--|\/\*)/.test(part) ? ' ' : '?'))
    .replace(/(?<![\w$."])\d[\d.]*(?:e[+-]?\d+)?\b/gi, '?')
    .replace(/\s+/g, ' ')
    .trim();
}
