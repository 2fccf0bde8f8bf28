import { unbuiltCheck } from '../../src/core/define.ts';

export const restoreTested = unbuiltCheck({
  id: 'backups.restore-tested',
  item: 'Backup restoration tested',
  by: ['evidence', 'attest'],
  pass: 'a restore drill of the last 30 days succeeded on a backup of this database (svcheck drill restore)',
  fail: 'it failed or is too old',
});
