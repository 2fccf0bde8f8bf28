import { unbuiltCheck } from '../../src/core/define.ts';

export const encrypted = unbuiltCheck({
  id: 'backups.encrypted',
  item: 'Backups encrypted',
  by: ['probe', 'attest'],
  pass: 'the newest is encrypted by its bytes: age, GPG (a packet that is really encrypted), OpenSSL, restic, pgBackRest cipher; or by its store: SSE-KMS, RDS StorageEncrypted',
  fail: 'it reads as plain SQL, an archive of pg_dump or a compressed one of these, in a store without encryption',
  warn: "plain bytes behind the bucket's default SSE only: whoever may read the bucket reads the data",
});
