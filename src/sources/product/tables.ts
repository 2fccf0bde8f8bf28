import { type Found, absent, LookFailed } from '../gathering.ts';
import type { Session } from '../postgres/session.ts';

export interface Table {
  /** For SQL, quoted. */
  sql: string;
  /** For a person. */
  name: string;
  columns: ReadonlyMap<string, string>;
}

interface Row {
  schema: string;
  name: string;
  readable: boolean;
  columns: Record<string, string>;
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/**
 * A table by the setting, else by its usual name in whichever schema. An unset one that is not there or may not be read
 * is absent; what the settings name must be there.
 * @param setting `email.tables.sends`
 */
export async function findTable(
  session: Session,
  { set, usual, setting }: { set: string | undefined; usual: string; setting: string },
): Promise<Table | Found<never>> {
  const [name = usual, schema] = (set ?? usual).split('.').reverse();
  const rows = await session.look<Row>(`
    SELECT n.nspname AS schema, c.relname AS name, has_table_privilege(c.oid, 'SELECT') AND has_schema_privilege(n.oid, 'USAGE') AS readable,
      (SELECT coalesce(json_object_agg(a.attname, t.typname), '{}') FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
       WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relname = ${literal(name)} AND n.nspname <> 'information_schema'
      ${schema === undefined ? '' : `AND n.nspname = ${literal(schema)}`}
    ORDER BY n.nspname = 'email' DESC, n.nspname = 'public' DESC, n.nspname LIMIT 10`);
  const found = rows.find((row) => row.readable) ?? rows[0];
  const where = `${set ?? usual} on ${session.where}`;
  if (!found) {
    if (set === undefined) return absent(`the database has no table ${usual}`, setting);
    throw new LookFailed({ cause: 'malformed', because: `there is no table ${set}`, fix: `correct ${setting}`, where });
  }
  const full = `${found.schema}.${found.name}`;
  if (!found.readable) {
    if (set === undefined) return absent(`the role that looks may not read ${full}`, setting);
    const fix = `GRANT SELECT ON ${full} to the role that looks`;
    throw new LookFailed({ cause: 'not-permitted', because: `the role that looks may not read ${full}`, fix, where });
  }
  const sql = `${quoted(found.schema)}.${quoted(found.name)}`;
  return { sql, name: full, columns: new Map(Object.entries(found.columns)) };
}

/** The first of these columns that the table has, as SQL; null where it has none. @param types by pg_type's names */
export function column(table: Table, names: readonly string[], types?: RegExp): string | null {
  const found = names.find((name) => table.columns.has(name) && (types?.test(table.columns.get(name) ?? '') ?? true));
  return found === undefined ? null : quoted(found);
}

export const TIMES = /^timestamp(?:tz)?$/;

/** A column of time as a day in UTC, and as a bound. */
export function timeOf(table: Table, name: string): { day: string; since(date: Date): string } {
  const zoned = table.columns.get(name.replaceAll('"', '')) === 'timestamptz';
  return {
    day: `to_char(${zoned ? `${name} AT TIME ZONE 'UTC'` : name}, 'YYYY-MM-DD')`,
    since: (date) =>
      `${name} >= ${zoned ? 'timestamptz' : 'timestamp'} '${date.toISOString().replace(zoned ? '' : 'Z', '')}'`,
  };
}

/** A table whose columns are none of those that are known. */
export function unknownColumns(table: Table, what: string, set: string | undefined, setting: string): Found<never> {
  const because = `${table.name} has no column of ${what} that svcheck knows`;
  if (set === undefined) return absent(because, setting);
  const fix = `name a table or view with such a column in ${setting}`;
  throw new LookFailed({ cause: 'malformed', because, fix, where: table.name });
}
