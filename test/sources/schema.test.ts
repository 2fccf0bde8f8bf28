import { describe, expect, it } from 'vitest';
import { MAJORS } from '../../fixtures/servers/postgres-template.ts';
import { faultsOf, warningsOf } from '../../checks/optimization/schema.ts';
import { servers, through, valueOf } from '../support/postgres.ts';

const { postgres } = servers();
const schemaOf = (url: string) => valueOf('postgres.schema', through(url));

const parent = 'CREATE TABLE parent (id int PRIMARY KEY, code int UNIQUE, a int, b int, UNIQUE (a, b))';
const fill = (table: string, columns: string) =>
  `INSERT INTO ${table} (id, ${columns}) SELECT n, ${columns
    .split(',')
    .map(() => 'NULL')
    .join(', ')} FROM generate_series(1, 2000) n; ANALYZE ${table}`;

describe.each(MAJORS)('foreign keys, PostgreSQL %i', (major) => {
  it('are covered by any usable index that begins with their columns, and by no other', async () => {
    const child = (name: string, rest: string, more = '') => [
      `CREATE TABLE ${name} (id int PRIMARY KEY, code int REFERENCES parent (code), a int, b int, c int${rest})`,
      ...(more === '' ? [] : [more]),
      fill(name, 'code'),
    ];
    const server = await postgres({
      major,
      sql: [
        parent,
        'INSERT INTO parent (id) SELECT generate_series(1, 10)',
        ...child('bare', ''),
        ...child('plain', '', 'CREATE INDEX ON plain (code)'),
        ...child('first_of', '', 'CREATE INDEX ON first_of (code, c)'),
        ...child('last_of', '', 'CREATE INDEX ON last_of (c, code)'),
        ...child('hashed', '', 'CREATE INDEX ON hashed USING hash (code)'),
        ...child('included', '', 'CREATE INDEX ON included (c) INCLUDE (code)'),
        ...child('not_null', '', 'CREATE INDEX ON not_null (code) WHERE code IS NOT NULL'),
        ...child('partial', '', 'CREATE INDEX ON partial (code) WHERE c > 0'),
        ...child('other_not_null', '', 'CREATE INDEX ON other_not_null (code) WHERE c IS NOT NULL'),
        ...child('expression', '', 'CREATE INDEX ON expression (abs(code))'),
        ...child('invalid', '', 'CREATE INDEX invalid_code ON invalid (code)'),
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'invalid_code'::regclass",
        'CREATE TABLE by_primary_key (code int PRIMARY KEY REFERENCES parent (code), id int)',
        'CREATE TABLE pair (id int PRIMARY KEY, x int, "Y" int, c int, FOREIGN KEY (x, "Y") REFERENCES parent (a, b))',
        'CREATE INDEX ON pair ("Y", x, c) WHERE x IS NOT NULL AND "Y" IS NOT NULL',
        fill('pair', 'x'),
        'CREATE TABLE half (id int PRIMARY KEY, x int, "Y" int, c int, FOREIGN KEY (x, "Y") REFERENCES parent (a, b))',
        'CREATE INDEX ON half (x, c)',
        fill('half', 'x'),
        'CREATE TABLE small (id int PRIMARY KEY, code int REFERENCES parent (code)); INSERT INTO small SELECT generate_series(1, 20)',
      ],
    });
    const { unindexedKeys, tables } = await schemaOf(server.url());
    const found = unindexedKeys.shown.map(({ table, columns, rows, unknown }) => ({ table, columns, rows, unknown }));
    const code = (table: string) => ({ table: `public.${table}`, columns: ['code'], rows: 2000, unknown: false });
    expect(found).toEqual([
      ...['bare', 'expression'].map(code),
      { table: 'public.half', columns: ['x', '"Y"'], rows: 2000, unknown: false },
      ...['included', 'invalid', 'last_of', 'other_not_null', 'partial'].map(code),
      { ...code('small'), rows: 20 },
    ]);
    expect(unindexedKeys.total).toBe(9);
    expect(tables).toBe(16);
    for (const { findings } of faultsOf(await schemaOf(server.url()), 1000))
      for (const { what } of findings ?? []) await server.query(what);
    expect((await schemaOf(server.url())).unindexedKeys.shown.map(({ table }) => table)).toEqual(['public.small']);
  });

  it('of partitioned tables are counted over all partitions and told once', async () => {
    const server = await postgres({
      major,
      sql: [
        'CREATE TABLE parent (id int PRIMARY KEY) PARTITION BY HASH (id); CREATE TABLE parent_0 PARTITION OF parent FOR VALUES WITH (MODULUS 2, REMAINDER 0); CREATE TABLE parent_1 PARTITION OF parent FOR VALUES WITH (MODULUS 2, REMAINDER 1)',
        'INSERT INTO parent SELECT generate_series(1, 10)',
        'CREATE TABLE child (id int, at int, parent_id int REFERENCES parent, PRIMARY KEY (id, at)) PARTITION BY RANGE (at)',
        'CREATE TABLE child_0 PARTITION OF child FOR VALUES FROM (0) TO (1000)',
        'CREATE TABLE child_1 PARTITION OF child FOR VALUES FROM (1000) TO (2000) PARTITION BY RANGE (at); CREATE TABLE child_1_0 PARTITION OF child_1 FOR VALUES FROM (1000) TO (2000)',
        'INSERT INTO child SELECT n, n, 1 + n % 10 FROM generate_series(1, 1600) n; ANALYZE child_0; ANALYZE child_1_0',
        // To a partitioned parent: clones of the key lie on the same table.
        'CREATE TABLE whole (id int PRIMARY KEY, parent_id int REFERENCES parent); INSERT INTO whole SELECT n, 1 FROM generate_series(1, 700) n; ANALYZE whole',
      ],
    });
    const shownOf = async () =>
      (await schemaOf(server.url())).unindexedKeys.shown.map(({ table, rows, partitioned }) => ({
        table,
        rows,
        partitioned,
      }));
    const whole = { table: 'public.whole', rows: 700, partitioned: false };
    expect(await shownOf()).toEqual([{ table: 'public.child', rows: 1600, partitioned: true }, whole]);
    // One partition with an index of its own: the other one is still bare.
    await server.query('CREATE INDEX ON child_0 (parent_id)');
    expect(await shownOf()).toEqual(
      [whole, { table: 'public.child', rows: 601, partitioned: true }].sort((a, b) => b.rows - a.rows),
    );
    await server.query('CREATE INDEX ON child (parent_id)');
    expect(await shownOf()).toEqual([whole]);
  });
});

describe('the number of rows', () => {
  it('is known of a table that was filled and never analysed, and not once the statistics are gone', async () => {
    const server = await postgres({
      settings: { autovacuum: 'off' },
      sql: [
        'CREATE TABLE p (id int PRIMARY KEY); INSERT INTO p VALUES (1)',
        'CREATE TABLE c (id int PRIMARY KEY, p int REFERENCES p); INSERT INTO c SELECT n, 1 FROM generate_series(1, 3000) n',
        'CREATE TABLE empty (id int PRIMARY KEY, p int REFERENCES p)',
      ],
    });
    const rows = async () =>
      (await schemaOf(server.url())).unindexedKeys.shown.map(({ table, rows: n, unknown }) => [table, n, unknown]);
    await expect.poll(rows).toEqual([
      ['public.c', 3000, false],
      ['public.empty', 0, false],
    ]);
    await server.query("SELECT pg_stat_reset_single_table_counters('c'::regclass)");
    expect(await rows()).toEqual([
      ['public.c', 0, true],
      ['public.empty', 0, false],
    ]);
  });
});

describe('primary keys', () => {
  it('that lack are named with a statement that gives one; extensions and migration tools are left out', async () => {
    const server = await postgres({
      sql: [
        'CREATE TABLE plain (name text)',
        'CREATE TABLE with_id (id int, name text)',
        'CREATE TABLE by_index (a int NOT NULL, "B" int NOT NULL); CREATE UNIQUE INDEX by_index_key ON by_index ("B", a)',
        'CREATE TABLE by_constraint (a int NOT NULL UNIQUE)',
        'CREATE TABLE nullable (a int UNIQUE)',
        'CREATE TABLE keyed (a int PRIMARY KEY)',
        'CREATE TABLE parted (a int NOT NULL, b int) PARTITION BY RANGE (a); CREATE TABLE parted_0 PARTITION OF parted FOR VALUES FROM (0) TO (9); CREATE UNIQUE INDEX ON parted (a)',
        'CREATE SCHEMA drizzle; CREATE TABLE drizzle.__drizzle_migrations (id int)',
        'CREATE TABLE knex_migrations_lock (index int); CREATE TABLE _prisma_migrations (id int)',
        'CREATE EXTENSION pg_stat_statements; CREATE EXTENSION pgcrypto; CREATE TABLE of_extension (a int); ALTER EXTENSION pgcrypto ADD TABLE of_extension',
        'CREATE TEMP TABLE passing (a int)',
        'CREATE SCHEMA "Odd One"; CREATE TABLE "Odd One"."The Table" (a int)',
      ],
    });
    const before = await schemaOf(server.url());
    expect(before.tables).toBe(8);
    expect(before.withoutPrimaryKey.shown).toEqual([
      { table: '"Odd One"."The Table"', partitionKey: null, unique: null, hasId: false },
      {
        table: 'public.by_constraint',
        partitionKey: null,
        unique: { index: 'by_constraint_a_key', columns: ['a'], constraint: 'by_constraint_a_key', referenced: false },
        hasId: false,
      },
      {
        table: 'public.by_index',
        partitionKey: null,
        unique: { index: 'by_index_key', columns: ['"B"', 'a'], constraint: null, referenced: false },
        hasId: false,
      },
      { table: 'public.nullable', partitionKey: null, unique: null, hasId: false },
      {
        table: 'public.parted',
        partitionKey: 'RANGE (a)',
        unique: { index: 'parted_a_idx', columns: ['a'], constraint: null, referenced: false },
        hasId: false,
      },
      { table: 'public.plain', partitionKey: null, unique: null, hasId: false },
      { table: 'public.with_id', partitionKey: null, unique: null, hasId: true },
    ]);
    for (const { findings } of faultsOf(before, 1000)) for (const { what } of findings ?? []) await server.query(what);
    const after = await schemaOf(server.url());
    expect(after.withoutPrimaryKey).toEqual({ total: 0, shown: [] });
  });
});

describe('indexes', () => {
  it('that are there twice are told from those that only look like it', async () => {
    const server = await postgres({
      sql: [
        'CREATE TABLE t (id int PRIMARY KEY, a int, b int, c text, j jsonb)',
        'CREATE INDEX one ON t (a); CREATE INDEX two ON t (a)',
        'CREATE UNIQUE INDEX id_again ON t (id)',
        'CREATE INDEX desc_a ON t (a DESC)',
        'CREATE INDEX some_a ON t (a) WHERE b > 0; CREATE INDEX same_a ON t (a) WHERE b > 0',
        'CREATE INDEX pattern ON t (c text_pattern_ops); CREATE INDEX plain_c ON t (c); CREATE INDEX c_c ON t (c COLLATE "C")',
        'CREATE INDEX lower_c ON t (lower(c)); CREATE INDEX upper_c ON t (upper(c)); CREATE INDEX lower_again ON t (lower(c))',
        'CREATE INDEX with_b ON t (a) INCLUDE (b)',
        'CREATE UNIQUE INDEX unique_b ON t (b); CREATE UNIQUE INDEX no_null_b ON t (b) NULLS NOT DISTINCT',
        'CREATE INDEX hash_a ON t USING hash (a)',
        'CREATE TABLE u (a int UNIQUE, id int PRIMARY KEY); ALTER TABLE u ADD CONSTRAINT u_again UNIQUE (a)',
        'CREATE TABLE p (id int, a int, PRIMARY KEY (id)) PARTITION BY HASH (id); CREATE TABLE p_0 PARTITION OF p FOR VALUES WITH (MODULUS 1, REMAINDER 0); CREATE INDEX p_a ON p (a); CREATE INDEX p_a_too ON p (a)',
        'CREATE INDEX broken ON t (a)',
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'broken'::regclass",
      ],
    });
    const before = await schemaOf(server.url());
    expect(
      before.duplicates.shown.map(({ index, of, constraint, partitioned }) => [index, of, constraint, partitioned]),
    ).toEqual([
      ['public.id_again', 'public.t_pkey', null, false],
      ['public.lower_c', 'public.lower_again', null, false],
      ['public.p_a_too', 'public.p_a', null, true],
      ['public.some_a', 'public.same_a', null, false],
      ['public.two', 'public.one', null, false],
      ['public.u_again', 'public.u_a_key', 'u_again', false],
    ]);
    for (const { findings } of faultsOf(before, 1000)) for (const { what } of findings ?? []) await server.query(what);
    const after = await schemaOf(server.url());
    expect(after.duplicates.total).toBe(0);
  });

  it('that are the beginning of another one, and constraints that are not valid, warn', async () => {
    const server = await postgres({
      sql: [
        'CREATE TABLE t (id int PRIMARY KEY, a int, b int, c int)',
        'CREATE INDEX ab ON t (a, b); CREATE INDEX only_a ON t (a); CREATE INDEX only_b ON t (b); CREATE UNIQUE INDEX only_c ON t (c); CREATE INDEX ca ON t (c, a)',
        'CREATE INDEX a_c ON t (a) INCLUDE (c)',
        'ALTER TABLE t ADD CONSTRAINT positive CHECK (a > 0) NOT VALID; ALTER TABLE t ADD CONSTRAINT well CHECK (b > 0)',
      ],
    });
    const before = await schemaOf(server.url());
    expect(before.duplicates.total).toBe(0);
    expect(before.prefixes).toEqual({
      total: 1,
      shown: [{ table: 'public.t', index: 'public.only_a', of: 'public.ab', partitioned: false }],
    });
    expect(before.notValidated).toEqual({ total: 1, shown: [{ table: 'public.t', constraint: 'positive' }] });
    for (const { text } of warningsOf(before)) await server.query(text.slice(text.indexOf(': ') + 2));
    expect(warningsOf(await schemaOf(server.url()))).toEqual([]);
  });
});
