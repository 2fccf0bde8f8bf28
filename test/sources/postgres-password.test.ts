import { connect } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createAuthority } from '../../fixtures/servers/certificates.ts';
import { temporaryFolder } from '../../fixtures/servers/folder.ts';
import { parsePostgresAddress } from '../../src/sources/postgres/address.ts';
import { ConnectFailed } from '../../src/sources/postgres/dial.ts';
import { logIn, type Manner, mannerWithoutTls } from '../../src/sources/postgres/open.ts';
import { servers, through, valueOf } from '../support/postgres.ts';

const { postgres, keep } = servers();

describe('without TLS a password goes', () => {
  it.each([
    ['in any form', 'any', 'unix', 'direct', null],
    ['in any form', 'any', 'loopback', 'direct', null],
    ['in any form', 'any', 'loopback', 'direct', 'verify-full'],
    ['in any form', 'any', 'private', 'proxy', null],
    ['in any form', 'any', 'private', 'mesh', null],
    ['as SCRAM only', 'scram', 'private', 'direct', 'require'],
    ['as SCRAM only', 'scram', 'private', 'direct', 'disable'],
    ['as SCRAM only', 'scram', 'public', 'direct', 'disable'],
    ['as SCRAM only', 'scram', 'public', 'mesh', 'disable'],
    ['not at all', 'none', 'public', 'direct', null],
    ['not at all', 'none', 'public', 'direct', 'prefer'],
    ['not at all', 'none', 'public', 'proxy', 'require'],
    ['not at all', 'none', 'public', 'mesh', null],
  ] as const)('%s: %s to %s via %s with sslmode %s', (_words, manner, reach, via, sslmode) => {
    expect(mannerWithoutTls(reach, via, sslmode)).toBe(manner);
  });
});

describe('a server that asks for more than it may have', () => {
  it.each([
    ['password', 'scram', 'tls'],
    ['md5', 'scram', 'tls'],
    ['scram-sha-256', 'scram', 'ok'],
    ['scram-sha-256', 'none', 'tls'],
    ['password', 'any', 'ok'],
  ] as const)('%s where the manner is %s: %s', async (method, manner: Manner, outcome) => {
    const server = await postgres({
      hba: [`host all all 127.0.0.1/32 ${method}`],
      // An MD5 password is asked for only where one is stored.
      sql: method === 'md5' ? ["SET password_encryption = 'md5'; ALTER ROLE app PASSWORD 'stored-as-md5'"] : [],
    });
    const address = parsePostgresAddress(method === 'md5' ? server.url({ password: 'wrong' }) : server.url());
    const socket = connect(server.port, '127.0.0.1');
    await once(socket, 'connect');
    const opening = { address, signal: AbortSignal.timeout(5000) };
    const found = await logIn(socket, address.hosts[0], opening, { encrypted: false, manner }).catch(
      (error: unknown) => error,
    );
    if (outcome === 'ok') {
      expect(found).toMatchObject({ authentication: method });
      if ('client' in (found as object)) await (found as { client: { end(): Promise<void> } }).client.end();
      return;
    }
    expect(found).toBeInstanceOf(ConnectFailed);
    expect(found).toMatchObject({
      outcome,
      message: expect.stringContaining(`as ${method} without TLS: it was not sent`) as string,
    });
    // A wrong password would have been told there.
    expect(server.log()).not.toContain('authentication failed');
  });
});

describe('a server that asks for a client certificate', () => {
  it('is shown sslcert and sslkey of the address, and without them is no wrong password', async () => {
    const authority = await createAuthority();
    const folder = temporaryFolder('client');
    keep({ stop: () => folder.remove() });
    const client = authority.issue({ names: ['app'], cn: 'app' });
    folder.write({ 'ca.pem': authority.certPem, 'app.crt': client.certPem, 'app.key': client.keyPem });
    const server = await postgres({
      tls: { ...authority.issue({ names: ['127.0.0.1'] }), caPem: authority.certPem },
      hba: ['hostssl all all 127.0.0.1/32 cert'],
    });
    const look = (params: Record<string, string>) =>
      valueOf('postgres.connection', through(server.url({ params }), { ca: 'ca.pem' }, { base: folder.path }));
    expect(await look({ sslcert: 'app.crt', sslkey: 'app.key' })).toMatchObject({ outcome: 'ok' });
    expect(await look({})).toMatchObject({
      outcome: 'tls',
      detail: expect.stringContaining('client certificate') as string,
    });
    expect(await look({ sslcert: '/nowhere/app.crt', sslkey: '/nowhere/app.key' })).toMatchObject({ outcome: 'tls' });
  });
});
