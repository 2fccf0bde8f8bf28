import { describe, expect, it } from 'vitest';
import { type Authority, createAuthority, selfSigned } from '../../fixtures/servers/certificates.ts';
import { temporaryFolder } from '../../fixtures/servers/folder.ts';
import { freePort } from '../../fixtures/servers/ports.ts';
import { startGarbage } from '../../fixtures/servers/tcp.ts';
import type { PostgresHandshake } from '../../src/facts/postgres.ts';
import { lookAt, servers, through, valueOf } from '../support/postgres.ts';

const { postgres, keep } = servers();

async function authority(): Promise<{ authority: Authority; base: string }> {
  const made = await createAuthority();
  const folder = temporaryFolder('ca');
  keep({ stop: () => folder.remove() });
  folder.write({ 'ca.pem': made.certPem });
  return { authority: made, base: folder.path };
}

async function hostOf(url: string, settings: Record<string, unknown> = {}, more = {}): Promise<PostgresHandshake> {
  const { hosts } = await valueOf('postgres.handshake', through(url, settings, more));
  if (!hosts[0]) throw new Error('no host was looked at');
  return hosts[0];
}

describe('the handshake with a PostgreSQL that has TLS', () => {
  it('shows the session, and that plaintext is refused', async () => {
    const { authority: ca, base } = await authority();
    const server = await postgres({
      tls: ca.issue({ names: ['127.0.0.1'] }),
      hba: ['hostssl all all 127.0.0.1/32 scram-sha-256'],
    });
    const url = server.url({ params: { sslmode: 'verify-full' } });
    const value = await valueOf('postgres.handshake', through(url, { ca: 'ca.pem' }, { base }));
    expect(value).toMatchObject({ via: 'direct', ca: 'postgres.ca', sslmode: 'verify-full', from: 'DATABASE_URL' });
    expect(value.hosts).toHaveLength(1);
    expect(value.hosts[0]).toMatchObject({
      host: '127.0.0.1',
      port: server.port,
      reach: 'loopback',
      tls: 'offered',
      session: { protocol: 'TLSv1.3', verified: true, defects: [], certificate: { names: ['127.0.0.1'] } },
      plaintext: { outcome: 'refused', code: '28000', detail: expect.stringContaining('no encryption') as string },
      failure: null,
    });
  });

  it('sends no password, and is no login that fails', async () => {
    const { authority: ca } = await authority();
    const server = await postgres({ tls: ca.issue({ names: ['127.0.0.1'] }) });
    const host = await hostOf(server.url());
    expect(host).toMatchObject({ session: { verified: false, defects: ['unknown-root'] } });
    expect(host.plaintext).toEqual({ outcome: 'accepted', code: null, detail: 'asked for scram-sha-256' });
    expect(server.log()).not.toMatch(/password|expected|invalid/);
  });

  it('is looked at with the old protocol that it has', async () => {
    const { authority: ca, base } = await authority();
    const server = await postgres({
      tls: ca.issue({ names: ['127.0.0.1'] }),
      settings: {
        ssl_min_protocol_version: 'TLSv1',
        ssl_max_protocol_version: 'TLSv1.1',
        ssl_ciphers: 'ALL:@SECLEVEL=0',
      },
    });
    expect(await hostOf(server.url(), { ca: 'ca.pem' }, { base })).toMatchObject({ session: { protocol: 'TLSv1.1' } });
  });

  it.each(['md5', 'password', 'scram-sha-256'])('tells that plaintext is accepted with %s', async (method) => {
    const server = await postgres({
      tls: await selfSigned({ names: ['127.0.0.1'] }),
      hba: [`host all all 127.0.0.1/32 ${method}`],
    });
    const host = await hostOf(server.url());
    expect(host).toMatchObject({ session: { defects: ['self-signed'] }, plaintext: { outcome: 'accepted' } });
  });

  it('tells that plaintext is let in without a password', async () => {
    const server = await postgres({
      tls: await selfSigned({ names: ['127.0.0.1'] }),
      hba: ['hostssl all all 127.0.0.1/32 scram-sha-256', 'hostnossl all all 127.0.0.1/32 trust'],
    });
    expect(await hostOf(server.url())).toMatchObject({ plaintext: { outcome: 'trusted', code: null } });
  });

  it('tells that plaintext is rejected by a line of its own', async () => {
    const server = await postgres({
      tls: await selfSigned({ names: ['127.0.0.1'] }),
      hba: ['hostnossl all all all reject', 'host all all 127.0.0.1/32 scram-sha-256'],
    });
    expect(await hostOf(server.url())).toMatchObject({ plaintext: { outcome: 'refused', code: '28000' } });
  });

  it('takes a method that fails without asking for one that was there', async () => {
    const server = await postgres({
      tls: await selfSigned({ names: ['127.0.0.1'] }),
      hba: ['hostnossl all all 127.0.0.1/32 ident', 'hostssl all all 127.0.0.1/32 scram-sha-256'],
    });
    expect(await hostOf(server.url())).toMatchObject({ plaintext: { outcome: 'accepted', code: '28000' } });
  });
});

describe('the handshake with others', () => {
  it('tells a PostgreSQL without TLS', async () => {
    const server = await postgres();
    expect(await hostOf(server.url())).toMatchObject({
      tls: 'not-offered',
      session: null,
      plaintext: { outcome: 'accepted' },
      failure: null,
    });
  });

  it('asks nothing of a Unix socket, which has no TLS', async () => {
    const server = await postgres();
    const folder = server.dataDir.replace(/\/data$/, '');
    const url = `postgres://app@${encodeURIComponent(folder)}:${server.port}/shop`;
    const value = await valueOf('postgres.handshake', through(url, { via: 'proxy' }));
    expect(value.via).toBe('proxy');
    expect(value.hosts).toEqual([
      { host: folder, port: server.port, reach: 'unix', tls: 'unasked', session: null, plaintext: null, failure: null },
    ]);
  });

  it('looks at each host of the address', async () => {
    const first = await postgres({ tls: await selfSigned({ names: ['127.0.0.1'] }) });
    const gone = await freePort();
    const url = first.url().replace('127.0.0.1', `127.0.0.1:${gone},127.0.0.1`);
    const { hosts } = await valueOf('postgres.handshake', through(url));
    expect(hosts).toMatchObject([
      { port: gone, tls: 'unknown', session: null, failure: { cause: 'refused' } },
      { port: first.port, tls: 'offered', failure: null },
    ]);
  });

  it('tells TLS that fails from none', async () => {
    // An S, then an alert: handshake_failure (RFC 8446 section 6).
    const server = keep(await startAlert());
    const { 'postgres.handshake': fact } = await lookAt(
      ['postgres.handshake'],
      through(`postgres://app:secret-password@127.0.0.1:${server.port}/shop`),
    );
    expect(fact).toMatchObject({ value: { hosts: [{ tls: 'unknown', failure: { cause: 'tls' } }] } });
  });

  it('is out of reach where nobody answered the connection', async () => {
    const { 'postgres.handshake': fact } = await lookAt(
      ['postgres.handshake'],
      through(`postgres://app:secret-password@127.0.0.1:${await freePort()}/shop`),
    );
    expect(fact).toMatchObject({ state: 'unreachable', cause: 'refused' });
  });

  it("shows the application's sslmode, not that of the address to look through", async () => {
    const server = await postgres();
    const url = server.url({ params: { sslmode: 'verify-full' } });
    const more = { env: { DATABASE_URL: 'postgres://app@db.acme.test/shop?sslmode=require' } };
    const value = await valueOf('postgres.handshake', through('', { url }, more));
    expect(value).toMatchObject({ sslmode: 'require', from: 'DATABASE_URL' });
    const own = await valueOf('postgres.handshake', { settings: { postgres: { url } } });
    expect(own).toMatchObject({ sslmode: 'verify-full', from: 'postgres.url' });
  });
});

/** Says S to SSLRequest and sends a fatal alert to whatever comes then. */
async function startAlert(): Promise<{ port: number; stop(): Promise<void> }> {
  const { createServer } = await import('node:net');
  const port = await freePort();
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.write('S');
      socket.once('data', () => socket.end(Buffer.from([0x15, 3, 3, 0, 2, 2, 40])));
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { port, stop: () => new Promise((resolve) => server.close(() => resolve())) };
}

describe('a stranger', () => {
  it('cannot make us read without end', async () => {
    const server = keep(
      await startGarbage(Buffer.concat([Buffer.from('E\0\0\x70\0'), Buffer.alloc(200_000)]), { close: false }),
    );
    const { 'postgres.connection': fact } = await lookAt(
      ['postgres.connection'],
      through(`postgres://app:secret-password@127.0.0.1:${server.port}/shop`),
    );
    expect(fact).toMatchObject({ value: { outcome: 'wrong-protocol' } });
  });
});
