import type { Facts, Known } from '../../src/facts/index.ts';
import type { Fault } from '../../src/core/verdict.ts';

type Activity = Facts['postgres.activity'];

export interface Pools {
  /** Connections that the application has open: to the pooler where its console was read, else to the server. */
  open: number;
  /** What its pools may hold; of one instance where their number is not known; null where the size is not. */
  limit: number | null;
  /** Whether `limit` is that of all instances. */
  certain: boolean;
  says: string;
}

export function limitOf(
  { application }: Activity,
  { value, instances }: Facts['postgres.pool-size'],
  pooler: Known<Facts['postgres.pooler']>,
): Pools {
  const clients = pooler.state === 'known' ? pooler.value.applicationClients : null;
  const open = clients ?? application;
  if (!value)
    return { open, limit: null, certain: false, says: 'DB_POOL_SIZE is no whole number above 0: see database.pool' };
  const limit = value * (instances ?? 1);
  const through = clients === null ? '' : ' to the pooler';
  const many = instances === null ? 'one pool' : `pool x instances ${value} x ${instances} =`;
  return { open, limit, certain: instances !== null, says: `${many} ${limit}${through}` };
}

/** What is wrong for certain, whatever else is not known. */
export function faultsOf(
  { idleInTransaction, applicationRole }: Activity,
  { open, limit, certain, says }: Pools,
  most: number,
): Fault<'too-many' | 'idle-in-transaction'>[] {
  const faults: Fault<'too-many' | 'idle-in-transaction'>[] = [];
  if (certain && limit !== null && open > limit) {
    const because = `${open} live connections of ${applicationRole} are more than ${says}`;
    const fix =
      'share one pool in each instance, see who else connects as this role (SELECT application_name, client_addr FROM pg_stat_activity), or correct instances in svcheck.yaml';
    faults.push({ reason: 'too-many', because, fix });
  }
  const long = idleInTransaction.shown.filter(({ seconds }) => seconds > most);
  const [longest] = long;
  if (longest) {
    const because = `${long.length} of ${applicationRole}'s sessions idle in a transaction for more than ${most} s, the longest for ${Math.round(longest.seconds)} s`;
    const role = /^[a-z_][a-z0-9_]*$/.test(applicationRole)
      ? applicationRole
      : `"${applicationRole.replaceAll('"', '""')}"`;
    const fix = `ALTER ROLE ${role} SET idle_in_transaction_session_timeout = '${most}s'; and commit or roll back in every path of the code`;
    faults.push({ reason: 'idle-in-transaction', because, fix });
  }
  return faults;
}
