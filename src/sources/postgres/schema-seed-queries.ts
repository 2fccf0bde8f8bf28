import { literal } from './application-role.ts';

/** A table that may hold what is looked for. */
export interface Candidate {
  kind: 'roles' | 'users' | 'userRoles' | 'templates' | 'sessions';
  /** schema.table, and its schema, quoted as SQL needs them. */
  table: string;
  schema: string;
  readable: boolean;
  columns: { name: string; type: string }[];
}

/** What svcheck.yaml names in place of the usual names; `schema.table`, or `table` of any schema. */
export type Tables = Readonly<Record<Candidate['kind'], string | null>>;

const usual: Readonly<Record<Candidate['kind'], readonly string[]>> = {
  roles: ['roles', 'role'],
  users: ['users', 'user'],
  userRoles: ['user_roles', 'users_roles', 'user_role', 'users_to_roles'],
  sessions: ['sessions', 'session', 'user_sessions'],
  templates: ['email_templates', 'email_template', 'mail_templates', 'templates'],
};

/** The tables of those names, each with its columns. */
export function candidatesQuery(tables: Tables): string {
  const names = Object.entries(usual).flatMap(([kind, own]) => {
    const set = tables[kind as Candidate['kind']];
    const [table = '', schema = null] = (set ?? '').replaceAll('"', '').split('.').reverse();
    const wanted = set === null ? own.map((one) => [one, null] as const) : [[table, schema] as const];
    return wanted.map(
      ([one, of], place) => `(${literal(kind)}, ${literal(one)}, ${of === null ? 'NULL' : literal(of)}, ${place})`,
    );
  });
  return `SELECT w.kind, format('%I.%I', n.nspname, c.relname) AS table, quote_ident(n.nspname) AS schema,
      has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') AS readable,
      (SELECT jsonb_agg(jsonb_build_object('name', a.attname, 'type', t.typname) ORDER BY a.attnum) FROM pg_attribute a
        JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns
    FROM (VALUES ${names.join(', ')}) AS w(kind, name, schema, place)
      JOIN pg_class c ON c.relname = w.name AND c.relkind IN ('r', 'p', 'v') AND c.relpersistence <> 't'
      JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = coalesce(w.schema::text, n.nspname::text)
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    ORDER BY w.kind, w.place, n.nspname`;
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** The first of these columns that the table has, quoted. */
function columnOf({ columns }: Candidate, names: readonly string[], types?: readonly string[]): string | null {
  const found = names.find((name) => columns.some((one) => one.name === name && (types?.includes(one.type) ?? true)));
  return found === undefined ? null : quoted(found);
}

const texts = ['text', 'varchar', 'bpchar', 'citext', 'name'];
export const nameColumn = (table: Candidate) => columnOf(table, ['name', 'slug', 'key', 'code', 'id'], texts);

export const namesQuery = (table: Candidate, column: string, limit: number) =>
  `SELECT left(${column}::text, 200) AS name FROM ${table.table} ORDER BY 1 LIMIT ${limit}`;

/** Whether a user may sign in, by every column that says so. */
function activeOf(users: Candidate): string {
  const says = users.columns.flatMap(({ name, type }) => {
    const column = `u.${quoted(name)}`;
    if (/^(is_?)?(active|enabled)$/i.test(name) && type === 'bool') return [column];
    if (/^(is_?)?(banned|disabled|deactivated|locked|deleted|suspended)$/i.test(name) && type === 'bool')
      return [`${column} IS NOT TRUE`];
    if (/^(deleted|disabled|deactivated|suspended)_?at$/i.test(name)) return [`${column} IS NULL`];
    return name === 'status' ? [`lower(${column}::text) IN ('active', 'enabled', 'verified')`] : [];
  });
  return says.length === 0 ? 'true' : says.map((one) => `coalesce(${one}, false)`).join(' AND ');
}

/**
 * Which users have the role, as a condition on `u`: by a table of its own between, by a column that refers to roles, or by a column with the
 * role's name. Null where none of these is there.
 */
function hasRole(role: string, users: Candidate, { roles, userRoles }: Found): string | null {
  const roleName = roles && nameColumn(roles);
  const user = userRoles && columnOf(userRoles, userColumns);
  const key = (table: Candidate) => columnOf(table, ['role_id', 'roleId', 'roles_id']);
  const ids = `SELECT r."id" FROM ${roles?.table} r WHERE r.${roleName}::text = ${literal(role)}`;
  if (roleName && userRoles && user && key(userRoles)) {
    return `u."id" IN (SELECT b.${user} FROM ${userRoles.table} b WHERE b.${key(userRoles)} IN (${ids}))`;
  }
  if (userRoles && user && columnOf(userRoles, ['role'])) {
    return `u."id" IN (SELECT b.${user} FROM ${userRoles.table} b WHERE b."role"::text = ${literal(role)})`;
  }
  if (roleName && key(users)) return `u.${key(users)} IN (${ids})`;
  // Better Auth's admin plugin keeps several roles in one text, with commas between.
  const own = columnOf(users, ['role']);
  return own && `${literal(role)} = ANY (regexp_split_to_array(u.${own}::text, '\\s*,\\s*'))`;
}

export type Found = Partial<Record<Candidate['kind'], Candidate>>;

const userColumns = ['user_id', 'userId', 'users_id'];
const addressOf = (users: Candidate) => columnOf(users, ['email', 'email_address', 'mail']);

/** How many have the role, and the addresses of those who may sign in; null where the tables do not tell. */
export function adminsQuery(role: string, found: Found): string | null {
  const { users } = found;
  const email = users && addressOf(users);
  const condition = users && hasRole(role, users, found);
  if (!users || !email || !condition) return null;
  return `SELECT count(*)::int AS total, count(*) FILTER (WHERE active)::int AS active,
      (array_agg(address ORDER BY address) FILTER (WHERE active))[1:20] AS addresses
    FROM (SELECT left(u.${email}::text, 200) AS address, ${activeOf(users)} AS active FROM ${users.table} u WHERE ${condition}) AS admins`;
}

/** When each who has the role and may sign in did so last: `at`, seconds since 1970, null for never. */
export function signInsQuery(role: string, found: Found): { from: 'column' | 'sessions'; sql: string } | null {
  const { users, sessions } = found;
  const condition = users && hasRole(role, users, found);
  if (!users || !condition) return null;
  const query = (at: string) =>
    `SELECT extract(epoch FROM ${at})::float8 AS at FROM ${users.table} u WHERE ${condition} AND ${activeOf(users)} ORDER BY 1 NULLS FIRST LIMIT 100`;
  const column = columnOf(
    users,
    ['last_login_at', 'last_sign_in_at', 'last_signed_in_at', 'last_login', 'lastLoginAt', 'lastSignInAt'],
    times,
  );
  if (column) return { from: 'column', sql: query(`u.${column}`) };
  const user = sessions && columnOf(sessions, userColumns);
  const begun = sessions && columnOf(sessions, ['created_at', 'createdAt'], times);
  if (!sessions || !user || !begun) return null;
  return { from: 'sessions', sql: query(`(SELECT max(b.${begun}) FROM ${sessions.table} b WHERE b.${user} = u."id")`) };
}

const times = ['timestamptz', 'timestamp', 'date'];
