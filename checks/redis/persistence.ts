import { unbuiltCheck } from '../../src/core/define.ts';

export const persistence = unbuiltCheck({
  id: 'redis.persistence',
  item: 'Persistence enabled (appendonly yes)',
  by: ['probe'],
  pass: "aof_enabled, last AOF write and rewrite ok (INFO persistence; CONFIG only where it is permitted); a managed product's own durability where it says so (expect names it)",
  fail: 'off, or its last write failed',
  warn: 'appendfsync no; the last RDB save failed; no copy of the RDB or AOF in the backup source',
});
