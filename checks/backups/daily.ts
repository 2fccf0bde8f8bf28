import { unbuiltCheck } from '../../src/core/define.ts';

export const daily = unbuiltCheck({
  id: 'backups.daily',
  item: 'Database backups automated (daily)',
  by: ['probe', 'attest'],
  pass: "a complete, non-empty, readable backup of this database (its table of contents names it and holds TABLE DATA) for each of the last 7 days, the newest within 26 h; the newest local file is read whole (verify: all for every one; an encrypted one by `decrypt`, without which the look is unclear), remote ones by head, tail and listing, and the evidence says 'not read whole'",
  fail: "gaps, truncated or empty files, another database's dump, schema only, sizes that collapse (under half the median), a backup with recorded errors or whose directory is gone, a date in the future",
  warn: 'no full backup within 8 days, a gap in the WAL archive, bucket without versioning or object lock, a remote newest backup not read whole',
});
