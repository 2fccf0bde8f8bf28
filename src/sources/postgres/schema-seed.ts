import type { Target } from '../../config/target.ts';
import type { Facts } from '../../facts/index.ts';
import { type Gatherer, known, LookFailed } from '../gathering.ts';
import { withSession } from './hosts.ts';
import {
  adminsQuery,
  type Candidate,
  type Found,
  candidatesQuery,
  nameColumn,
  namesQuery,
  type Tables,
} from './schema-seed-queries.ts';
import type { Session } from './session.ts';

type Seed = Facts['postgres.seed'];

/** What the seed script should have put there. */
export const seed: Gatherer<'postgres.seed'> = {
  contacts: true,
  gather: withSession(async (session, { target }) => {
    const { role, found } = await findTables(session, target, ['roles', 'users', 'userRoles', 'templates']);
    const admins = await adminsOf(session, role, found);
    const where =
      Object.values(found)
        .map(({ table }) => table)
        .join(', ') || 'pg_class';
    return known(
      {
        roles: await namesOf(session, found.roles, 200),
        templates: await namesOf(session, found.templates, 500),
        admins,
      },
      `${where} on ${session.where}`,
    );
  }),
};

/** The tables of those kinds, and the role of super administrators. Rejects with LookFailed, not-permitted, where one may not be read. */
export async function findTables(
  session: Session,
  { settings }: Target,
  kinds: readonly Candidate['kind'][],
): Promise<{ role: string; found: Found }> {
  const { role, tables } = settingsOf(settings.expect['database.seed'], settings.email.tables.templates);
  const found: Found = {};
  for (const one of await session.look<Candidate>(candidatesQuery(tables))) {
    if (kinds.includes(one.kind)) found[one.kind] ??= one;
  }
  const hidden = Object.values(found).filter(({ readable }) => !readable);
  if (hidden.length > 0) throw await notPermitted(session, hidden);
  return { role, found };
}

async function namesOf(session: Session, table: Candidate | undefined, limit: number) {
  const column = table && nameColumn(table);
  if (!table || !column) return null;
  const rows = await session.look<{ name: string | null }>(namesQuery(table, column, limit));
  return { table: table.table, names: rows.flatMap(({ name }) => name ?? []) };
}

async function adminsOf(session: Session, role: string, found: Found): Promise<Seed['admins']> {
  const query = adminsQuery(role, found);
  if (!query || !found.users) return null;
  const [row] = await session.look<{ total: number; active: number; addresses: string[] | null }>(query);
  return {
    table: found.users.table,
    role,
    total: row?.total ?? 0,
    active: row?.active ?? 0,
    addresses: row?.addresses ?? [],
  };
}

async function notPermitted(session: Session, hidden: readonly Candidate[]): Promise<LookFailed> {
  const [who] = await session.look<{ role: string }>('SELECT quote_ident(session_user) AS role');
  const schemas = [...new Set(hidden.map(({ schema }) => schema))].join(', ');
  const tables = hidden.map(({ table }) => table).join(', ');
  const because = `${who?.role} may not read ${tables}`;
  const fix = `GRANT USAGE ON SCHEMA ${schemas} TO ${who?.role}; GRANT SELECT ON ${tables} TO ${who?.role};`;
  return new LookFailed({ cause: 'not-permitted', because, fix, where: session.where });
}

/** expect.database.seed, whose shape is the check's: the role of super administrators, and tables of other names. */
function settingsOf(expect: unknown, templates: string | undefined): { role: string; tables: Tables } {
  const set = isObject(expect) ? expect : {};
  const named = isObject(set.tables) ? set.tables : {};
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null);
  return {
    role: text(set['super-admin']) ?? 'super_admin',
    tables: {
      roles: text(named.roles),
      users: text(named.users),
      userRoles: text(named['user-roles']),
      sessions: null,
      templates: text(named.templates) ?? templates ?? null,
    },
  };
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
