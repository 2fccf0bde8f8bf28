import { unbuiltCheck } from '../../src/core/define.ts';

export const indexes = unbuiltCheck({
  id: 'optimization.indexes',
  item: 'Indexes created',
  by: ['probe'],
  pass: "no foreign key without an index on a table of 1,000 rows or more (any valid index, the primary key's too, whose leading columns are the key's, covers it), no table without a primary key, no duplicate index",
  fail: 'names them, with the CREATE INDEX that mends each; tables of extensions and of migration tools are left out',
  warn: 'an index that is a prefix of another; a NOT VALID constraint',
});
