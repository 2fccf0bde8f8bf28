import { z } from 'zod';
import { defineCheck } from '../../src/core/define.ts';
import { failOrPass } from '../../src/core/verdict.ts';
import { slowOf, undecided } from './statements.ts';

export const queries = defineCheck({
  id: 'optimization.queries',
  item: 'Database queries optimized',
  rule: {
    pass: "pg_stat_statements, at least 24 h since its reset, shows for the application's role and database no statement (utility ones apart) with a mean above 100 ms among those that make up 95% of the time",
    fail: 'names the slow ones (text normalised), calls, mean; without the extension, or less than 24 h after a reset, it is `manual` (how to enable it; decidable from when); text hidden for want of rights is `error: grant pg_read_all_stats`',
  },
  why: 'A few statements make up nearly all the time of a database. One of them with a mean of a tenth of a second holds its connection for that long, and the pool is empty at the busiest hour.',
  remedy:
    'EXPLAIN (ANALYZE, BUFFERS) tells what a statement waits for; most often an index is missing, or a query runs once for each row.',
  docs: [
    'https://www.postgresql.org/docs/current/pgstatstatements.html',
    'https://www.postgresql.org/docs/current/using-explain.html',
  ],
  settings: z.strictObject({
    /** Milliseconds of the mean. */
    mean: z.number().min(1).default(100),
    /** Percent of the time whose statements are judged. */
    share: z.number().min(1).max(100).default(95),
    /** Hours of statistics that it takes. */
    hours: z.number().min(0).default(24),
  }),
  loosening: ['mean', 'share', 'hours'],
  reasons: {
    fast: 'no statement among those that make up most of the time has a high mean',
    slow: 'a statement that makes up much of the time has a high mean',
    'no-extension': 'pg_stat_statements is not there',
    'not-loaded': 'pg_stat_statements is not in shared_preload_libraries',
    'too-early': 'the statistics were reset less than a day ago',
    'reset-unknown': 'the extension is too old to say since when it counts',
    'no-statements': 'nothing was counted for the application yet',
  },
  ways: (make) => [
    make.probe({
      how: "reads the mean times of the application's statements from pg_stat_statements",
      settings: ['postgres.url'],
      needs: ['postgres.statements'],
      judge: (facts, { expect, now }) => {
        const found = facts['postgres.statements'];
        const open = undecided(found, expect.hours, now);
        if (open) return open;
        if (found.hidden > 0) {
          const because = `${found.role} may not read the text of ${found.hidden} statements of ${found.applicationRole}`;
          return {
            status: 'error',
            reason: 'not-permitted',
            because,
            fix: `GRANT pg_read_all_stats TO ${found.role};`,
          };
        }
        if (found.examined === 0) {
          const because = `pg_stat_statements has no statement of ${found.applicationRole} in this database since ${found.resetAt}`;
          return { status: 'unclear', reason: 'no-statements', because };
        }
        const because = `of ${found.examined} statements since ${found.resetAt} none has a mean above ${expect.mean} ms among those that make up ${expect.share}% of the time`;
        return failOrPass(slowOf(found, expect), { reason: 'fast', because });
      },
    }),
    make.attest('Is this done: Database queries optimized?', 90),
  ],
});
