import { unbuiltCheck } from '../../src/core/define.ts';

export const retention = unbuiltCheck({
  id: 'backups.retention',
  item: 'Backup retention policy (30 days minimum)',
  by: ['probe', 'attest'],
  pass: "a backup in each of the last 4 weeks and the oldest 30 days old or more, or the source's own policy (lifecycle, pgBackRest or restic retention, RDS BackupRetentionPeriod) says so",
  fail: 'shorter',
});
