import { z } from 'zod';
import { defineCheck } from '../../src/core/define.ts';
import { failOrPass } from '../../src/core/verdict.ts';
import { connectionVerdict } from './connecting.ts';
import { grant, missing } from './rights.ts';
import { sequenceFaults, serverFaults, serverWarnings, shownOf } from './server.ts';
import { supportOf } from './supported.ts';

export const provisioned = defineCheck({
  id: 'database.provisioned',
  item: 'Production database provisioned',
  rule: {
    pass: "answers; a PostgreSQL major still supported on the audit's date; a primary (not in recovery); shows version, uptime, size, round trip",
    fail: 'a refused connection, refused credentials, another protocol, NXDOMAIN, an end-of-life major, a read replica, transaction-id age above 1.5 billion, a sequence above 90% of what the column it feeds can hold; a column that is null for want of rights is `error: grant pg_monitor`, never taken for well',
    warn: "a minor release behind the newest known, an inactive replication slot that holds WAL, data checksums off, md5 passwords, no statement_timeout or idle_in_transaction_session_timeout for the application's role, prepared transactions left over",
  },
  why: 'Everything the product knows is in this database. Out of support it gets no security fixes; out of transaction ids or of sequence values it stops writing, at a moment that nobody chose.',
  remedy:
    "Upgrade to a supported major by pg_upgrade or by a managed upgrade; give svcheck's role GRANT pg_monitor TO role, so that it sees what it must judge.",
  docs: [
    'https://www.postgresql.org/support/versioning/',
    'https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-WRAPAROUND',
    'https://www.postgresql.org/docs/current/predefined-roles.html',
  ],
  settings: z.strictObject({
    /** Until when somebody other than the PostgreSQL project supports this major, and who. */
    'supported-until': z.iso.date().optional(),
    by: z.string().optional(),
    /** Transactions. */
    'xid-age': z.int().min(1).max(2_000_000_000).default(1_500_000_000),
    /** Percent of what a column can hold. */
    'sequence-used': z.number().min(1).max(100).default(90),
  }),
  loosening: ['supported-until', 'xid-age', 'sequence-used'],
  reasons: {
    supported: 'it answers, is a primary, and its major is supported',
    refused: 'the connection is refused',
    'refused-credentials': 'the server answers and refuses the credentials',
    'no-database': 'the server has no database of that name',
    'no-free-connection': 'all connections of the server are in use',
    'wrong-protocol': 'something else than PostgreSQL answers',
    nxdomain: "the host's name does not exist or has no address",
    'end-of-life': 'the major release is no longer supported',
    'pre-release': 'a beta, a release candidate or a development build',
    'read-replica': 'the server is in recovery: it takes no writes',
    'xid-age': 'transaction ids are about to run out',
    'sequence-full': 'a sequence is about to run out of what its column can hold',
    'supported-elsewhere': 'the project no longer supports the major, a distribution or provider does',
    'newer-than-known': 'the major is newer than the dates that this version of svcheck knows',
    'minor-behind': 'a newer minor release is known',
    'idle-slot': 'an inactive replication slot holds WAL back',
    'checksums-off': 'data checksums are off',
    'md5-passwords': 'passwords are stored or asked for as MD5',
    'no-statement-timeout': "the application's sessions start without statement_timeout",
    'no-idle-timeout': "the application's sessions start without idle_in_transaction_session_timeout",
    'prepared-transactions': 'prepared transactions were left over',
    'no-application-role': "the role named as the application's does not exist",
  },
  ways: (make) => [
    make.probe({
      how: 'logs in and asks for version, recovery, ages, sequences, slots and settings',
      settings: ['postgres.url'],
      needs: ['postgres.connection'],
      wants: ['postgres.server', 'postgres.sequences', 'postgres.session'],
      judge: (facts, { now, asOf, expect }) => {
        const connection = facts['postgres.connection'];
        const failed = connectionVerdict(connection);
        if (failed) return failed;
        const server = facts['postgres.server'];
        if (server.state !== 'known') return missing(server);
        const support = supportOf(server.value, expect, asOf);
        const sequences = facts['postgres.sequences'];
        const filling = sequences.state === 'known' ? sequenceFaults(sequences.value, expect['sequence-used']) : [];
        const faults = [...support.faults, ...serverFaults(server.value, expect['xid-age']), ...filling];
        if (faults.length === 0) {
          if (sequences.state !== 'known') return missing(sequences);
          const hidden = grant(server.value, sequences.value);
          if (hidden) return hidden;
        }
        const shown = shownOf(server.value, connection.roundTripMs, now);
        const because = `PostgreSQL ${shown.version}, ${support.text}; a primary, up ${shown.up}, ${shown.size}, ${shown.roundTripMs ?? '?'} ms away`;
        const warnings = [...support.warnings, ...serverWarnings(server.value, facts['postgres.session'])];
        const seen = { ...shown, supportedUntil: support.until };
        return failOrPass(faults, { reason: 'supported', because }, { seen, warnings });
      },
    }),
    make.attest('Is this done: Production database provisioned?', 90),
  ],
});
