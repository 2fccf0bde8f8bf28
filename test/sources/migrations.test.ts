import { createHash } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { defaultLimits } from '../../src/engine/limits.ts';
import { FactStore } from '../../src/engine/store.ts';
import type { FactName, Facts, Known } from '../../src/facts/index.ts';
import type { PostgresServer } from '../../fixtures/servers/postgres.ts';
import { gatherers } from '../../src/sources/index.ts';
import { sealOf } from '../../src/sources/seal.ts';
import { servers } from '../support/postgres.ts';
import { targetOf } from '../support/target.ts';
import { makeFolder, makeRepository, removeMade } from './git-made.ts';

const { postgres } = servers();
afterAll(removeMade);

interface Place {
  folder: string;
  url: string;
  staging?: string;
  expect?: Record<string, unknown>;
  name?: string;
}

/** One fact of a target whose env has that DATABASE_URL, and whose staging target's env another one. */
async function look<N extends FactName>(
  name: N,
  { folder, url, staging, expect: own, name: named }: Place,
): Promise<Known<Facts[N]>> {
  const options = { env: { DATABASE_URL: url }, base: folder, settings: own ? { expect: own } : {} };
  const others = staging === undefined ? [] : [['staging', targetOf({ env: { DATABASE_URL: staging } }).env] as const];
  const target = { ...targetOf(options), otherEnvs: new Map(others), name: named ?? 'production' };
  const store = new FactStore({
    gatherers,
    gathering: { target, now: new Date(), version: '0', active: false, vantage: 'undeclared', progress: () => {} },
    limits: defaultLimits,
    seal: sealOf(target),
    deadline: new AbortController().signal,
    interrupt: new AbortController().signal,
  });
  try {
    return await store.get(name);
  } finally {
    await store.close();
  }
}

function valueOf<T>(fact: Known<T>): T {
  if (fact.state !== 'known') throw new Error(JSON.stringify(fact));
  return fact.value;
}

const sha = (text: string) => createHash('sha256').update(text).digest('hex');
const shop =
  'CREATE TABLE "shop" (id int PRIMARY KEY, code text);\n--> statement-breakpoint\nCREATE INDEX "shop_code" ON "shop" ("code");\n';
const more = 'CREATE INDEX shop_id_code ON shop (id, code);\nALTER TABLE shop ADD COLUMN n int NOT NULL;\n';
const entry = (idx: number, tag: string) => ({
  idx,
  version: '7',
  when: 1790000000000 + idx * 1000,
  tag,
  breakpoints: true,
});
const journal = (tags: readonly string[], version = '7', dialect = 'postgresql') =>
  JSON.stringify({ version, dialect, entries: tags.map((tag, idx) => entry(idx, tag)) });
const indexOf = (name: string) => ({ [name]: { name, columns: [], isUnique: false } });
const long = `${'x'.repeat(62)}_too_long`;
const snapshot = JSON.stringify({
  version: '7',
  dialect: 'postgresql',
  tables: {
    'public.shop': {
      name: 'shop',
      schema: '',
      columns: {},
      indexes: { ...indexOf('shop_code'), ...indexOf(long) },
      uniqueConstraints: { shop_code_unique: { name: 'shop_code_unique', columns: ['code'] } },
    },
    'auth.parts': { name: 'parts', schema: 'auth', columns: {}, indexes: indexOf('parts_n') },
  },
});

function drizzleRepository(files: Record<string, string> = {}) {
  const made = makeRepository();
  made.track({
    'db/drizzle/0000_shop.sql': shop,
    'db/drizzle/0001_more.sql': more,
    'db/drizzle/meta/_journal.json': journal(['0000_shop', '0001_more']),
    'db/drizzle/meta/0000_snapshot.json': snapshot,
    'node_modules/other/drizzle/meta/_journal.json': journal(['0000_other']),
    ...files,
  });
  made.commit();
  return made;
}

const drizzleTable =
  'CREATE SCHEMA drizzle; CREATE TABLE drizzle.__drizzle_migrations (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint); GRANT USAGE ON SCHEMA drizzle TO app; GRANT SELECT ON drizzle.__drizzle_migrations TO app';
const applied = (text: string, idx: number) =>
  `INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ('${sha(text)}', ${1790000000000 + idx * 1000})`;

const nowhere = 'postgres://app@127.0.0.1:1/none';

describe('the repository of Drizzle', () => {
  it.each(['7', '6', '5'])('is read by its journal, version %s', async (version) => {
    const dialect = version === '5' ? 'pg' : 'postgresql';
    const made = drizzleRepository({
      'db/drizzle/meta/_journal.json': journal(['0000_shop', '0001_more', '0002_gone'], version, dialect),
    });
    const value = valueOf(await look('migrations.repository', { folder: made.folder, url: nowhere }));
    expect(value).toMatchObject({ tool: 'drizzle', folder: 'db/drizzle', elsewhere: [] });
    expect(value.migrations).toEqual([
      {
        name: '0000_shop',
        file: 'db/drizzle/0000_shop.sql',
        hashes: [sha(shop), sha(shop.replaceAll('\n', '\r\n'))],
        when: 1790000000000,
        missing: false,
        locks: [],
      },
      {
        name: '0001_more',
        file: 'db/drizzle/0001_more.sql',
        hashes: [sha(more), sha(more.replaceAll('\n', '\r\n'))],
        when: 1790000001000,
        missing: false,
        locks: [
          { line: 1, what: 'an index on shop is built without CONCURRENTLY' },
          { line: 2, what: 'n of shop is added NOT NULL without a default' },
        ],
      },
      {
        name: '0002_gone',
        file: 'db/drizzle/0002_gone.sql',
        hashes: [],
        when: 1790000002000,
        missing: true,
        locks: [],
      },
    ]);
  });

  it('of 1.0 has a folder for each migration', async () => {
    const made = makeRepository();
    made.track({
      'drizzle/20260102030405_shop/migration.sql': shop,
      'drizzle/20260102030405_shop/snapshot.json': '{}',
    });
    const value = valueOf(await look('migrations.repository', { folder: made.folder, url: nowhere }));
    expect(value).toMatchObject({ tool: 'drizzle', folder: 'drizzle', elsewhere: null });
    expect(value.migrations).toMatchObject([
      {
        name: '20260102030405_shop',
        when: Date.UTC(2026, 0, 2, 3, 4, 5),
        hashes: [sha(shop), expect.any(String) as string],
      },
    ]);
  });

  it('tells what other branches have', async () => {
    const made = drizzleRepository();
    made.git('checkout', '-q', '-b', 'feature');
    made.track({ 'db/drizzle/0002_feature.sql': 'SELECT 1;\n' });
    made.commit();
    made.git('checkout', '-q', 'main');
    const { elsewhere } = valueOf(await look('migrations.repository', { folder: made.folder, url: nowhere }));
    expect(elsewhere).toEqual([
      { name: '0002_feature', hash: sha('SELECT 1;\n') },
      { name: '0002_feature', hash: sha('SELECT 1;\r\n') },
    ]);
  });

  it.each([
    ['no JSON', '{'],
    ['no entries', '{"version":"7","dialect":"postgresql"}'],
    ['another dialect', journal(['0000_shop'], '7', 'mysql')],
    ['a tag that leads away', journal(['../../secret'])],
  ])('whose journal is %s is malformed', async (_what, text) => {
    const made = drizzleRepository({ 'db/drizzle/meta/_journal.json': text });
    expect(await look('migrations.repository', { folder: made.folder, url: nowhere })).toMatchObject({
      state: 'unreachable',
      cause: 'malformed',
    });
  });

  it('with several folders asks for one', async () => {
    const made = drizzleRepository({ 'other/drizzle/meta/_journal.json': journal([]) });
    const place = { folder: made.folder, url: nowhere };
    expect(await look('migrations.repository', place)).toMatchObject({
      state: 'unreachable',
      because: expect.stringContaining('db/drizzle, other/drizzle') as string,
    });
    const chosen = { ...place, expect: { 'database.migrations': { folder: './other/drizzle/' } } };
    expect(valueOf(await look('migrations.repository', chosen))).toMatchObject({
      folder: 'other/drizzle',
      migrations: [],
    });
  });
});

describe('the repository of another tool', () => {
  it.each([
    [
      'prisma',
      { 'prisma/migrations/migration_lock.toml': '', 'prisma/migrations/20260101000000_init/migration.sql': shop },
      '20260101000000_init',
    ],
    ['knex', { 'db/migrations/20260101000000_init.ts': '', 'db/migrations/helper.ts': '' }, '20260101000000_init'],
    ['node-pg-migrate', { 'migrations/1620000000000_init.js': '', 'migrations/README.md': '' }, '1620000000000_init'],
  ])('%s', async (tool, files, name) => {
    const made = makeRepository();
    made.track(files);
    const value = valueOf(await look('migrations.repository', { folder: made.folder, url: nowhere }));
    expect(value).toMatchObject({ tool, migrations: [{ name, missing: false }] });
    expect(value.migrations[0]?.hashes.length).toBe(tool === 'prisma' ? 2 : 0);
  });

  it('none is absent', async () => {
    expect(await look('migrations.repository', { folder: makeFolder(), url: nowhere })).toMatchObject({
      state: 'absent',
    });
  });
});

describe('what is applied', () => {
  it('is read in the target and in staging', async () => {
    const made = drizzleRepository();
    const target = await postgres({ sql: [drizzleTable, applied(shop, 0)] });
    const staging = await postgres({
      database: 'shop_staging',
      sql: [drizzleTable, applied(shop, 0), applied(more, 1)],
    });
    const place = { folder: made.folder, url: target.url(), staging: staging.url() };
    const first = { name: null, hash: sha(shop), when: 1790000000000, failed: false };
    expect(valueOf(await look('migrations.applied', place))).toEqual({
      database: 'shop',
      table: 'drizzle.__drizzle_migrations',
      applied: [first],
    });
    expect(valueOf(await look('migrations.staging', place))).toEqual({
      target: 'staging',
      database: 'shop_staging',
      table: 'drizzle.__drizzle_migrations',
      applied: [first, { name: null, hash: sha(more), when: 1790000001000, failed: false }],
    });
    // Staging audited by itself, none configured, and one that is the very database under audit.
    expect(valueOf(await look('migrations.staging', { ...place, name: 'staging' }))).toMatchObject({
      database: 'shop',
      target: 'staging',
    });
    expect(await look('migrations.staging', { folder: made.folder, url: target.url() })).toMatchObject({
      state: 'absent',
      add: 'targets.staging.env.files',
    });
    expect(await look('migrations.staging', { ...place, staging: target.url() })).toMatchObject({ state: 'absent' });
    await staging.stop();
    expect(await look('migrations.staging', place)).toMatchObject({ state: 'unreachable', cause: 'refused' });
  });

  it('that may not be read is told with the GRANT that helps', async () => {
    const made = drizzleRepository();
    const server = await postgres({
      sql: [
        drizzleTable,
        applied(shop, 0),
        'REVOKE ALL ON SCHEMA drizzle FROM app',
        'REVOKE ALL ON drizzle.__drizzle_migrations FROM app',
      ],
    });
    const place = { folder: made.folder, url: server.url() };
    const fact = await look('migrations.applied', place);
    expect(fact).toMatchObject({ state: 'unreachable', cause: 'not-permitted' });
    await server.query(fact.state === 'unreachable' ? fact.fix : '');
    expect(valueOf(await look('migrations.applied', place)).applied).toHaveLength(1);
  });

  it('nowhere, or in a table of another name', async () => {
    const made = drizzleRepository();
    const server = await postgres({
      sql: 'CREATE SCHEMA x; CREATE TABLE x.done (id int, hash text, created_at bigint, name text); ALTER SCHEMA x OWNER TO app; ALTER TABLE x.done OWNER TO app',
    });
    const place = { folder: made.folder, url: server.url() };
    expect(valueOf(await look('migrations.applied', place))).toEqual({ database: 'shop', table: null, applied: [] });
    await server.query(`INSERT INTO x.done VALUES (1, '${sha(shop)}', 5, '0000_shop')`);
    const named = { ...place, expect: { 'database.migrations': { table: 'x.done' } } };
    expect(valueOf(await look('migrations.applied', named)).applied).toEqual([
      { name: '0000_shop', hash: sha(shop), when: 5, failed: false },
    ]);
  });

  it.each([
    [
      { 'prisma/migrations/migration_lock.toml': '', 'prisma/migrations/20260101000000_init/migration.sql': shop },
      `CREATE TABLE _prisma_migrations (id text, checksum text, finished_at timestamptz, migration_name text, logs text, rolled_back_at timestamptz, started_at timestamptz DEFAULT clock_timestamp(), applied_steps_count int);
       INSERT INTO _prisma_migrations (checksum, finished_at, migration_name, rolled_back_at) VALUES ('aa', now(), '1_a', NULL), ('bb', NULL, '2_b', now()), ('cc', NULL, '3_c', NULL)`,
      [
        { name: '1_a', hash: 'aa', when: null, failed: false },
        { name: '3_c', hash: 'cc', when: null, failed: true },
      ],
    ],
    [
      { 'migrations/20260101000000_init.ts': '' },
      "CREATE TABLE knex_migrations (id serial, name text, batch int, migration_time timestamptz); INSERT INTO knex_migrations (name) VALUES ('20260101000000_init.js')",
      [{ name: '20260101000000_init', hash: null, when: null, failed: false }],
    ],
    [
      { 'migrations/1620000000000_init.js': '' },
      "CREATE TABLE pgmigrations (id serial, name text, run_on timestamp); INSERT INTO pgmigrations (name) VALUES ('1620000000000_init')",
      [{ name: '1620000000000_init', hash: null, when: null, failed: false }],
    ],
  ])('by another tool %#', async (files, sql, rows) => {
    const made = makeRepository();
    made.track(files);
    const server = await postgres({ sql: [sql, 'GRANT SELECT ON ALL TABLES IN SCHEMA public TO app'] });
    expect(valueOf(await look('migrations.applied', { folder: made.folder, url: server.url() })).applied).toEqual(rows);
  });
});

describe('the indexes of the snapshot', () => {
  const parts =
    'CREATE SCHEMA auth; CREATE TABLE auth.parts (n int, at int) PARTITION BY RANGE (at); CREATE TABLE auth.parts_0 PARTITION OF auth.parts FOR VALUES FROM (0) TO (9)';
  const made = () => drizzleRepository();
  const place = (server: PostgresServer, folder: string) => ({ folder, url: server.url() });

  it('are held against the catalog', async () => {
    const { folder } = made();
    const server = await postgres({
      sql: [
        drizzleTable,
        applied(shop, 0),
        `CREATE TABLE shop (id int PRIMARY KEY, code text CONSTRAINT shop_code_unique UNIQUE); CREATE INDEX shop_code ON shop (code); CREATE INDEX "${long}" ON shop (code)`,
        parts,
        // The parent of an index that its partition does not have yet.
        'CREATE INDEX parts_n ON ONLY auth.parts (n)',
      ],
    });
    const well = {
      migration: '0000_shop',
      newest: '0001_more',
      snapshot: 'db/drizzle/meta/0000_snapshot.json',
      expected: 4,
      missing: [],
      invalid: [],
      building: [],
      blind: null,
    };
    expect(valueOf(await look('migrations.indexes', place(server, folder)))).toEqual(well);
    await server.query(
      `DROP INDEX auth.parts_n; UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'shop_code'::regclass; CREATE TABLE elsewhere (n int); ALTER TABLE shop DROP CONSTRAINT shop_code_unique; CREATE INDEX shop_code_unique ON elsewhere (n)`,
    );
    expect(valueOf(await look('migrations.indexes', place(server, folder)))).toEqual({
      ...well,
      missing: [
        { schema: 'auth', table: 'parts', name: 'parts_n' },
        { schema: 'public', table: 'shop', name: 'shop_code_unique' },
      ],
      invalid: [{ schema: 'public', table: 'shop', name: 'shop_code' }],
    });
  });

  it('that are being built are told, where that may be seen', async () => {
    const { folder } = made();
    const server = await postgres({
      sql: [
        drizzleTable,
        applied(shop, 0),
        `CREATE TABLE shop (id int PRIMARY KEY, code text CONSTRAINT shop_code_unique UNIQUE); CREATE INDEX "${long}" ON shop (code)`,
        parts,
        'CREATE INDEX parts_n ON auth.parts (n)',
      ],
    });
    const { Client } = (await import('pg')).default;
    const socket = {
      host: server.dataDir.replace(/\/data$/, ''),
      port: server.port,
      user: 'postgres',
      database: 'shop',
    };
    const [holder, builder] = [new Client(socket), new Client(socket)];
    await Promise.all([holder.connect(), builder.connect()]);
    try {
      // A build that waits for a transaction which has written to the table.
      await holder.query("BEGIN; INSERT INTO shop VALUES (1, 'a')");
      const building = builder.query('CREATE INDEX CONCURRENTLY shop_code ON shop (code)');
      const index = { schema: 'public', table: 'shop', name: 'shop_code' };
      const state = async () => {
        const {
          missing,
          invalid,
          building: now,
          blind,
        } = valueOf(await look('migrations.indexes', place(server, folder)));
        return { missing, invalid, building: now, blind };
      };
      await expect
        .poll(state, { timeout: 10_000 })
        .toEqual({ missing: [], invalid: [index], building: [], blind: 'app' });
      await server.query('GRANT pg_read_all_stats TO app');
      expect(await state()).toEqual({ missing: [], invalid: [index], building: [index], blind: null });
      await holder.query('COMMIT');
      await building;
      expect(await state()).toEqual({ missing: [], invalid: [], building: [], blind: null });
    } finally {
      await Promise.all([holder.end(), builder.end()]);
    }
  });

  it('cannot be told where the last migration is not in the repository, or has no snapshot', async () => {
    const { folder } = made();
    const server = await postgres({ sql: [drizzleTable] });
    expect(await look('migrations.indexes', place(server, folder))).toMatchObject({
      state: 'absent',
      because: 'no migration is applied in shop',
    });
    await server.query(applied(more, 1));
    expect(await look('migrations.indexes', place(server, folder))).toMatchObject({
      state: 'absent',
      because: 'the migration 0001_more has no snapshot of the schema',
    });
    await server.query(applied('unknown', 2));
    expect(await look('migrations.indexes', place(server, folder))).toMatchObject({
      state: 'unreachable',
      cause: 'malformed',
    });
  });
});
