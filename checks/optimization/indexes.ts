import { z } from 'zod';
import { defineCheck } from '../../src/core/define.ts';
import { failOrPass } from '../../src/core/verdict.ts';
import { faultsOf, unknownKey, warningsOf } from './schema.ts';

export const indexes = defineCheck({
  id: 'optimization.indexes',
  item: 'Indexes created',
  rule: {
    pass: "no foreign key without an index on a table of 1,000 rows or more (any valid index, the primary key's too, whose leading columns are the key's, covers it), no table without a primary key, no duplicate index",
    fail: 'names them, with the CREATE INDEX that mends each; tables of extensions and of migration tools are left out',
    warn: 'an index that is a prefix of another; a NOT VALID constraint',
  },
  why: 'PostgreSQL makes no index for a foreign key: each delete of a parent row then reads the whole child table. A table without a primary key cannot be replicated or mended row by row, and an index twice costs every write twice.',
  remedy:
    'Put the same index into the Drizzle schema (index().on(…).concurrently()), so that the next migration knows it.',
  docs: [
    'https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK',
    'https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY',
    'https://wiki.postgresql.org/wiki/Index_Maintenance',
  ],
  settings: z.strictObject({
    /** Rows from which a foreign key needs an index. */
    rows: z.int().min(1).default(1000),
  }),
  loosening: ['rows'],
  reasons: {
    indexed: 'no foreign key of a table of size lacks an index, no table a primary key, and no index is there twice',
    'foreign-key': 'a foreign key of a table of size has no index',
    'no-primary-key': 'a table has no primary key',
    duplicate: 'two indexes are the same',
    prefix: "an index's columns are the first columns of another one",
    'not-validated': 'a constraint was added NOT VALID, and rows from before were never held against it',
    'size-unknown': 'a foreign key without an index is on a table of which nobody knows how large it is',
    'no-tables': 'the database has no table to examine',
  },
  ways: (make) => [
    make.probe({
      how: 'reads the keys and indexes of every table from the catalog',
      settings: ['postgres.url'],
      needs: ['postgres.schema'],
      judge: (facts, { expect }) => {
        const schema = facts['postgres.schema'];
        const { tables } = schema;
        if (tables === 0) {
          const because = 'the database has no table but those of extensions and migration tools';
          return { status: 'unclear', reason: 'no-tables', because };
        }
        const faults = faultsOf(schema, expect.rows);
        const unknown = unknownKey(schema, expect.rows);
        if (faults.length === 0 && unknown) return unknown;
        const because = `${tables} table${tables === 1 ? '' : 's'}: each has a primary key, no foreign key on ${expect.rows} rows or more lacks an index, and no index is there twice`;
        return failOrPass(faults, { reason: 'indexed', because }, { warnings: warningsOf(schema) });
      },
    }),
    make.attest('Is this done: Indexes created?', 90),
  ],
});
