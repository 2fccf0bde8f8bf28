import { unbuiltCheck } from '../../src/core/define.ts';

export const rotation = unbuiltCheck({
  id: 'secrets.rotation',
  item: 'Secret rotation schedule defined',
  by: ['evidence', 'attest'],
  pass: "svcheck.yaml names each secret's last rotation and interval, and none is overdue",
  fail: 'overdue or unlisted secrets, named',
});
