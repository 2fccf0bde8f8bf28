import { unbuiltCheck } from '../../src/core/define.ts';

export const queries = unbuiltCheck({
  id: 'optimization.queries',
  item: 'Database queries optimized',
  by: ['probe', 'attest'],
  pass: "pg_stat_statements, at least 24 h since its reset, shows for the application's role and database no statement (utility ones apart) with a mean above 100 ms among those that make up 95% of the time",
  fail: 'names the slow ones (text normalised), calls, mean; without the extension, or less than 24 h after a reset, it is `manual` (how to enable it; decidable from when); text hidden for want of rights is `error: grant pg_read_all_stats`',
});
