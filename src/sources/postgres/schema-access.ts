import type { Facts } from '../../facts/index.ts';
import { type Found, type Gatherer, known } from '../gathering.ts';
import { applicationUser, literal } from './application-role.ts';
import { withSession } from './hosts.ts';
import { adminsQuery, signInsQuery } from './schema-seed-queries.ts';
import { findTables } from './schema-seed.ts';
import type { Session } from './session.ts';
import type { Target } from '../../config/target.ts';

type Access = Facts['postgres.access'];

/** What the application's role may do, and who administrates. */
export const access: Gatherer<'postgres.access'> = {
  contacts: true,
  gather: withSession(async (session, { target }): Promise<Found<Access>> => {
    const role = applicationUser(target);
    const [row] = await session.look<Pick<Access, 'attributes' | 'memberOf'>>(roleQuery(role));
    const [open] = await session.look<{ schemas: string[] }>(publicQuery);
    return known(
      {
        applicationRole: role.slice(0, 200),
        exists: row !== undefined,
        attributes: row?.attributes ?? [],
        memberOf: row?.memberOf ?? [],
        publicCreate: open?.schemas ?? [],
        admins: await adminsOf(session, target),
      },
      `pg_roles, pg_namespace and the tables of users on ${session.where}`,
    );
  }),
};

async function adminsOf(session: Session, target: Target): Promise<Access['admins']> {
  const { role, found } = await findTables(session, target, ['roles', 'users', 'userRoles', 'sessions']);
  const admins = adminsQuery(role, found);
  if (!admins) return null;
  const [row] = await session.look<{ active: number }>(admins);
  const signIns = signInsQuery(role, found);
  const times = signIns ? await session.look<{ at: number | null }>(signIns.sql) : [];
  return {
    role,
    active: row?.active ?? 0,
    from: signIns?.from ?? null,
    signIns: times.map(({ at }) => (at === null ? null : new Date(at * 1000).toISOString())),
  };
}

/** Roles by which managed services hand out most of what a superuser may (their documentation). */
const managed = ['rds_superuser', 'cloudsqlsuperuser', 'neon_superuser', 'azure_pg_admin', 'alloydbsuperuser'];

/** A member may become what it is a member of (SET ROLE), whether it inherits or not. */
const roleQuery = (role: string) => `
  SELECT array_remove(ARRAY[CASE WHEN a.rolsuper THEN 'SUPERUSER' END, CASE WHEN a.rolcreaterole THEN 'CREATEROLE' END,
      CASE WHEN a.rolbypassrls THEN 'BYPASSRLS' END, CASE WHEN a.rolreplication THEN 'REPLICATION' END], NULL) AS attributes,
    ARRAY(SELECT r.rolname::text FROM pg_roles r
      WHERE r.oid <> a.oid AND NOT a.rolsuper AND pg_has_role(a.oid, r.oid, 'MEMBER')
        AND (r.rolsuper OR r.rolcreaterole OR r.rolbypassrls OR r.rolreplication OR r.rolname IN (${managed.map(literal).join(', ')}))
      ORDER BY 1 LIMIT 50) AS "memberOf"
  FROM pg_roles a WHERE a.rolname = ${literal(role)}`;

/** PUBLIC is grantee 0. */
const publicQuery = `
  SELECT coalesce(array_agg(DISTINCT quote_ident(n.nspname)), '{}') AS schemas
  FROM pg_namespace n CROSS JOIN LATERAL aclexplode(n.nspacl) AS acl
  WHERE acl.grantee = 0 AND acl.privilege_type = 'CREATE' AND n.nspname !~ '^pg_'`;
