import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { createAuthority } from '../../fixtures/servers/certificates.ts';
import { startDns } from '../../fixtures/servers/dns.ts';
import { freePort } from '../../fixtures/servers/ports.ts';
import { type Sentry, type SentryOptions, startSentry } from '../../fixtures/servers/sentry-stand-in.ts';
import { startGarbage } from '../../fixtures/servers/tcp.ts';
import type { FactName } from '../../src/facts/index.ts';
import { parseDsn } from '../../src/sources/sentry/dsn.ts';
import { acknowledgedId, refusalOf } from '../../src/sources/sentry/envelope.ts';
import { type LookOptions, storeFor } from '../support/gathering.ts';
import { tree } from '../support/tree.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const KEY = 'a1b2c3d4e5f60718293a4b5c6d7e8f90';

async function sentry(options: SentryOptions = {}): Promise<Sentry> {
  const one = await startSentry(options);
  cleanups.push(() => one.finish());
  return one;
}

function look<N extends FactName>(name: N, dsn: string | null, options: LookOptions = {}) {
  const env: Record<string, string> = dsn === null ? { NODE_ENV: 'production' } : { SENTRY_DSN: dsn };
  const store = storeFor({ env, ...options });
  cleanups.push(() => store.close());
  return store.get(name);
}

describe('the form of a DSN', () => {
  test('as Sentry gives it out', () => {
    expect(parseDsn(`https://${KEY}@o123.ingest.de.sentry.io/4505`)).toEqual({
      ok: true,
      dsn: {
        scheme: 'https',
        publicKey: KEY,
        secretKey: null,
        host: 'o123.ingest.de.sentry.io',
        port: 443,
        project: '4505',
        envelopes: 'https://o123.ingest.de.sentry.io/api/4505/envelope/',
      },
    });
  });

  test('with a path, a port and the deprecated secret part', () => {
    const parsed = parseDsn(`http://${KEY}:${KEY}@[::1]:9000/sentry/errors/7`);
    expect(parsed).toMatchObject({
      ok: true,
      dsn: {
        secretKey: KEY,
        host: '::1',
        port: 9000,
        project: '7',
        envelopes: 'http://[::1]:9000/sentry/errors/api/7/envelope/',
      },
    });
  });

  test.each([
    ['changeme', 'no address'],
    ['ftp://a@b/1', 'neither https:// nor http://'],
    ['https://o1.ingest.sentry.io/42', 'no public key'],
    ['https://examplePublicKey@o0.ingest.sentry.io/0', 'not 32 hexadecimal digits'],
    [`https://${KEY.slice(1)}@o1.ingest.sentry.io/42`, 'not 32 hexadecimal digits'],
    [`https://${KEY}:secret@o1.ingest.sentry.io/42`, 'secret key'],
    [`https://${KEY}@o1.ingest.sentry.io/`, 'no project'],
    [`https://${KEY}@o1.ingest.sentry.io`, 'no project'],
    [`https://${KEY}@o1.ingest.sentry.io/my-app`, 'not a number'],
    [`https://${KEY}@o1.ingest.sentry.io/42?environment=x`, 'follows its project'],
  ])('%s: %s', (text, problem) => {
    const parsed = parseDsn(text);
    expect(parsed).toEqual({ ok: false, problem: expect.stringContaining(problem) });
    expect(JSON.stringify(parsed)).not.toContain('a1b2c3d4');
  });

  test('parsers never throw, whatever they are given', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl(), fc.json()), (text) => {
        parseDsn(text);
        acknowledgedId(text);
        refusalOf(text, [['X-Sentry-Error', text]]);
      }),
    );
  });
});

describe('the DSN of the env under audit', () => {
  test('is told without its key', async () => {
    const fact = await look('sentry.dsn', `https://${KEY}@o1.ingest.sentry.io/42`);
    expect(fact).toMatchObject({
      state: 'known',
      where: 'SENTRY_DSN',
      value: {
        state: 'well-formed',
        from: 'SENTRY_DSN',
        scheme: 'https',
        host: 'o1.ingest.sentry.io',
        port: 443,
        project: '42',
        secretPart: false,
        loopback: false,
      },
    });
    expect(JSON.stringify(fact)).not.toContain(KEY);
  });

  test('gives way to sentry.dsn', async () => {
    const settings = { sentry: { dsn: `https://${KEY}@sentry.acme.example/7` } };
    expect(await look('sentry.dsn', 'changeme', { settings })).toMatchObject({
      value: { from: 'sentry.dsn', host: 'sentry.acme.example' },
    });
  });

  test('is unset where an env was read, and unknown where none was', async () => {
    expect(await look('sentry.dsn', null)).toMatchObject({ state: 'known', value: { state: 'unset' } });
    expect(await look('sentry.dsn', 'changeme')).toMatchObject({ value: { state: 'malformed', from: 'SENTRY_DSN' } });
  });

  test('that is not well-formed is not asked', async () => {
    expect(await look('sentry.ingest', 'changeme')).toMatchObject({ state: 'absent' });
    expect(await look('sentry.event', null, { active: true })).toMatchObject({ state: 'absent' });
  });
});

describe('the ingest host, quietly', () => {
  test('answers, and gets no key and no event', async () => {
    const server = await sentry({ prefix: '/errors' });
    expect(await look('sentry.ingest', server.dsn)).toMatchObject({
      state: 'known',
      where: `GET ${server.url}errors/api/42/envelope/`,
      value: { outcome: 'answered', host: '127.0.0.1', status: 405 },
    });
    expect(server.events).toEqual([]);
  });

  test('over TLS of its own CA', async () => {
    const authority = await createAuthority();
    const { certPem: cert, keyPem: key } = authority.issue({ names: ['127.0.0.1'] });
    const server = await sentry({ tls: { cert, key } });
    const folder = tree({ 'ca.pem': authority.certPem });
    const settings = { sentry: { ca: 'ca.pem' } };
    expect(await look('sentry.ingest', server.dsn, { base: folder.path, settings })).toMatchObject({
      value: { outcome: 'answered' },
    });
    expect(await look('sentry.ingest', server.dsn)).toMatchObject({ state: 'unreachable', cause: 'tls' });
  });

  test('refuses the connection', async () => {
    const dsn = `http://${KEY}@127.0.0.1:${await freePort()}/42`;
    expect(await look('sentry.ingest', dsn)).toMatchObject({
      state: 'known',
      value: { outcome: 'refused', host: '127.0.0.1' },
    });
  });

  test('has a name that does not exist, or one that cannot be looked up just now', async () => {
    const dns = await startDns({ zone: {} });
    cleanups.push(() => dns.stop());
    const settings = { dns: { servers: [dns.address] } };
    const dsn = `https://${KEY}@sentry.acme.test/42`;
    expect(await look('sentry.ingest', dsn, { settings })).toMatchObject({
      state: 'known',
      value: { outcome: 'nxdomain', host: 'sentry.acme.test' },
    });
    const ill = await startDns({ zone: {}, behaviours: { 'sentry.acme.test': 'servfail' } });
    cleanups.push(() => ill.stop());
    expect(await look('sentry.ingest', dsn, { settings: { dns: { servers: [ill.address] } } })).toMatchObject({
      state: 'unreachable',
      cause: 'dns',
    });
  });

  test('is not well, or speaks another protocol', async () => {
    const server = await sentry({ quiet: (response) => void response.writeHead(503).end() });
    expect(await look('sentry.ingest', server.dsn)).toMatchObject({
      state: 'unreachable',
      cause: 'refused',
      because: '127.0.0.1 answered 503',
    });
    const garbage = await startGarbage('SSH-2.0-OpenSSH_9.2\r\n');
    cleanups.push(() => garbage.stop());
    expect(await look('sentry.ingest', `http://${KEY}@127.0.0.1:${garbage.port}/42`)).toMatchObject({
      state: 'unreachable',
      cause: 'wrong-protocol',
    });
  });
});

describe('a test event', () => {
  test('is accepted with its id', async () => {
    const server = await sentry();
    const fact = await look('sentry.event', server.dsn, { active: true });
    expect(fact).toMatchObject({
      state: 'known',
      where: `POST ${server.url}api/42/envelope/`,
      value: { status: 200, acknowledged: true, project: '42', detail: '' },
    });
    expect(server.events).toHaveLength(1);
    expect(JSON.stringify(fact)).not.toContain(KEY);
  });

  test('carries the secret part of an old DSN', async () => {
    const server = await sentry({ secretKey: '0123456789abcdef0123456789abcdef' });
    expect(await look('sentry.event', server.dsn, { active: true })).toMatchObject({ value: { acknowledged: true } });
  });

  test('is refused for a wrong key, in Sentry’s words', async () => {
    const server = await sentry();
    const dsn = server.dsn.replace(KEY, KEY.replace('a1', 'b2'));
    expect(await look('sentry.event', dsn, { active: true })).toMatchObject({
      value: { status: 403, acknowledged: false, detail: 'event submission rejected with_reason: ProjectId' },
    });
  });

  test('that meets the limit, another’s page or another id is not acknowledged', async () => {
    const answers: [SentryOptions['behaviour'] & object, number][] = [
      [
        (response) =>
          void response
            .writeHead(429, { 'retry-after': '60', 'x-sentry-rate-limits': '60:error:key' })
            .end('{"detail":"Too many requests"}'),
        429,
      ],
      [(response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome</html>'), 200],
      [(response) => void response.writeHead(200).end('{"id":"00000000000000000000000000000000"}'), 200],
      [(response) => void response.writeHead(400, { 'x-sentry-error': 'invalid envelope' }).end(), 400],
    ];
    for (const [behaviour, status] of answers) {
      const server = await sentry({ behaviour });
      expect(await look('sentry.event', server.dsn, { active: true })).toMatchObject({
        state: 'known',
        value: { status, acknowledged: false },
      });
    }
  });

  test('is sent once, even when the answer breaks off', async () => {
    let asked = 0;
    const server = await sentry({
      behaviour: (response) => {
        asked += 1;
        response.socket?.destroy();
      },
    });
    expect(await look('sentry.event', server.dsn, { active: true })).toMatchObject({
      state: 'unreachable',
      cause: 'reset',
    });
    expect(asked).toBe(1);
  });
});
