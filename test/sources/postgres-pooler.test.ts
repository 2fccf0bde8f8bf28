import { beforeAll, describe, expect, it } from 'vitest';
import { createAuthority } from '../../fixtures/servers/certificates.ts';
import { temporaryFolder } from '../../fixtures/servers/folder.ts';
import { type PgBouncer, startPgBouncer } from '../../fixtures/servers/pgbouncer.ts';
import type { PostgresServer } from '../../fixtures/servers/postgres.ts';
import { lookAt, servers, through, valueOf } from '../support/postgres.ts';

const { postgres, keep } = servers();

describe('PgBouncer in front', () => {
  let server: PostgresServer;
  let pooler: PgBouncer;
  beforeAll(async () => {
    server = await postgres();
    const to = `host=127.0.0.1 port=${server.port} dbname=shop`;
    pooler = keep(
      await startPgBouncer({
        databases: { shop: to, jobs: `${to} pool_size=5 reserve_pool=2 pool_mode=session max_db_connections=50` },
        users: { app: server.password, stats: 'stats-password' },
        settings: { pool_mode: 'transaction', default_pool_size: 15, max_client_conn: 70, stats_users: 'stats' },
      }),
    );
  });
  const withConsole = (user: string, url = pooler.url('app', 'shop')) =>
    through(url, { pooler: { kind: 'pgbouncer', admin: pooler.url(user, 'pgbouncer') } });

  it('takes the session, and is told from the server by the process that greets', async () => {
    expect(await valueOf('postgres.session', through(pooler.url('app', 'shop')))).toMatchObject({ pooled: true });
    expect(await valueOf('postgres.session', through(server.url()))).toMatchObject({ pooled: false });
    const facts = await lookAt(['postgres.server', 'postgres.sequences'], through(pooler.url('app', 'shop')));
    for (const fact of Object.values(facts)) expect(fact.state).toBe('known');
  });

  it('shows its limits on its console', async () => {
    expect(await valueOf('postgres.pooler', withConsole('stats'))).toEqual({
      kind: 'pgbouncer',
      told: 'postgres.pooler of the settings',
      version: expect.stringMatching(/^PgBouncer 1\./) as string,
      poolMode: 'transaction',
      poolSize: 15,
      reservePool: 0,
      maxDbConnections: null,
      maxClientConn: 70,
      applicationClients: 1,
      otherClients: 0,
    });
  });

  it("shows a database's own limits before the default ones", async () => {
    expect(await valueOf('postgres.pooler', withConsole('stats', pooler.url('app', 'jobs')))).toMatchObject({
      poolMode: 'session',
      poolSize: 5,
      reservePool: 2,
      maxDbConnections: 50,
    });
  });

  it('is looked for by itself, and says who must be let onto its console', async () => {
    const { 'postgres.pooler': fact } = await lookAt(['postgres.pooler'], through(pooler.url('app', 'shop')));
    expect(fact).toMatchObject({
      state: 'unreachable',
      cause: 'not-permitted',
      fix: expect.stringContaining('add app to stats_users in pgbouncer.ini') as string,
    });
  });

  it('counts its clients', async () => {
    const { Client } = (await import('pg')).default;
    const clients = ['shop', 'shop', 'jobs'].map((name) => new Client({ connectionString: pooler.url('app', name) }));
    for (const client of clients) await client.connect();
    try {
      // In a transaction each: what PgBouncer counts as active.
      await Promise.all(clients.map((client) => client.query('BEGIN; SELECT 1')));
      const value = await valueOf('postgres.pooler', withConsole('stats', server.url()));
      expect(value).toMatchObject({ kind: 'pgbouncer', applicationClients: 2, otherClients: 1 });
    } finally {
      await Promise.all(clients.map((client) => client.end()));
    }
  });

  it('that does not know the database refuses it', async () => {
    const value = await valueOf('postgres.connection', through(pooler.url('app', 'nowhere')));
    expect(value).toMatchObject({ outcome: 'refused', code: '3D000' });
  });

  it('that does not know the user refuses the credentials', async () => {
    const value = await valueOf(
      'postgres.connection',
      through(pooler.url('nobody', 'shop').replace(':@', ':wrong-password@')),
    );
    expect(value.outcome).toBe('auth');
  });

  it.each([
    ['no admin account', {}],
    ['an admin account that is not let in', { admin: 'app' }],
  ])('with %s is an error', async (_name, { admin }: { admin?: string }) => {
    const declared = { kind: 'pgbouncer', ...(admin ? { admin: pooler.url(admin, 'pgbouncer') } : {}) };
    const { 'postgres.pooler': fact } = await lookAt(
      ['postgres.pooler'],
      through(pooler.url('app', 'shop'), { pooler: declared }),
    );
    expect(fact).toMatchObject({ state: 'unreachable', cause: 'not-permitted' });
  });
});

describe('a declared console', () => {
  it('that is out of reach is an error', async () => {
    const server = await postgres();
    const admin = 'postgres://stats:stats-password@127.0.0.1:1/pgbouncer';
    const { 'postgres.pooler': fact } = await lookAt(
      ['postgres.pooler'],
      through(server.url(), { pooler: { kind: 'pgbouncer', admin } }),
    );
    expect(fact).toMatchObject({ state: 'unreachable', cause: 'refused' });
  });

  it('whose address cannot be read is named', async () => {
    const server = await postgres();
    const admin = 'postgres://stats:stats-password@[h]/pgbouncer';
    const { 'postgres.pooler': fact } = await lookAt(
      ['postgres.pooler'],
      through(server.url(), { pooler: { kind: 'pgbouncer', admin } }),
    );
    expect(fact).toMatchObject({ state: 'unreachable', cause: 'malformed', where: 'postgres.pooler.admin' });
    expect(JSON.stringify(fact)).not.toContain('stats-password');
  });
});

describe('no pooler', () => {
  it('is said', async () => {
    const server = await postgres();
    expect(await valueOf('postgres.pooler', through(server.url()))).toMatchObject({ kind: 'none', poolSize: null });
  });
});

describe('PgBouncer with TLS', () => {
  it('refuses plaintext, and leaves its own leg to be seen', async () => {
    const authority = await createAuthority();
    const folder = temporaryFolder('ca');
    keep({ stop: () => folder.remove() });
    folder.write({ 'ca.pem': authority.certPem });
    const server = await postgres();
    const pooler = keep(
      await startPgBouncer({
        databases: { shop: `host=127.0.0.1 port=${server.port} dbname=shop` },
        users: { app: server.password },
        tls: authority.issue({ names: ['127.0.0.1'] }),
      }),
    );
    const facts = await lookAt(
      ['postgres.handshake', 'postgres.session'],
      through(pooler.url('app', 'shop'), { ca: 'ca.pem' }, { base: folder.path }),
    );
    expect(facts['postgres.handshake']).toMatchObject({
      value: {
        hosts: [
          { tls: 'offered', session: { verified: true }, plaintext: { outcome: 'refused', detail: 'SSL required' } },
        ],
      },
    });
    expect(facts['postgres.session']).toMatchObject({ value: { encrypted: true, pooled: true, backendTls: false } });
  });
});
