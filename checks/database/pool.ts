import { unbuiltCheck } from '../../src/core/define.ts';

export const pool = unbuiltCheck({
  id: 'database.pool',
  item: 'Connection pool sized appropriately (`DB_POOL_SIZE=20`)',
  by: ['probe'],
  pass: "DB_POOL_SIZE is set, and pool size x instances fits within max_connections less reserved and other clients' connections, with 10% to spare; a pooler in front is recognised and its own limits used: PgBouncer by SHOW VERSION, CONFIG and DATABASES on its admin console (pool_mode, default_pool_size, max_db_connections; without that right `error: add the user to stats_users`)",
  fail: 'unset, not a number, or it does not fit; shows the sum',
});
