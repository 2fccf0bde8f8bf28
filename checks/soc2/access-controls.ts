import { z } from 'zod';
import { defineCheck } from '../../src/core/define.ts';
import { type Fault, failOrPass } from '../../src/core/verdict.ts';
import type { Facts } from '../../src/facts/index.ts';

type Access = Facts['postgres.access'];
type Reason = 'superuser' | 'attribute' | 'public-create' | 'too-many-admins' | 'idle-admin';

export const accessControls = defineCheck({
  id: 'soc2.access-controls',
  item: 'Access controls implemented',
  rule: {
    pass: "the application's database role is no superuser (nor rds_superuser, cloudsqlsuperuser, neon_superuser, azure_pg_admin) and has no CREATEROLE, BYPASSRLS or REPLICATION, PUBLIC has no create on schemas, at most 3 super admins (expect: max), each signed in within 90 days",
    fail: 'says which',
  },
  why: 'What the application may do, whoever takes it over may do. A superuser reads every database and runs programs on the host, and an administrator who left still has the keys.',
  remedy:
    'Let one role own the tables and run migrations, and another one, which owns nothing, be the application; review super administrators each quarter.',
  docs: [
    'https://www.postgresql.org/docs/current/role-attributes.html',
    'https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-PRIV',
    'https://www.aicpa-cima.com/resources/download/2017-trust-services-criteria-with-revised-points-of-focus-2022',
  ],
  settings: z.strictObject({
    /** Active super administrators, at most. */
    max: z.int().min(1).default(3),
    /** Days within which each must have signed in. */
    days: z.int().min(1).default(90),
  }),
  loosening: ['max', 'days'],
  reasons: {
    controlled: "the application's role has no right beyond its tables, and super administrators are few and active",
    superuser: "the application's role is a superuser, or a member of one",
    attribute: "the application's role has CREATEROLE, BYPASSRLS or REPLICATION",
    'public-create': 'everybody may create in a schema',
    'too-many-admins': 'there are more super administrators than there should be',
    'idle-admin': 'a super administrator has not signed in for long',
    'no-role': "the application's role is not known",
    'admins-unknown': 'no table tells who is a super administrator, or when they signed in',
  },
  ways: (make) => [
    make.probe({
      how: "reads what the application's database role may do, and when super administrators signed in",
      settings: ['postgres.url'],
      needs: ['postgres.access'],
      judge: (facts, { expect, now }) => {
        const access = facts['postgres.access'];
        const { admins, applicationRole } = access;
        const since = new Date(now.getTime() - expect.days * 86_400_000).toISOString();
        const faults = [...roleFaults(access), ...adminFaults(admins, expect, since)];
        if (faults.length === 0 && !access.exists) {
          const because = `the server has no role ${applicationRole}: name the application's in postgres.appRole`;
          return { status: 'unclear', reason: 'no-role', because };
        }
        if (faults.length === 0 && !isTold(admins, since)) {
          const because = admins
            ? `nothing tells that each of ${admins.active} ${admins.role} signed in within ${expect.days} days`
            : 'no table tells who is a super administrator: name them under expect: database.seed: { tables: { … } }';
          return { status: 'unclear', reason: 'admins-unknown', because };
        }
        const because = `${applicationRole} has no right beyond its tables, PUBLIC creates in no schema, and ${admins?.active} active ${admins?.role} signed in within ${expect.days} days`;
        return failOrPass(faults, { reason: 'controlled', because });
      },
    }),
    make.attest('Is this done: Access controls implemented?', 90),
  ],
});

const quoted = (name: string) => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`);

function roleFaults({ applicationRole, attributes, memberOf, publicCreate }: Access): Fault<Reason>[] {
  const faults: Fault<Reason>[] = [];
  const role = quoted(applicationRole);
  const others = attributes.filter((one) => one !== 'SUPERUSER');
  if (attributes.includes('SUPERUSER')) {
    faults.push({ reason: 'superuser', because: `${role} is a superuser`, fix: `ALTER ROLE ${role} NOSUPERUSER;` });
  }
  if (memberOf.length > 0) {
    const fix = memberOf.map((one) => `REVOKE ${quoted(one)} FROM ${role};`).join(' ');
    faults.push({ reason: 'superuser', because: `${role} is a member of ${memberOf.join(', ')}`, fix });
  }
  if (others.length > 0) {
    const fix = `ALTER ROLE ${role} ${others.map((one) => `NO${one}`).join(' ')};`;
    faults.push({ reason: 'attribute', because: `${role} has ${others.join(', ')}`, fix });
  }
  if (publicCreate.length > 0) {
    const fix = publicCreate.map((schema) => `REVOKE CREATE ON SCHEMA ${schema} FROM PUBLIC;`).join(' ');
    faults.push({ reason: 'public-create', because: `everybody may create in ${publicCreate.join(', ')}`, fix });
  }
  return faults;
}

/** Sessions that are gone prove nothing; a column that is empty or old does. */
function adminFaults(admins: Access['admins'], { max, days }: { max: number; days: number }, since: string) {
  if (!admins) return [];
  const faults: Fault<Reason>[] = [];
  if (admins.active > max) {
    const because = `${admins.active} active ${admins.role}, more than ${max}`;
    faults.push({
      reason: 'too-many-admins',
      because,
      fix: `take the role ${admins.role} from those who do not need it`,
    });
  }
  const idle = admins.signIns.filter((at) => (at === null ? admins.from === 'column' : at < since));
  if (idle.length > 0) {
    const because = `${idle.length} of ${admins.active} active ${admins.role} did not sign in within ${days} days`;
    faults.push({ reason: 'idle-admin', because, fix: `deactivate them, or take the role ${admins.role} from them` });
  }
  return faults;
}

const isTold = (admins: Access['admins'], since: string) =>
  admins !== null &&
  admins.active > 0 &&
  admins.signIns.length >= admins.active &&
  admins.signIns.every((at) => at !== null && at >= since);
