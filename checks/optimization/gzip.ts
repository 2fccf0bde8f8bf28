import { unbuiltCheck } from '../../src/core/define.ts';

export const gzip = unbuiltCheck({
  id: 'optimization.gzip',
  item: 'Gzip compression enabled',
  by: ['probe'],
  pass: 'HTML, scripts, styles and JSON above 1 KB come compressed (gzip, br or zstd) with Vary',
  fail: 'names those that do not',
});
