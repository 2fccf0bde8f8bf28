import { execFile } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { accountOf, temporaryFolder } from '../../fixtures/servers/folder.ts';
import { withFreePort } from '../../fixtures/servers/ports.ts';
import { MAJORS } from '../../fixtures/servers/postgres-template.ts';
import type { PostgresServer } from '../../fixtures/servers/postgres.ts';
import { startProcess } from '../../fixtures/servers/process.ts';
import { storeFor } from '../support/gathering.ts';
import { lookAt, servers, through, valueOf } from '../support/postgres.ts';

const { postgres, keep } = servers();
const names = [
  'postgres.connection',
  'postgres.session',
  'postgres.server',
  'postgres.sequences',
  'postgres.archiver',
  'postgres.capacity',
] as const;

const schema = [
  'CREATE SCHEMA "Billing" AUTHORIZATION app',
  'SET ROLE app; CREATE TABLE "Billing"."Order" (id serial PRIMARY KEY); SELECT setval(\'"Billing"."Order_id_seq"\', 2000000000)',
];

describe.each(MAJORS)('PostgreSQL %i', (major) => {
  it('shows each fact to a role that has no special rights', async () => {
    const server = await postgres({ major, sql: schema });
    const facts = await lookAt(names, through(server.url()));
    for (const [name, fact] of Object.entries(facts))
      expect(fact.state, `${name}: ${JSON.stringify(fact)}`).toBe('known');
    expect(facts['postgres.server']).toMatchObject({
      value: {
        version: expect.stringMatching(new RegExp(`^${major}\\.`)) as string,
        database: 'shop',
        role: 'app',
        inRecovery: false,
        startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
        databaseBytes: expect.any(Number) as number,
        xidAge: expect.any(Number) as number,
        checksums: major === 18, // on by default from 18
        passwordEncryption: 'scram-sha-256',
        md5Roles: null,
        preparedTransactions: [],
        idleSlots: [],
        hidden: [],
      },
    });
    expect(facts['postgres.sequences']).toMatchObject({
      value: {
        examined: 1,
        fullest: [
          {
            sequence: '"Billing"."Order_id_seq"',
            column: '"Billing"."Order".id',
            type: 'int4',
            last: 2_000_000_000,
            limit: 2_147_483_647,
          },
        ],
        hidden: [],
      },
    });
    expect(facts['postgres.archiver']).toMatchObject({
      value: { archiveMode: 'off', archivedCount: 0, lastArchivedAt: null, failedCount: 0, lastFailedAt: null },
    });
    expect(facts['postgres.capacity']).toMatchObject({
      value: { maxConnections: 100, superuserReserved: 3, reserved: 0 },
    });
  });
});

describe('a server that is not well', () => {
  it('shows slots, prepared transactions, MD5 passwords and the archiver that fails', async () => {
    const server = await postgres({
      settings: { wal_level: 'logical', max_prepared_transactions: 4, archive_mode: 'on', archive_command: 'false' },
      sql: [
        "SELECT pg_create_physical_replication_slot('old_replica', true)",
        "SELECT pg_create_physical_replication_slot('reserves_nothing')",
        "SET password_encryption = 'md5'; CREATE ROLE legacy LOGIN PASSWORD 'legacy-password'",
        "BEGIN; CREATE TABLE t (id int); PREPARE TRANSACTION 'left over'",
        'SELECT pg_switch_wal()',
      ],
    });
    await server.query("ALTER ROLE postgres PASSWORD 'superuser-password'");
    await expect
      .poll(
        async () => (await server.query<{ n: number }>('SELECT failed_count::int AS n FROM pg_stat_archiver'))[0]?.n,
      )
      .toBeGreaterThan(0);
    const url = server.url({ user: 'postgres', password: 'superuser-password' });
    const facts = await lookAt(names, through(url));
    expect(facts['postgres.server']).toMatchObject({
      value: {
        md5Roles: ['legacy'],
        idleSlots: [{ name: 'old_replica', kind: 'physical', heldBytes: expect.any(Number) as number }],
        preparedTransactions: [{ gid: 'left over', database: 'shop' }],
      },
    });
    expect(facts['postgres.archiver']).toMatchObject({
      value: {
        archiveMode: 'on',
        lastArchivedAt: null,
        lastFailedAt: expect.stringMatching(/Z$/) as string,
      },
    });
  });

  it('is told when it is a standby', async () => {
    const server = await postgres({ hba: ['host all all 127.0.0.1/32 trust'] });
    const standby = keep(await standbyOf(server));
    const url = server.url().replace(`:${server.port}`, `:${standby.port}`);
    const facts = await lookAt(names, through(url));
    for (const [name, fact] of Object.entries(facts)) expect(fact.state, name).toBe('known');
    expect(facts['postgres.server']).toMatchObject({ value: { inRecovery: true, idleSlots: [] } });
    // Where a primary is asked for, the search goes on (libpq, target_session_attrs).
    const both = url
      .replace('127.0.0.1', `127.0.0.1:${standby.port},127.0.0.1`)
      .replace(/:\d+\/shop/, `:${server.port}/shop`);
    expect((await valueOf('postgres.server', through(`${both}?target_session_attrs=read-write`))).inRecovery).toBe(
      false,
    );
    expect((await valueOf('postgres.server', through(both))).inRecovery).toBe(true);
  });
});

/** A copy of the server that waits for WAL nobody sends (documentation, "Standby Server Operation"). */
async function standbyOf(server: PostgresServer): Promise<{ port: number; stop(): Promise<void> }> {
  await server.query('CHECKPOINT');
  const folder = temporaryFolder('standby', accountOf('postgres'));
  const data = join(folder.path, 'data');
  await promisify(execFile)('cp', ['-a', server.dataDir, data]);
  rmSync(join(data, 'postmaster.pid'));
  folder.write({ 'data/standby.signal': '' });
  return withFreePort(async (port) => {
    const running = await startProcess({
      name: 'standby',
      command: join(server.bin, 'postgres'),
      args: ['-D', data, '-p', `${port}`, '-k', folder.path],
      user: 'postgres',
      cwd: folder.path,
      ready: /ready to accept read[- ]only connections/,
      stopSignal: 'SIGQUIT',
    });
    return {
      port,
      stop: async () => {
        await running.stop();
        await folder.remove();
      },
    };
  });
}

describe('sequences', () => {
  it('count by the narrowest of what they feed, and tell those that may not be read', async () => {
    const server = await postgres({
      sql: [
        'CREATE SCHEMA mine AUTHORIZATION app',
        `SET ROLE app; CREATE SEQUENCE mine.shared; CREATE TABLE mine.wide (n bigint DEFAULT nextval('mine.shared'));
         CREATE TABLE mine.narrow (n smallint DEFAULT nextval('mine.shared')); SELECT setval('mine.shared', 30000)`,
        "SET ROLE app; CREATE DOMAIN mine.number AS int; CREATE SEQUENCE mine.domained; CREATE TABLE mine.d (n mine.number DEFAULT nextval('mine.domained')); SELECT setval('mine.domained', 2147483647)",
        'SET ROLE app; CREATE TABLE mine.identity (id smallint GENERATED ALWAYS AS IDENTITY); INSERT INTO mine.identity DEFAULT VALUES',
        "SET ROLE app; CREATE SEQUENCE mine.round MAXVALUE 10 CYCLE; SELECT setval('mine.round', 10)",
        "SET ROLE app; CREATE SEQUENCE mine.down AS smallint INCREMENT -1; SELECT setval('mine.down', -32000)",
        'SET ROLE app; CREATE SEQUENCE mine.unused',
        'SET ROLE app; CREATE TEMP SEQUENCE passing',
        'CREATE SCHEMA others; CREATE SEQUENCE others.one; CREATE SEQUENCE others.two',
      ],
    });
    const value = await valueOf('postgres.sequences', through(server.url()));
    expect(value.hidden).toEqual([{ schema: 'others', count: 2 }]);
    const shown = value.fullest.map(({ sequence, column, type, last, limit }) => ({
      sequence,
      column,
      type,
      last,
      limit,
    }));
    expect(shown).toEqual([
      { sequence: 'mine.domained', column: 'mine.d.n', type: 'int4', last: 2_147_483_647, limit: 2_147_483_647 },
      { sequence: 'mine.down', column: null, type: 'int2', last: -32_000, limit: -32_768 },
      { sequence: 'mine.shared', column: 'mine.narrow.n', type: 'int2', last: 30_000, limit: 32_767 },
      { sequence: 'mine.identity_id_seq', column: 'mine.identity.id', type: 'int2', last: 1, limit: 32_767 },
    ]);
    // The four above and the unused one; what cycles never runs out.
    expect(value.examined).toBe(5);
  });
});

describe('rights', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await postgres({
      sql: [
        "CREATE ROLE auditor LOGIN PASSWORD 'auditor-password'; GRANT pg_monitor TO auditor",
        "CREATE ROLE plain LOGIN PASSWORD 'plain-password'",
        'REVOKE SELECT ON pg_replication_slots, pg_prepared_xacts FROM PUBLIC',
        "ALTER ROLE app SET statement_timeout = '7s'; ALTER DATABASE shop SET statement_timeout = '9s'",
        "ALTER ROLE auditor SET idle_in_transaction_session_timeout = '1h'",
      ],
    });
  });
  const as = (user: string, postgresSettings = {}) =>
    through(server.url(), { url: server.url({ user, password: `${user}-password` }), ...postgresSettings });

  it('that a managed service withholds are named', async () => {
    const value = await valueOf('postgres.server', as('plain'));
    expect(value.hidden).toEqual(['pg_prepared_xacts', 'pg_replication_slots']);
    expect(value).toMatchObject({ preparedTransactions: null, idleSlots: null, role: 'plain' });
  });

  it('decide what is seen of other sessions', async () => {
    const { Client } = (await import('pg')).default;
    const app = new Client({ connectionString: server.url(), application_name: 'shop web' });
    const other = new Client({
      connectionString: server.url({ user: 'plain', password: 'plain-password' }),
      application_name: 'etl',
    });
    await app.connect();
    await other.connect();
    try {
      expect(await valueOf('postgres.capacity', as('auditor'))).toMatchObject({
        applicationRole: 'app',
        application: 1,
        others: [{ user: 'plain', application: 'etl', database: 'shop', count: 1 }],
        othersTotal: 1,
        hidden: 0,
      });
      const seen = await valueOf('postgres.capacity', through(server.url()));
      expect(seen.hidden).toBeGreaterThan(0);
    } finally {
      await app.end();
      await other.end();
    }
  });

  it("show the timeouts of the application's role from whoever looks", async () => {
    const own = await valueOf('postgres.server', through(server.url()));
    expect(own.application).toEqual({ role: 'app', exists: true, statementTimeoutMs: 7000, idleInTransactionMs: 0 });
    const auditor = await valueOf('postgres.server', as('auditor'));
    // That of the auditor's own role hides the server's.
    expect(auditor.application).toEqual({
      role: 'app',
      exists: true,
      statementTimeoutMs: 7000,
      idleInTransactionMs: null,
    });
    const plain = await valueOf('postgres.server', as('plain', { appRole: 'auditor' }));
    expect(plain.application).toEqual({
      role: 'auditor',
      exists: true,
      statementTimeoutMs: 9000,
      idleInTransactionMs: 3_600_000,
    });
    const nobody = await valueOf('postgres.server', as('plain', { appRole: "no'body" }));
    expect(nobody.application).toMatchObject({ role: "no'body", exists: false });
  });

  it('and what the address itself sets come first', async () => {
    const url = server.url({ params: { options: '-c statement_timeout=3s' } });
    expect((await valueOf('postgres.server', through(url))).application.statementTimeoutMs).toBe(3000);
  });
});

describe('the manner of asking', () => {
  it('is one session named svcheck, READ ONLY transactions and SET LOCAL, and nothing else', async () => {
    const server = await postgres({
      settings: {
        logging_collector: 'on',
        log_directory: 'log',
        log_filename: 'all.log',
        log_line_prefix: '%a|%c|',
        log_statement: 'all',
        log_connections: 'on',
      },
      sql: ['CREATE SCHEMA app AUTHORIZATION app'],
    });
    await lookAt(
      [...names, 'postgres.handshake', 'postgres.pooler'],
      through(server.url(), { statementTimeout: '3s' }),
    );
    await sleep(200); // the collector writes on its own time
    const log = readFileSync(join(server.dataDir, 'log/all.log'), 'utf8');
    const statements = log
      .split(/\n(?=\S)/)
      .map((line) => line.trim())
      .filter((line) => line.startsWith('svcheck|') && line.includes('statement: '));
    expect(statements.length).toBeGreaterThan(10);
    expect(new Set(statements.map((line) => line.split('|')[1])).size).toBe(1);
    for (const line of statements) {
      expect(line).toMatch(
        /statement: (SELECT 1$|COMMIT$|ROLLBACK$|BEGIN READ ONLY; SET LOCAL statement_timeout = 3000; )/,
      );
      expect(line).not.toMatch(/\b(INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|GRANT|LOCK|TRUNCATE|COPY|CALL)\b/);
    }
    expect(await server.query("SELECT 1 FROM pg_stat_activity WHERE application_name = 'svcheck'")).toEqual([]);
  });

  it('does not call what the application put before the catalog', async () => {
    const server = await postgres({
      sql: [
        'CREATE SCHEMA trap AUTHORIZATION app',
        `SET ROLE app; CREATE FUNCTION trap.pg_is_in_recovery() RETURNS boolean LANGUAGE sql AS 'SELECT true'`,
        'ALTER ROLE app SET search_path = trap, pg_catalog',
      ],
    });
    expect((await valueOf('postgres.server', through(server.url()))).inRecovery).toBe(false);
  });

  it('opens a new session where the server has ended the first', async () => {
    const server = await postgres();
    const store = storeFor(through(server.url()));
    try {
      expect(await store.get('postgres.session')).toMatchObject({ state: 'known' });
      await server.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'svcheck'");
      expect(await store.get('postgres.server')).toMatchObject({ state: 'known' });
    } finally {
      await store.close();
    }
  });

  it('waits for no lock and no slow answer', async () => {
    const server = await postgres({
      sql: ['CREATE SCHEMA mine AUTHORIZATION app', 'SET ROLE app; CREATE SEQUENCE mine.locked'],
    });
    const { Client } = (await import('pg')).default;
    const blocker = new Client({ connectionString: server.url() });
    await blocker.connect();
    try {
      await blocker.query('BEGIN; ALTER SEQUENCE mine.locked INCREMENT 2');
      const { 'postgres.sequences': fact } = await lookAt(['postgres.sequences'], through(server.url()));
      expect(fact).toMatchObject({
        state: 'unreachable',
        cause: 'timeout',
        because: expect.stringContaining('lock') as string,
      });
    } finally {
      await blocker.end();
    }
  });
});

describe('DB_POOL_SIZE', () => {
  it.each([
    ['20', { set: true, value: 20 }],
    [' 20 ', { set: true, value: 20 }],
    ['0', { set: true, value: 0 }],
    ['twenty', { set: true, value: null }],
    ['20.5', { set: true, value: null }],
    ['-1', { set: true, value: null }],
    ['', { set: false, value: null }],
  ])('%j', async (text, expected) => {
    const look = { env: { DB_POOL_SIZE: text }, settings: { instances: 3 } };
    expect(await valueOf('postgres.pool-size', look)).toEqual({ ...expected, instances: 3 });
  });

  it('unset, with no number of instances', async () => {
    expect(await valueOf('postgres.pool-size', {})).toEqual({ set: false, value: null, instances: null });
  });
});
