import { z } from 'zod';
import { defineCheck } from '../../src/core/define.ts';
import { fitIn, type Room, roomOf } from './room.ts';
import { identifier } from './words.ts';

export const pool = defineCheck({
  id: 'database.pool',
  item: 'Connection pool sized appropriately (`DB_POOL_SIZE=20`)',
  rule: {
    pass: "DB_POOL_SIZE is set, and pool size x instances fits within max_connections less reserved and other clients' connections, with 10% to spare; a pooler in front is recognised and its own limits used: PgBouncer by SHOW VERSION, CONFIG and DATABASES on its admin console (pool_mode, default_pool_size, max_db_connections; without that right `error: add the user to stats_users`)",
    fail: 'unset, not a number, or it does not fit; shows the sum',
  },
  why: 'Each instance opens its own pool. When they ask together for more connections than the server has, requests fail at the busiest hour, and nobody can log in to see why.',
  remedy:
    'Set DB_POOL_SIZE so that it fits times the instances into max_connections, or put PgBouncer in transaction mode before PostgreSQL (postgres.js: prepare: false).',
  docs: [
    'https://www.postgresql.org/docs/current/runtime-config-connection.html',
    'https://www.pgbouncer.org/config.html',
    'https://www.pgbouncer.org/usage.html#admin-console',
  ],
  settings: z.strictObject({
    /** Percent of the free connections that must be left. */
    reserve: z.number().min(0).max(90).default(10),
    /** Connections to keep for other clients, where fewer than these are open just now. */
    other: z.int().min(0).default(0),
  }),
  loosening: ['reserve'],
  reasons: {
    fits: 'all pools together fit in the connections of the server',
    'fits-pooler': "all pools together fit in the pooler's limits, and its own in the server's",
    unset: 'DB_POOL_SIZE is not set',
    'not-a-number': 'DB_POOL_SIZE is no whole number above 0',
    'does-not-fit': 'all pools together are more than the server has room for',
    'pooler-clients': 'all pools together are more than the pooler lets in',
    'pooler-pool': 'with session pooling, all pools together are more than the pooler has server connections',
    'pooler-server': "the pooler's own pool is more than the server has room for",
    'instances-unknown': 'how many instances run is not known',
    'pooler-unknown': 'something pools connections in between, and its limits were not seen',
    'more-than-declared': "the application holds more connections now than its pools' sum",
  },
  ways: (make) => [
    make.probe({
      how: "adds up the pools of all instances against the server's and the pooler's limits",
      settings: ['postgres.url', 'instances'],
      needs: ['postgres.pool-size', 'postgres.capacity', 'postgres.pooler'],
      judge: (facts, { expect }) => {
        const { set, value, instances } = facts['postgres.pool-size'];
        const capacity = facts['postgres.capacity'];
        const room = roomOf(capacity, facts['postgres.pooler'], expect);
        if (!set || !value) {
          const because = set ? 'DB_POOL_SIZE is no whole number above 0' : 'DB_POOL_SIZE is not set';
          const fix = `DB_POOL_SIZE=${suggested(room, instances ?? 1)}`;
          return { status: 'fail', reasons: [set ? 'not-a-number' : 'unset'], because, fix };
        }
        if (capacity.hidden > 0) {
          const role = identifier(capacity.role);
          const because = `${role} may not see what ${capacity.hidden} sessions of pg_stat_activity are`;
          return { status: 'error', reason: 'not-permitted', because, fix: `GRANT pg_monitor TO ${role};` };
        }
        return fitIn(room, { size: value, instances, open: capacity.application });
      },
    }),
    make.attest('Is this done: Connection pool sized appropriately (`DB_POOL_SIZE=20`)?', 90),
  ],
});

/** The document's 20, or what fits where that is less. */
function suggested(room: Room, instances: number): number {
  return Math.max(1, Math.min(20, Math.floor(room.clients / instances)));
}
