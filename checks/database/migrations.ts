import { z } from 'zod';
import { defineCheck } from '../../src/core/define.ts';
import { failOrPass } from '../../src/core/verdict.ts';
import { cautions, compare, drifts, gaps, pendings } from './migrating.ts';
import { missing } from './rights.ts';

export const migrations = defineCheck({
  id: 'database.migrations',
  item: 'Migrations tested in staging',
  rule: {
    pass: 'every migration of the repository (Drizzle journal; Prisma, Knex, node-pg-migrate folders too) is applied in staging with the same hash, and nothing is applied in the target that the repository lacks',
    fail: 'pending or failed in staging, drift (a hash that differs, an unknown migration); hashes are compared for LF and CRLF; a migration of another branch is a warning, one on no branch a failure; no staging database configured is `manual`',
    warn: "a pending migration that locks (an index built without CONCURRENTLY, NOT NULL without a default, a column's type changed), named with its file and line",
  },
  why: 'A migration that runs for the first time in production runs on the largest tables with everybody watching. One that was edited after it was applied makes two databases that no longer are the same.',
  remedy:
    'Deploy to staging first, with the same commit; never edit a migration that was applied: generate another one (npx drizzle-kit generate).',
  docs: [
    'https://orm.drizzle.team/docs/migrations',
    'https://www.prisma.io/docs/orm/prisma-migrate/workflows/development-and-production',
    'https://www.postgresql.org/docs/current/sql-altertable.html',
  ],
  settings: z.strictObject({
    /** The folder of migrations, relative to the repository; null for the only one there is. */
    folder: z.string().nullable().default(null),
    /** The tool's table, as schema.table; null for its usual name. */
    table: z.string().nullable().default(null),
  }),
  reasons: {
    tested: 'every migration of the repository is applied in staging, and the target has no other',
    'file-missing': 'the journal names a migration whose file is not there',
    failed: 'a migration failed',
    drift: 'a migration was applied with other contents than the repository has',
    unknown: 'a migration was applied that no branch has',
    pending: 'a migration of the repository is not applied in staging',
    'other-branch': 'a migration of another branch was applied',
    locks: 'a pending migration locks a table while it is read or written whole',
    'no-migrations': 'the journal or folder is empty',
    'no-staging': 'no staging database is configured',
  },
  ways: (make) => [
    make.probe({
      how: "compares the repository's migrations with staging's database and the target's",
      settings: ['postgres.url', 'staging'],
      needs: ['migrations.repository', 'migrations.applied'],
      wants: ['migrations.staging'],
      judge: (facts) => {
        const repository = facts['migrations.repository'];
        const { migrations: all, folder } = repository;
        const own = facts['migrations.applied'];
        const target = compare(repository, own);
        const staging = facts['migrations.staging'];
        const tested = staging.state === 'known' ? compare(repository, staging.value) : null;
        const where = staging.state === 'known' ? `${staging.value.database} (${staging.value.target})` : '';
        const faults = [
          ...gaps(repository),
          ...drifts(repository, own.database, target),
          ...(tested ? [...drifts(repository, where, tested), ...pendings(repository, where, tested)] : []),
        ];
        const databases = [[own.database, target] as const, ...(tested ? [[where, tested] as const] : [])];
        const warnings = cautions(databases, target.pending);
        if (faults.length === 0 && all.length === 0) {
          return { status: 'unclear', reason: 'no-migrations', because: `${folder} holds no migration` };
        }
        if (faults.length > 0 || tested) {
          const because = `${all.length} of ${folder} are applied in ${where}; ${target.pending.length} are pending in ${own.database}`;
          return failOrPass(faults, { reason: 'tested', because }, { warnings });
        }
        if (staging.state === 'unreachable') return missing(staging);
        const because = staging.state === 'absent' ? staging.because : 'no staging database is configured';
        return { status: 'unclear', reason: 'no-staging', because, warnings };
      },
    }),
    make.unbuilt('evidence'),
    make.attest('Is this done: Migrations tested in staging?', 90),
  ],
});
