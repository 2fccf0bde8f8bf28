import { unbuiltCheck } from '../../src/core/define.ts';

export const migrations = unbuiltCheck({
  id: 'database.migrations',
  item: 'Migrations tested in staging',
  by: ['probe', 'evidence'],
  pass: 'every migration of the repository (Drizzle journal; Prisma, Knex, node-pg-migrate folders too) is applied in staging with the same hash, and nothing is applied in the target that the repository lacks',
  fail: 'pending or failed in staging, drift (a hash that differs, an unknown migration); hashes are compared for LF and CRLF; a migration of another branch is a warning, one on no branch a failure; no staging database configured is `manual`',
  warn: "a pending migration that locks (an index built without CONCURRENTLY, NOT NULL without a default, a column's type changed), named with its file and line",
});
