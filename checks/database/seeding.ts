import type { Facts } from '../../src/facts/index.ts';
import type { Fault } from '../../src/core/verdict.ts';

type Seed = Facts['postgres.seed'];
type Reason = 'default-admin' | 'no-admin' | 'roles-missing' | 'templates-missing';

interface Expected {
  roles: readonly string[];
  'super-admin': string;
  admins: number;
  templates: readonly string[];
  'default-admins': readonly string[];
}

/** Where the seed script's own addresses are in order. */
const notProduction = /^(?:staging|development|dev|test|testing|local|preview)$/i;

const seedAgain = 'run the seed script with the DATABASE_URL of this target';

/** What is missing of what was found tables for, and whose address nobody should have. */
export function faultsOf({ roles, admins, templates }: Seed, expect: Expected, target: string): Fault<Reason>[] {
  const faults: Fault<Reason>[] = [];
  const known = expect['default-admins'].map((one) => one.toLowerCase());
  const shipped = (admins?.addresses ?? []).filter((one) => known.includes(one.toLowerCase()));
  if (admins && shipped.length > 0 && !notProduction.test(target)) {
    faults.push({
      reason: 'default-admin',
      because: `an active ${admins.role} has the seed script's address ${shipped.join(', ')}`,
      fix: `UPDATE ${admins.table} SET email = '…' WHERE lower(email) = '${shipped[0]?.toLowerCase().replaceAll("'", "''")}'; and change the password`,
    });
  }
  if (admins && admins.active < expect.admins) {
    const because = `${admins.active} of ${admins.total} with the role ${admins.role} in ${admins.table} are active, and ${expect.admins} should be`;
    faults.push({
      reason: 'no-admin',
      because,
      fix: `give a user of ${admins.table} the role ${admins.role}, or ${seedAgain}`,
    });
  }
  const noRole = expect.roles.filter((role) => roles && !roles.names.includes(role));
  if (roles && noRole.length > 0) {
    const because = `${roles.table} lacks ${noRole.join(', ')}`;
    faults.push({ reason: 'roles-missing', because, fix: seedAgain });
  }
  const noTemplate = expect.templates.filter((name) => templates && !isThere(templates.names, name));
  if (templates && noTemplate.length > 0) {
    const because = `${templates.table} has no template ${noTemplate.join(', ')}`;
    const fix = `${seedAgain}, or name your templates under expect in svcheck.yaml: database.seed: { templates: […] }`;
    faults.push({ reason: 'templates-missing', because, fix });
  }
  return faults;
}

function isThere(names: readonly string[], name: string): boolean {
  return names.includes(name) || names.some((one) => one.toLowerCase().includes(name.toLowerCase()));
}

/** What no table was found for. */
export function unseenOf({ roles, admins, templates }: Seed): string[] {
  return [
    ...(roles ? [] : ['roles']),
    ...(admins ? [] : ['users and their roles']),
    ...(templates ? [] : ['e-mail templates']),
  ];
}
