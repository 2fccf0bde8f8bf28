import { z } from 'zod';
import { defineCheck } from '../../src/core/define.ts';
import { faultsOf, limitOf } from './pools.ts';
import { failOrPass } from '../../src/core/verdict.ts';

export const pooling = defineCheck({
  id: 'optimization.pooling',
  item: 'Connection pooling configured',
  rule: {
    pass: 'live connections of the application are at most pool x instances, none idle in transaction for more than 60 s',
    fail: 'above pool x live instances, or long idle transactions; state hidden for want of rights is `error: grant pg_monitor`',
  },
  why: 'More connections than the pools may hold means that something connects beside them, or never gives back. A session that idles in a transaction keeps its locks, and VACUUM from removing dead rows in every table.',
  remedy:
    'One postgres() or Pool for the whole process, max set from DB_POOL_SIZE; no await of anything else inside db.transaction(); idle_in_transaction_session_timeout for the role.',
  docs: [
    'https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ACTIVITY-VIEW',
    'https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-IDLE-IN-TRANSACTION-SESSION-TIMEOUT',
  ],
  settings: z.strictObject({
    /** Seconds that a session may idle in a transaction. */
    'idle-in-transaction': z.int().min(1).default(60),
  }),
  loosening: ['idle-in-transaction'],
  reasons: {
    pooled: "the application's live connections are no more than its pools may hold, and none idles in a transaction",
    'too-many': "the application has more live connections than its pools' sum",
    'idle-in-transaction': 'a session has been idle in a transaction for too long',
    'pool-unknown': 'DB_POOL_SIZE is no number',
    'instances-unknown': 'more than one pool is in use, and how many instances run is not known',
    'no-connection': 'the application has no live connection',
  },
  ways: (make) => [
    make.probe({
      how: "counts the application's sessions in pg_stat_activity against its pools",
      settings: ['postgres.url', 'instances'],
      needs: ['postgres.activity', 'postgres.pool-size'],
      wants: ['postgres.pooler'],
      judge: (facts, { expect }) => {
        const activity = facts['postgres.activity'];
        const { role, hidden, applicationRole } = activity;
        const pools = limitOf(activity, facts['postgres.pool-size'], facts['postgres.pooler']);
        const faults = faultsOf(activity, pools, expect['idle-in-transaction']);
        if (faults.length === 0 && hidden > 0) {
          const because = `${role} may not see the state of ${hidden} sessions of ${applicationRole}`;
          return { status: 'error', reason: 'not-permitted', because, fix: `GRANT pg_monitor TO ${role};` };
        }
        const because = `${pools.open} live connections of ${applicationRole}, ${pools.says}; none idle in transaction for more than ${expect['idle-in-transaction']} s`;
        if (faults.length > 0) return failOrPass(faults, { reason: 'pooled', because });
        if (pools.limit === null) return { status: 'unclear', reason: 'pool-unknown', because: pools.says };
        if (pools.open > pools.limit) return { status: 'unclear', reason: 'instances-unknown', because };
        if (pools.open === 0) return { status: 'unclear', reason: 'no-connection', because };
        return { status: 'pass', reason: 'pooled', because };
      },
    }),
    make.attest('Is this done: Connection pooling configured?', 90),
  ],
});
