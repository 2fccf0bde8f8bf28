import { describe, expect, it } from 'vitest';
import { locksOf } from '../../src/sources/migrations/locks.ts';
import { indexesOf } from '../../src/sources/migrations/snapshot.ts';

describe('statements that lock', () => {
  it.each([
    ['CREATE INDEX a ON t (b);', 'an index on t is built without CONCURRENTLY'],
    [
      'CREATE UNIQUE INDEX IF NOT EXISTS "a" ON "auth"."t" USING btree ("b");',
      'an index on "auth"."t" is built without CONCURRENTLY',
    ],
    ['create index on only t (b)', 'an index on t is built without CONCURRENTLY'],
    ['ALTER TABLE t ADD COLUMN c int NOT NULL', 'c of t is added NOT NULL without a default'],
    ['ALTER TABLE t ADD "c" numeric(10, 2) NOT NULL', '"c" of t is added NOT NULL without a default'],
    ['ALTER TABLE ONLY t ALTER COLUMN c SET DATA TYPE bigint', 'the type of c of t is changed'],
    ['ALTER TABLE t ALTER c TYPE text USING c::text', 'the type of c of t is changed'],
    ['ALTER TABLE t ALTER COLUMN c SET NOT NULL', 'c of t is set NOT NULL'],
    [
      'ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p(id)',
      'a foreign key of t is added without NOT VALID',
    ],
  ])('%s', (sql, what) => {
    expect(locksOf(sql)).toEqual([{ line: 1, what }]);
  });

  it.each([
    'CREATE INDEX CONCURRENTLY a ON t (b);',
    'CREATE TABLE "t" (a int NOT NULL); CREATE INDEX b ON "public"."t" (a); ALTER TABLE t ADD COLUMN c int NOT NULL;',
    'ALTER TABLE t ADD COLUMN c int DEFAULT 0 NOT NULL',
    'ALTER TABLE t ADD COLUMN c bigserial NOT NULL',
    'ALTER TABLE t ADD COLUMN c int GENERATED ALWAYS AS IDENTITY NOT NULL',
    'ALTER TABLE t ADD COLUMN c int',
    'ALTER TABLE t ADD CONSTRAINT k CHECK (a IS NOT NULL) NOT VALID',
    'ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p(id) NOT VALID',
    'ALTER TABLE t RENAME COLUMN type TO kind',
    'ALTER TABLE t ALTER COLUMN c DROP NOT NULL',
    '-- CREATE INDEX a ON t (b);',
    "SELECT '; CREATE INDEX a ON t (b);'",
    "SELECT 'C:\\', '; CREATE INDEX a ON t (b);'",
    '/* ; CREATE INDEX a ON t (b); */ SELECT 1',
    'DO $x$ BEGIN ; CREATE INDEX a ON t (b); END $x$',
    '',
  ])('none: %s', (sql) => {
    expect(locksOf(sql)).toEqual([]);
  });

  it('are told with their lines, each action of a statement', () => {
    const sql =
      "-- a\nSELECT 'b\nc';--> statement-breakpoint\n\nALTER TABLE t ADD COLUMN a int NOT NULL,\n ALTER b TYPE text;\nCREATE INDEX i ON t (a);";
    expect(locksOf(sql)).toEqual([
      { line: 5, what: 'a of t is added NOT NULL without a default' },
      { line: 5, what: 'the type of b of t is changed' },
      { line: 7, what: 'an index on t is built without CONCURRENTLY' },
    ]);
  });

  it('of a text without end come to a bounded list', () => {
    expect(locksOf('CREATE INDEX a ON t (b);'.repeat(10_000))).toHaveLength(50);
    expect(locksOf(`${"'".repeat(100_001)}${'$'.repeat(100_000)}${'/*'.repeat(50_000)}`)).toEqual([]);
  });
});

describe('snapshots', () => {
  it('of version 5 name tables without a schema', () => {
    const text = JSON.stringify({
      version: '5',
      dialect: 'pg',
      tables: { users: { name: 'users', schema: '', indexes: { a: { name: 'a', columns: ['x'], isUnique: true } } } },
    });
    expect(indexesOf(text, 's')).toEqual([{ schema: 'public', table: 'users', name: 'a' }]);
  });

  it('of version 8 list their entities', () => {
    const ddl = [
      { entityType: 'schemas', name: 'auth' },
      { entityType: 'tables', schema: 'auth', name: 'users' },
      { entityType: 'indexes', schema: 'auth', table: 'users', name: 'a', columns: [] },
      { entityType: 'uniques', schema: 'public', table: 'b', name: 'b_key' },
      { entityType: 'pks', schema: 'auth', table: 'users', name: 'users_pkey' },
    ];
    expect(indexesOf(JSON.stringify({ version: '8', dialect: 'postgres', ddl }), 's')).toEqual([
      { schema: 'auth', table: 'users', name: 'a' },
      { schema: 'public', table: 'b', name: 'b_key' },
    ]);
  });

  it.each(['{}', '{"tables":[]}', '[]', '{"tables":{"a":{}}}'])('%s is none', (text) => {
    expect(() => indexesOf(text, 'meta/0000_snapshot.json')).toThrow(/0000_snapshot\.json/);
  });
});
