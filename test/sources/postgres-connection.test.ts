import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createAuthority, selfSigned } from '../../fixtures/servers/certificates.ts';
import { startDns } from '../../fixtures/servers/dns.ts';
import { temporaryFolder } from '../../fixtures/servers/folder.ts';
import { freePort } from '../../fixtures/servers/ports.ts';
import type { PostgresServer } from '../../fixtures/servers/postgres.ts';
import { startBlackhole, startGarbage, startReset, startSilent } from '../../fixtures/servers/tcp.ts';
import { lookAt, servers, through, valueOf } from '../support/postgres.ts';

const { postgres, keep } = servers();
const hostssl = ['hostssl all all 127.0.0.1/32 scram-sha-256'];
const quick = { limits: { timeoutMs: 3000 } };

const connectionOf = (url: string, settings: Record<string, unknown> = {}, more = {}) =>
  valueOf('postgres.connection', through(url, settings, more));
const at = (port: number, rest = '') => `postgres://app:secret-password@127.0.0.1:${port}/shop${rest}`;

describe('a PostgreSQL with TLS', () => {
  let server: PostgresServer;
  let base: string;

  beforeAll(async () => {
    const authority = await createAuthority();
    const folder = temporaryFolder('ca');
    keep({ stop: () => folder.remove() });
    folder.write({ 'ca.pem': authority.certPem });
    base = folder.path;
    server = await postgres({ tls: authority.issue({ names: ['127.0.0.1'] }), hba: hostssl });
  });

  it('is logged in to, and its round trip measured', async () => {
    const value = await connectionOf(server.url(), { ca: 'ca.pem' }, { base });
    expect(value).toMatchObject({ outcome: 'ok', host: '127.0.0.1', port: server.port, detail: '', code: null });
    expect(value.roundTripMs).toBeGreaterThan(0);
  });

  it('verifies by the sslrootcert of the address too', async () => {
    const url = server.url({ params: { sslmode: 'verify-full', sslrootcert: join(base, 'ca.pem') } });
    expect(await connectionOf(url)).toMatchObject({ outcome: 'ok' });
  });

  it('is sent no password where its root is unknown', async () => {
    const url = server.url({ password: 'wrong' });
    expect(await connectionOf(url)).toMatchObject({ outcome: 'tls', code: null, roundTripMs: null });
    expect(server.log()).not.toContain('password authentication failed');
    // The same address with the root given: now the server has seen the password.
    expect(await connectionOf(url, { ca: 'ca.pem' }, { base })).toMatchObject({ outcome: 'auth', code: '28P01' });
    expect(server.log()).toContain('password authentication failed');
  });

  it('names the CA file that cannot be used', async () => {
    const { 'postgres.connection': fact } = await lookAt(
      ['postgres.connection'],
      through(server.url(), { ca: 'no.pem' }),
    );
    expect(fact).toMatchObject({
      state: 'unreachable',
      cause: 'malformed',
      because: expect.stringContaining('no.pem') as string,
    });
  });

  it('tells the database that does not exist from a refused connection', async () => {
    const value = await connectionOf(server.url({ database: 'nowhere' }), { ca: 'ca.pem' }, { base });
    expect(value).toMatchObject({
      outcome: 'refused',
      code: '3D000',
      detail: expect.stringContaining('nowhere') as string,
    });
  });

  it('tells the role that does not exist', async () => {
    const value = await connectionOf(server.url({ user: 'nobody' }), { ca: 'ca.pem' }, { base });
    expect(value).toMatchObject({ outcome: 'auth', code: '28P01' });
  });

  it('asks for nothing that is in our own environment', async () => {
    const kept = { ...process.env };
    Object.assign(process.env, {
      PGOPTIONS: '-c statement_timeout=1',
      PGPASSWORD: server.password,
      PGSSLMODE: 'no-verify',
      PGSSLNEGOTIATION: 'direct',
      PGREPLICATION: 'database',
    });
    try {
      const url = server.url().replace(`:${server.password}@`, '@');
      expect(await connectionOf(url, { ca: 'ca.pem' }, { base })).toMatchObject({
        outcome: 'auth',
        detail: 'the server asks for a password, and the address has none',
      });
      expect(await connectionOf(server.url(), { ca: 'ca.pem' }, { base })).toMatchObject({ outcome: 'ok' });
    } finally {
      for (const key of Object.keys(process.env)) if (!(key in kept)) delete process.env[key];
    }
  });
});

describe('a certificate that is wrong', () => {
  it.each([
    ['self-signed', () => selfSigned({ names: ['127.0.0.1'] }), /signed by itself/],
    [
      'for another host',
      async () => (await createAuthority()).issue({ names: ['db.acme.test'] }),
      /not for 127\.0\.0\.1/,
    ],
  ])('%s: tls', async (_name, certificate, detail) => {
    const server = await postgres({ tls: await certificate(), hba: hostssl });
    const value = await connectionOf(server.url());
    expect(value.outcome).toBe('tls');
    expect(value.detail).toMatch(detail);
  });

  it('expired: tls, even from a known root', async () => {
    const authority = await createAuthority();
    const folder = temporaryFolder('ca');
    keep({ stop: () => folder.remove() });
    folder.write({ 'ca.pem': authority.certPem });
    const from = new Date('2026-01-01T00:00:00Z');
    const leaf = authority.issue({ names: ['127.0.0.1'], notBefore: from, notAfter: new Date('2026-02-01T00:00:00Z') });
    const server = await postgres({ tls: leaf, hba: hostssl });
    const value = await connectionOf(server.url(), { ca: 'ca.pem' }, { base: folder.path });
    expect(value).toMatchObject({ outcome: 'tls', detail: expect.stringContaining('expired') as string });
  });
});

describe('a PostgreSQL without TLS on this machine', () => {
  it.each(['scram-sha-256', 'md5', 'password', 'trust'])('is logged in to by %s', async (method) => {
    const server = await postgres({ hba: [`host all all 127.0.0.1/32 ${method}`] });
    const { 'postgres.connection': connection, 'postgres.session': session } = await lookAt(
      ['postgres.connection', 'postgres.session'],
      through(server.url()),
    );
    expect(connection).toMatchObject({ state: 'known', value: { outcome: 'ok' } });
    // md5 in pg_hba.conf asks for SCRAM where the password is stored so (documentation, "Password Authentication").
    const asked = { trust: 'none', md5: 'scram-sha-256' }[method] ?? method;
    expect(session).toMatchObject({
      value: { encrypted: false, authentication: asked, pooled: false, backendTls: false },
    });
  });

  it('tells the password stored as MD5', async () => {
    const server = await postgres({
      hba: ['host all all 127.0.0.1/32 md5'],
      sql: ["SET password_encryption = 'md5'; ALTER ROLE app PASSWORD 'stored-as-md5'"],
    });
    expect(await valueOf('postgres.session', through(server.url({ password: 'stored-as-md5' })))).toMatchObject({
      authentication: 'md5',
    });
  });

  it('is logged in to through its Unix socket', async () => {
    const server = await postgres();
    const folder = join(server.dataDir, '..');
    const url = `postgres://app@${encodeURIComponent(folder)}:${server.port}/shop`;
    // Its pg_hba.conf lets only the tests' account in there.
    expect(await connectionOf(url)).toMatchObject({ outcome: 'auth', code: '28000', host: folder });
  });

  it('says that it is full', async () => {
    const server = await postgres({ settings: { max_connections: 4, superuser_reserved_connections: 3 } });
    const { Client } = (await import('pg')).default;
    const holder = new Client({ connectionString: server.url() });
    holder.on('error', () => {});
    await holder.connect();
    try {
      expect(await connectionOf(server.url())).toMatchObject({ outcome: 'refused', code: '53300' });
    } finally {
      await holder.end();
    }
  });
});

describe('what is no PostgreSQL', () => {
  it('a web server is another protocol', async () => {
    const port = await freePort();
    const server = createServer((_request, response) => response.end('hello'));
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    keep({ stop: () => new Promise<void>((resolve) => server.close(() => resolve())) });
    const {
      'postgres.connection': connection,
      'postgres.server': fact,
      'postgres.handshake': handshake,
    } = await lookAt(['postgres.connection', 'postgres.server', 'postgres.handshake'], through(at(port)));
    expect(connection).toMatchObject({
      value: { outcome: 'wrong-protocol', detail: expect.stringContaining('HTTP/1.1 400') as string },
    });
    expect(fact).toMatchObject({ state: 'unreachable', cause: 'wrong-protocol' });
    expect(handshake).toMatchObject({ state: 'unreachable', cause: 'wrong-protocol' });
  });

  it.each([
    ['SSH, whose greeting begins with an S', 'SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n'],
    ['an N with more behind it', Buffer.from([0x4e, 0, 0, 0, 10, 0x35])],
    ['noise', Buffer.from('9f8e7d6c5b4a', 'hex')],
  ])('%s is another protocol', async (_name, bytes) => {
    const server = keep(await startGarbage(bytes, { close: false }));
    expect(await connectionOf(at(server.port))).toMatchObject({ outcome: 'wrong-protocol' });
  });

  it('an S without TLS behind it is a timeout', async () => {
    const server = keep(await startGarbage('S', { close: false }));
    expect(await connectionOf(at(server.port), {}, quick)).toMatchObject({ outcome: 'timeout' });
  });

  it('an endless answer to the login is cut', async () => {
    const port = await freePort();
    // AuthenticationRequest that claims a gigabyte, and begins to send it.
    const head = Buffer.from('R\x40\0\0\0', 'latin1');
    const server = createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => {
        socket.write('N');
        socket.once('data', () => {
          socket.write(head);
          const more = () => {
            while (!socket.destroyed && socket.write(Buffer.alloc(1024 * 1024)));
          };
          socket.on('drain', more);
          more();
        });
      });
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    keep({ stop: () => new Promise<void>((resolve) => server.close(() => resolve())) });
    expect(await connectionOf(at(port))).toMatchObject({
      outcome: 'wrong-protocol',
      detail: 'more than 32 MB were sent',
    });
  });

  it('a port where nobody listens refuses', async () => {
    const { 'postgres.connection': connection, 'postgres.server': fact } = await lookAt(
      ['postgres.connection', 'postgres.server'],
      through(at(await freePort())),
    );
    expect(connection).toMatchObject({ state: 'known', value: { outcome: 'refused', code: null } });
    expect(fact).toMatchObject({ state: 'unreachable', cause: 'refused' });
  });

  it('a connection that is reset is tried twice', async () => {
    const server = keep(await startReset({ after: 'data' }));
    expect(await connectionOf(at(server.port))).toMatchObject({ outcome: 'reset' });
    expect(server.connections).toBe(2);
  });

  it.each([
    ['a black hole', startBlackhole],
    ['a listener that says nothing', startSilent],
  ])('%s is a timeout, known within the time of the look', async (_name, start) => {
    const server = keep(await start());
    const { 'postgres.connection': connection, 'postgres.handshake': handshake } = await lookAt(
      ['postgres.connection', 'postgres.handshake'],
      through(at(server.port), {}, quick),
    );
    expect(connection).toMatchObject({ state: 'known', value: { outcome: 'timeout' } });
    expect(handshake).toMatchObject({ state: 'unreachable', cause: 'timeout' });
  });
});

describe('a name', () => {
  const zone = { 'db.acme.test': { A: '127.0.0.1' }, 'empty.acme.test': { TXT: 'no address' } };
  const url = (host: string, port = 5432) => `postgres://app:secret-password@${host}:${port}/shop`;

  it('is looked up through dns.servers, each failure told apart', async () => {
    const dns = keep(
      await startDns({ zone, behaviours: { 'broken.acme.test': 'servfail', 'mute.acme.test': 'drop' } }),
    );
    const more = { settings: { dns: { servers: [dns.address] } }, ...quick };
    const outcomeOf = async (host: string) => {
      const settings = { postgres: {}, ...more.settings };
      return (await valueOf('postgres.connection', { ...quick, env: { DATABASE_URL: url(host) }, settings })).outcome;
    };
    expect(await outcomeOf('gone.acme.test')).toBe('nxdomain');
    expect(await outcomeOf('empty.acme.test')).toBe('nxdomain');
    expect(await outcomeOf('broken.acme.test')).toBe('dns');
    expect(await outcomeOf('mute.acme.test')).toBe('dns');
    const server = await postgres();
    const settings = { postgres: {}, ...more.settings };
    expect(
      await valueOf('postgres.connection', {
        env: { DATABASE_URL: server.url().replace('127.0.0.1', 'db.acme.test') },
        settings,
      }),
    ).toMatchObject({ outcome: 'ok', host: 'db.acme.test' });
    // dns.servers has it, the system's resolver does not: nothing else was asked.
    expect(dns.queries.some((query) => query.name === 'db.acme.test')).toBe(true);
  });
});

describe('several hosts', () => {
  it('are tried in order, until one answers', async () => {
    const server = await postgres();
    const url = server.url().replace('127.0.0.1', `127.0.0.1:${await freePort()},127.0.0.1`);
    expect(await connectionOf(url)).toMatchObject({ outcome: 'ok', port: server.port });
  });

  it('end with the one that refuses the credentials', async () => {
    const [first, second] = [await postgres(), await postgres()];
    const url = second.url({ password: 'wrong' }).replace('127.0.0.1', `127.0.0.1:${first.port},127.0.0.1`);
    expect(await connectionOf(url)).toMatchObject({ outcome: 'auth', port: first.port });
  });

  it('leave time for the others where one is a black hole', async () => {
    const hole = keep(await startBlackhole());
    const server = await postgres();
    const url = server.url().replace('127.0.0.1', `127.0.0.1:${hole.port},127.0.0.1`);
    expect(await connectionOf(url, {}, { limits: { timeoutMs: 6000 } })).toMatchObject({
      outcome: 'ok',
      port: server.port,
    });
  });
});

describe('an address', () => {
  it('that is not configured is absent', async () => {
    const facts = await lookAt(['postgres.connection', 'postgres.handshake', 'postgres.server'], {});
    for (const fact of Object.values(facts)) expect(fact).toMatchObject({ state: 'absent', add: 'postgres.url' });
  });

  it.each([
    ['mysql://app:very-secret-password@db/shop', {}, 'DATABASE_URL'],
    ['postgres://app:very-secret-password@db:port/shop', {}, 'DATABASE_URL'],
    ['postgres://h/d', { url: 'postgres://app:very-secret-password@[db]/shop' }, 'postgres.url'],
  ])('%s is malformed, named by its key, without its value', async (url, settings, from) => {
    const facts = await lookAt(
      ['postgres.connection', 'postgres.server', 'postgres.handshake'],
      through(url, settings),
    );
    for (const fact of Object.values(facts)) {
      expect(fact).toMatchObject({ state: 'unreachable', cause: 'malformed' });
      expect(JSON.stringify(fact)).toContain(from);
      expect(JSON.stringify(fact)).not.toContain('very-secret');
    }
  });

  it('of the settings beats that of the env', async () => {
    const server = await postgres();
    const value = await connectionOf(at(await freePort()), { url: server.url() });
    expect(value).toMatchObject({ outcome: 'ok', port: server.port });
  });
});
