import { unbuiltCheck } from '../../src/core/define.ts';

export const retention = unbuiltCheck({
  id: 'gdpr.retention',
  item: 'Data retention policies defined',
  by: ['probe', 'attest'],
  pass: 'a period is set for each personal-data table, and no row is older than it (an index or a cost cap bounds the look; else `manual`)',
  fail: 'unset for a table, or a row older than its period',
});
