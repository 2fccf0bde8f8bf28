import type { Facts, Known } from '../../src/facts/index.ts';
import type { Fault, Warning } from '../../src/core/verdict.ts';
import { identifier, lengthOf, literal, roundCount, sizeOf } from './words.ts';

type Server = Facts['postgres.server'];

/** A two-phase commit under way takes seconds; what is older was left behind. */
const LEFT_OVER_SECONDS = 300;

/** What the line shows of the server, as a person says it. */
export function shownOf(
  { version, database, startedAt, databaseBytes }: Server,
  roundTripMs: number | null,
  now: Date,
) {
  const up = startedAt === null ? 'for an unknown time' : lengthOf(now.getTime() - Date.parse(startedAt));
  const size = databaseBytes === null ? 'of unknown size' : sizeOf(databaseBytes);
  return { version, database, up, size, roundTripMs };
}

/** What keeps the server from being a primary that can go on writing. */
export function serverFaults(server: Server, xidLimit: number): Fault<'read-replica' | 'xid-age'>[] {
  const faults: Fault<'read-replica' | 'xid-age'>[] = [];
  if (server.inRecovery) {
    const fix = 'point the address at the primary (the writer endpoint), or promote this server: SELECT pg_promote()';
    faults.push({ reason: 'read-replica', because: 'the server is in recovery: a read replica', fix });
  }
  if (server.xidAge !== null && server.xidAge > xidLimit) {
    const database = server.xidDatabase ?? server.database;
    const because = `the oldest transaction id of ${database} is ${roundCount(server.xidAge)} transactions old, above ${roundCount(xidLimit)}`;
    const fix = `vacuumdb --freeze --dbname=${database}, after ending what holds it back: old transactions, idle slots, prepared transactions`;
    faults.push({ reason: 'xid-age', because, fix });
  }
  return faults;
}

/** Sequences about to run out. @param percent of what the column can hold */
export function sequenceFaults(sequences: Facts['postgres.sequences'], percent: number): Fault<'sequence-full'>[] {
  return sequences.fullest
    .filter(({ used }) => used * 100 > percent)
    .map(({ sequence, column, type, last, limit, used }) => {
      const feeds = column === null ? type : `${column} (${type})`;
      const [table, name] = column === null ? [] : splitColumn(column);
      const widen = table ? `ALTER TABLE ${table} ALTER COLUMN ${name} TYPE bigint; ` : '';
      const fix =
        type === 'int8'
          ? `free values of ${sequence}: it is at the end of bigint`
          : `${widen}ALTER SEQUENCE ${sequence} AS bigint`;
      return {
        reason: 'sequence-full' as const,
        because: `${sequence} is at ${last} of ${limit}, ${Math.floor(used * 100)}% of what ${feeds} can hold`,
        fix,
        findings: [{ where: sequence, what: `${Math.floor(used * 1000) / 10}% used` }],
      };
    });
}

/** schema.table and column, each part in double quotes where SQL needs them. */
function splitColumn(column: string): [table: string, name: string] {
  const [, table = column, name = ''] = /^(.*)\.("(?:[^"]|"")+"|[^".]+)$/.exec(column) ?? [];
  return [table, name];
}

type Reason =
  | 'idle-slot'
  | 'checksums-off'
  | 'md5-passwords'
  | 'no-statement-timeout'
  | 'no-idle-timeout'
  | 'prepared-transactions'
  | 'no-application-role';

/** What should be seen to, and does not keep the release from going live. */
export function serverWarnings(server: Server, session: Known<Facts['postgres.session']>): Warning<Reason>[] {
  const warnings: Warning<Reason>[] = [];
  const warn = (reason: Reason, text: string) => void warnings.push({ reason, text });
  for (const { name, kind, heldBytes } of server.idleSlots ?? []) {
    const drop = `SELECT pg_drop_replication_slot(${literal(name)}) if nobody will return to it`;
    warn('idle-slot', `the inactive ${kind} slot ${name} holds ${sizeOf(heldBytes)} of WAL: ${drop}`);
  }
  if (server.checksums === false)
    warn('checksums-off', 'data checksums are off: pg_checksums --enable, on the stopped server');
  const md5 = md5Of(server, session);
  if (md5) warn('md5-passwords', `${md5}: set password_encryption = scram-sha-256, then each password anew`);
  const { role, exists, statementTimeoutMs, idleInTransactionMs } = server.application;
  const to = (setting: string, value: string) => `ALTER ROLE ${identifier(role)} SET ${setting} = '${value}'`;
  if (!exists) warn('no-application-role', `there is no role ${role}: correct postgres.appRole`);
  if (exists && statementTimeoutMs === 0)
    warn('no-statement-timeout', `${role} has no statement_timeout: ${to('statement_timeout', '30s')}`);
  if (exists && idleInTransactionMs === 0) {
    const setting = 'idle_in_transaction_session_timeout';
    warn('no-idle-timeout', `${role} has no ${setting}: ${to(setting, '60s')}`);
  }
  const old = (server.preparedTransactions ?? []).filter(({ ageSeconds }) => ageSeconds > LEFT_OVER_SECONDS);
  for (const { gid, database, ageSeconds } of old) {
    const end = `COMMIT PREPARED or ROLLBACK PREPARED ${literal(gid)}`;
    warn('prepared-transactions', `prepared for ${lengthOf(ageSeconds * 1000)} in ${database}: ${end}`);
  }
  return warnings;
}

function md5Of({ passwordEncryption, md5Roles }: Server, session: Known<Facts['postgres.session']>): string | null {
  if (md5Roles && md5Roles.length > 0) return `roles with MD5 passwords: ${md5Roles.join(', ')}`;
  if (session.state === 'known' && session.value.authentication === 'md5')
    return 'the server asked for an MD5 password';
  return passwordEncryption === 'md5' ? 'password_encryption is md5' : null;
}
