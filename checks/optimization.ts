import type { Section } from '../src/core/check.ts';
import { unbuiltCheck } from '../src/core/define.ts';

export const optimization: Section = {
  id: 'optimization',
  title: 'Optimization',
  heading: 'Performance / Optimization',
  phase: 'pre-deploy',
  checks: [
    unbuiltCheck({
      id: 'optimization.queries',
      item: 'Database queries optimized',
      by: ['probe', 'attest'],
      pass: "pg_stat_statements, at least 24 h since its reset, shows for the application's role and database no statement (utility ones apart) with a mean above 100 ms among those that make up 95% of the time",
      fail: 'names the slow ones (text normalised), calls, mean; without the extension, or less than 24 h after a reset, it is `manual` (how to enable it; decidable from when); text hidden for want of rights is `error: grant pg_read_all_stats`',
    }),
    unbuiltCheck({
      id: 'optimization.indexes',
      item: 'Indexes created',
      by: ['probe'],
      pass: "no foreign key without an index on a table of 1,000 rows or more (any valid index, the primary key's too, whose leading columns are the key's, covers it), no table without a primary key, no duplicate index",
      fail: 'names them, with the CREATE INDEX that mends each; tables of extensions and of migration tools are left out',
      warn: 'an index that is a prefix of another; a NOT VALID constraint',
    }),
    unbuiltCheck({
      id: 'optimization.pooling',
      item: 'Connection pooling configured',
      by: ['probe'],
      pass: 'live connections of the application are at most pool x instances, none idle in transaction for more than 60 s',
      fail: 'above pool x live instances, or long idle transactions; state hidden for want of rights is `error: grant pg_monitor`',
    }),
    unbuiltCheck({
      id: 'optimization.redis-cache',
      item: 'Redis caching enabled',
      by: ['probe'],
      pass: "keys under the cache's prefixes exist and the hit ratio is shown (warning below 50%)",
      fail: 'no cache key, no hit ever; before go-live `manual: decidable from the first day of traffic`',
    }),
    unbuiltCheck({
      id: 'optimization.cdn',
      item: 'Static assets on CDN',
      by: ['probe'],
      pass: "the page's scripts, styles and images come through a CDN, or carry immutable caching of a year with hashed names",
      fail: 'served uncached by the origin',
    }),
    unbuiltCheck({
      id: 'optimization.images',
      item: 'Images optimized',
      by: ['probe'],
      pass: 'no image of the pages looked at above 200 KB, none in a legacy format where a modern one would save a third',
      fail: 'names them and their sizes',
      warn: 'an image without width and height; one below the fold that is not lazy; saving not measured (sharp absent)',
    }),
    unbuiltCheck({
      id: 'optimization.gzip',
      item: 'Gzip compression enabled',
      by: ['probe'],
      pass: 'HTML, scripts, styles and JSON above 1 KB come compressed (gzip, br or zstd) with Vary',
      fail: 'names those that do not',
    }),
  ],
};
