import type { Applied, MigrationTool } from '../../facts/migrations.ts';
import { LookFailed } from '../gathering.ts';
import type { Session } from '../postgres/session.ts';
import { literal } from '../postgres/application-role.ts';

const MAX_APPLIED = 5000;

/** The tables' names unless a project says otherwise (each tool's documentation). */
const tables: Readonly<Record<MigrationTool, string>> = {
  drizzle: '__drizzle_migrations',
  prisma: '_prisma_migrations',
  knex: 'knex_migrations',
  'node-pg-migrate': 'pgmigrations',
};

interface Found {
  database: string;
  role: string;
  schema: string | null;
  name: string | null;
  readable: boolean | null;
  columns: string[] | null;
}

/**
 * What the tool's table says. Rejects with LookFailed: not-permitted with the GRANT that helps, malformed where there are several.
 * @param named expect.database.migrations.table, `schema.table` or `table`; null for the tool's own name in any schema
 */
export async function readApplied(session: Session, tool: MigrationTool, named: string | null): Promise<Applied> {
  const rows = await session.look<Found>(tableQuery(named ?? tables[tool]));
  const [first, second] = rows;
  if (!first) throw new Error('the query has a row where it finds no table');
  const { database } = first;
  if (first.name === null) return { database, table: null, applied: [] };
  if (second) {
    const because = `${database} has several tables of migrations: ${rows.map(({ name }) => name).join(', ')}`;
    const fix = `name the right one under expect in svcheck.yaml: database.migrations: { table: ${first.name} }`;
    throw new LookFailed({ cause: 'malformed', because, fix, where: session.where });
  }
  if (first.readable !== true) {
    const fix = `GRANT USAGE ON SCHEMA ${first.schema} TO ${first.role}; GRANT SELECT ON ${first.name} TO ${first.role};`;
    const because = `${first.role} may not read ${first.name} of ${database}`;
    throw new LookFailed({ cause: 'not-permitted', because, fix, where: session.where });
  }
  const applied = await session.look<Applied['applied'][number]>(rowsQuery(tool, first.name, first.columns ?? []));
  return { database, table: first.name, applied };
}

function tableQuery(name: string): string {
  const [table = '', schema] = name.replaceAll('"', '').split('.').reverse();
  const inSchema = schema === undefined ? '' : ` AND n.nspname = ${literal(schema)}`;
  return `SELECT left(current_database(), 100) AS database, quote_ident(session_user) AS role, t.* FROM (SELECT) AS one LEFT JOIN (
      SELECT quote_ident(n.nspname) AS schema, format('%I.%I', n.nspname, c.relname) AS name,
        has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') AS readable,
        ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped) AS columns
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relname = ${literal(table)} AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't'${inSchema}
      ORDER BY 2 LIMIT 5
    ) AS t ON true`;
}

function rowsQuery(tool: MigrationTool, table: string, columns: readonly string[]): string {
  const cut = (column: string, length: number) => `left(${column}::text, ${length})`;
  const rows: Readonly<Record<MigrationTool, string>> = {
    drizzle: `SELECT ${columns.includes('name') ? cut('name', 300) : 'NULL::text'} AS name, ${cut('hash', 64)} AS hash,
        created_at::float8 AS "when", false AS failed FROM ${table} ORDER BY created_at, id`,
    prisma: `SELECT ${cut('migration_name', 300)} AS name, ${cut('checksum', 64)} AS hash, NULL::float8 AS "when",
        finished_at IS NULL AS failed FROM ${table} WHERE rolled_back_at IS NULL ORDER BY started_at`,
    knex: `SELECT ${cut("regexp_replace(name, '\\.([cm]?[jt]s|sql)$', '')", 300)} AS name, NULL::text AS hash,
        NULL::float8 AS "when", false AS failed FROM ${table} ORDER BY id`,
    'node-pg-migrate': `SELECT ${cut('name', 300)} AS name, NULL::text AS hash, NULL::float8 AS "when",
        false AS failed FROM ${table} ORDER BY id`,
  };
  return `${rows[tool]} LIMIT ${MAX_APPLIED}`;
}

/** expect.database.migrations.table of the settings. */
export function tableSetting(expect: unknown): string | null {
  if (typeof expect !== 'object' || expect === null || !('table' in expect)) return null;
  return typeof expect.table === 'string' ? expect.table : null;
}
