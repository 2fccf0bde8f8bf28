import { describe, expect, it } from 'vitest';
import { MAJORS } from '../../fixtures/servers/postgres-template.ts';
import { normalised, reduced } from '../../src/sources/postgres/queries.ts';
import { servers, through, valueOf } from '../support/postgres.ts';

const { postgres } = servers();
const auditor = "CREATE ROLE auditor LOGIN PASSWORD 'auditor-password'";
const as = (server: { url(of?: { user?: string; password?: string }): string }) =>
  through(server.url(), { url: server.url({ user: 'auditor', password: 'auditor-password' }) });

describe("the application's sessions", () => {
  it('are counted, and those that idle in a transaction told, where that may be seen', async () => {
    const server = await postgres({ sql: [auditor, 'CREATE DATABASE other'] });
    const { Client } = (await import('pg')).default;
    const open = async (url: string, application: string) => {
      const client = new Client({ connectionString: url, application_name: application });
      client.on('error', () => {});
      await client.connect();
      return client;
    };
    const clients = await Promise.all([
      open(server.url(), 'web'),
      open(server.url(), 'worker'),
      open(server.url(), 'svcheck'),
      open(server.url({ database: 'other' }), 'elsewhere'),
      open(server.url({ user: 'auditor', password: 'auditor-password' }), 'other role'),
    ]);
    try {
      await clients[1].query('BEGIN');
      await clients[1].query('SELECT 1/0').catch(() => {});
      expect(await valueOf('postgres.activity', as(server))).toMatchObject({
        application: 2,
        hidden: 2,
        idleInTransaction: { total: 0 },
      });
      await server.query('GRANT pg_monitor TO auditor');
      const seen = await valueOf('postgres.activity', as(server));
      expect(seen).toMatchObject({
        role: 'auditor',
        applicationRole: 'app',
        application: 2,
        hidden: 0,
        idleInTransaction: { total: 1 },
      });
      expect(seen.idleInTransaction.shown).toEqual([{ application: 'worker', seconds: expect.any(Number) as number }]);
      // With the application's own role no right is needed.
      expect(await valueOf('postgres.activity', through(server.url()))).toMatchObject({
        application: 2,
        hidden: 0,
        idleInTransaction: { total: 1 },
      });
    } finally {
      await Promise.all(clients.map((client) => client.end()));
    }
  });
});

describe.each(MAJORS)('pg_stat_statements, PostgreSQL %i', (major) => {
  it("is read for the application's role and database", async () => {
    const server = await postgres({
      major,
      settings: { shared_preload_libraries: 'pg_stat_statements', 'pg_stat_statements.track_utility': 'on' },
      sql: [
        auditor,
        'CREATE SCHEMA "Stats"',
        'CREATE EXTENSION pg_stat_statements SCHEMA "Stats"',
        'GRANT USAGE ON SCHEMA "Stats" TO PUBLIC',
        'CREATE TABLE t (a int); GRANT ALL ON t TO app',
      ],
    });
    const { Client } = (await import('pg')).default;
    const app = new Client({ connectionString: server.url() });
    await app.connect();
    await app.query('SELECT pg_sleep(0.3)');
    for (const n of [1, 2, 3]) await app.query(`SELECT /* secret */ a FROM t WHERE a = ${n}`);
    await app.query("SET application_name = 'x'");
    await app.query('SELECT relname FROM pg_class');
    await app.end();
    await server.query('SELECT pg_sleep(0.1)');
    const hidden = await valueOf('postgres.statements', as(server));
    expect(hidden).toMatchObject({
      extension: 'ready',
      examined: 0,
      resetAt: expect.stringMatching(/^20\d\d-.*Z$/) as string,
    });
    expect(hidden.hidden).toBeGreaterThan(0);
    await server.query('GRANT pg_read_all_stats TO auditor');
    const seen = await valueOf('postgres.statements', as(server));
    expect(seen).toMatchObject({ examined: 2, hidden: 0 });
    expect(seen.slowest).toMatchObject([
      { text: 'SELECT pg_sleep($1)', calls: 1, before: 0 },
      { text: 'SELECT a FROM t WHERE a = $1', calls: 3 },
    ]);
    expect(seen.slowest[0]?.meanMs).toBeGreaterThanOrEqual(300);
  });
});

describe('without statistics', () => {
  it('the extension is missing, or not loaded', async () => {
    const server = await postgres();
    expect(await valueOf('postgres.statements', through(server.url()))).toMatchObject({ extension: 'missing' });
    await server.query('CREATE EXTENSION pg_stat_statements');
    expect(await valueOf('postgres.statements', through(server.url()))).toMatchObject({ extension: 'not-loaded' });
  });

  it('an extension that was not updated has the columns of its version', async () => {
    const server = await postgres({
      settings: { shared_preload_libraries: 'pg_stat_statements' },
      sql: ["CREATE EXTENSION pg_stat_statements VERSION '1.7'"],
    });
    const { Client } = (await import('pg')).default;
    const app = new Client({ connectionString: server.url() });
    await app.connect();
    await app.query('SELECT 1 AS one');
    await app.end();
    expect(await valueOf('postgres.statements', through(server.url()))).toMatchObject({
      extension: 'ready',
      resetAt: null,
      examined: 1,
    });
  });
});

describe('the text of statements', () => {
  it.each([
    ["SELECT  1,\n 'it''s -- x' /* y */ FROM t1 -- z", 'SELECT ?, ? FROM t1'],
    ["UPDATE t SET a = E'x\\'y', b = 1.5e3 WHERE c = $1", 'UPDATE t SET a = ?, b = ? WHERE c = $1'],
    ["SELECT 'cut off", 'SELECT ?'],
    ['SELECT "a1" FROM t2.u3', 'SELECT "a1" FROM t2.u3'],
  ])('%s', (text, plain) => {
    expect(normalised(text)).toBe(plain);
  });

  it('tells shares of the time, utility statements and the catalog apart', () => {
    const rows = [
      { text: 'VACUUM t', calls: 1, ms: 9000 },
      { text: 'SELECT b', calls: 10, ms: 100 },
      { text: 'select * from pg_catalog.pg_class', calls: 1, ms: 5000 },
      { text: 'WITH x AS (SELECT 1) SELECT a', calls: 2, ms: 300 },
      { text: null, calls: 1, ms: 1 },
    ];
    expect(reduced(rows)).toEqual({
      examined: 2,
      totalMs: 400,
      hidden: 1,
      slowest: [
        { text: 'WITH x AS (SELECT ?) SELECT a', calls: 2, meanMs: 150, share: 0.75, before: 0 },
        { text: 'SELECT b', calls: 10, meanMs: 10, share: 0.25, before: 0.75 },
      ],
    });
  });
});
