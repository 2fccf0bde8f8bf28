import { unbuiltCheck } from '../../src/core/define.ts';

export const indexes = unbuiltCheck({
  id: 'database.indexes',
  item: 'Indexes created',
  by: ['probe'],
  pass: 'every index of the schema snapshot that belongs to the last migration applied in the target exists and is valid',
  fail: 'missing or invalid (indisvalid = false) indexes, named; not the parents of partitioned indexes, nor an index that is being built just now (pg_stat_progress_create_index)',
});
