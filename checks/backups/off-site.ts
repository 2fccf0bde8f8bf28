import { unbuiltCheck } from '../../src/core/define.ts';

export const offSite = unbuiltCheck({
  id: 'backups.off-site',
  item: 'Backups stored off-site',
  by: ['probe', 'attest'],
  pass: 'on another host than the database and, where the source tells them (bucket, RDS), in another account or region; a host that is only declared passes with the warning that it was not seen',
  fail: 'same host or volume',
});
