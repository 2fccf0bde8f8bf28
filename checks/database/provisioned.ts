import { unbuiltCheck } from '../../src/core/define.ts';

export const provisioned = unbuiltCheck({
  id: 'database.provisioned',
  item: 'Production database provisioned',
  by: ['probe'],
  pass: "answers; a PostgreSQL major still supported on the audit's date; a primary (not in recovery); shows version, uptime, size, round trip",
  fail: 'a refused connection, refused credentials, another protocol, NXDOMAIN, an end-of-life major, a read replica, transaction-id age above 1.5 billion, a sequence above 90% of what the column it feeds can hold; a column that is null for want of rights is `error: grant pg_monitor`, never taken for well',
  warn: "a minor release behind the newest known, an inactive replication slot that holds WAL, data checksums off, md5 passwords, no statement_timeout or idle_in_transaction_session_timeout for the application's role, prepared transactions left over",
});
