import { unbuiltCheck } from '../../src/core/define.ts';

export const backups = unbuiltCheck({
  id: 'database.backups',
  item: 'Database backups configured (automated daily)',
  by: ['probe', 'attest'],
  pass: 'the backup source has a complete backup of the last 26 h and one for each of the last 7 days; shows WAL archiving (archive_mode, pg_stat_archiver) beside it',
  fail: 'a gap, a newest backup older than 26 h, an archiver that fails',
});
