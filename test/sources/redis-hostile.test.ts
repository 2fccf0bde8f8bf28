import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../../fixtures/servers/ports.ts';
import { type RespStubOptions, startRespStub } from '../../fixtures/servers/resp-stub.ts';
import { startBlackhole, startGarbage, startReset, startSilent, startSlow } from '../../fixtures/servers/tcp.ts';
import type { FactName } from '../../src/facts/index.ts';
import { storeFor } from '../support/gathering.ts';

const password = 'k7Qw9zXt4LmPa2Vb';
const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function started<S extends { stop(): Promise<void> }>(server: Promise<S>): Promise<S> {
  const up = await server;
  stops.push(up.stop);
  return up;
}

async function looks(url: string, names: readonly FactName[], timeoutMs = 10_000) {
  const store = storeFor({ env: { REDIS_URL: url }, limits: { timeoutMs } });
  const facts = await Promise.all(names.map((name) => store.get(name)));
  await store.close();
  expect(JSON.stringify(facts)).not.toContain(password);
  return facts;
}

const at = (port: number, scheme = 'redis') => `${scheme}://:${password}@127.0.0.1:${port}/0`;
const sessionFacts = ['redis.connection', 'redis.info', 'redis.unauthenticated'] as const;

/** What the connection came to, and that the other facts are out of reach for the same cause. */
async function expectOutcome(url: string, outcome: string, cause = outcome, timeoutMs = 10_000): Promise<void> {
  const [connection, info, unauthenticated] = await looks(url, sessionFacts, timeoutMs);
  expect(connection).toMatchObject({ state: 'known', value: { outcome, roundTripMs: null } });
  expect(info).toMatchObject({ state: 'unreachable', cause });
  expect(unauthenticated).toMatchObject({ state: 'unreachable', cause });
}

describe('an address that leads to no Redis', () => {
  it('nothing listens there: refused', async () => {
    await expectOutcome(at(await freePort()), 'refused');
  });

  it('a black hole: no answer in time', async () => {
    const server = await started(startBlackhole());
    await expectOutcome(at(server.port), 'timeout', 'timeout', 1500);
  });

  it('a listener that says nothing: no answer in time', async () => {
    const server = await started(startSilent());
    await expectOutcome(at(server.port), 'timeout', 'timeout', 1500);
    await expectOutcome(at(server.port, 'rediss'), 'timeout', 'timeout', 1500);
  });

  it('a name that does not exist: NXDOMAIN', async () => {
    await expectOutcome(`redis://:${password}@no-such-host.invalid:6379`, 'nxdomain', 'dns');
  });

  it('a listener that resets: tried again, then said', async () => {
    const server = await started(startReset());
    const [connection] = await looks(at(server.port), ['redis.connection']);
    expect(connection).toMatchObject({ state: 'known', value: { outcome: 'reset' } });
    expect(server.connections).toBeGreaterThanOrEqual(3);
  });

  it('garbage: another protocol', async () => {
    const server = await started(startGarbage(Buffer.from([0, 1, 2, 255, 254, 13, 10])));
    await expectOutcome(at(server.port), 'wrong-protocol');
  });

  it('a greeting of SSH: another protocol, in its own words', async () => {
    const server = await started(startGarbage('SSH-2.0-OpenSSH_9.2p1\r\n', { close: false }));
    const [connection] = await looks(at(server.port), ['redis.connection']);
    expect(connection).toMatchObject({
      value: { outcome: 'wrong-protocol', detail: expect.stringContaining('SSH-2.0') as string },
    });
  });

  it('an HTTP server: another protocol, and the password is not sent to it', async () => {
    const heard: Buffer[] = [];
    const server = createServer((_request, response) => response.end('hello'));
    server.on('connection', (socket) => socket.on('data', (chunk: Buffer) => heard.push(chunk)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    stops.push(() => new Promise((resolve) => server.close(resolve)));
    const { port } = server.address() as AddressInfo;
    await expectOutcome(at(port), 'wrong-protocol');
    expect(Buffer.concat(heard).toString()).toContain('PING');
    expect(Buffer.concat(heard).toString()).not.toContain(password);
  });

  it('an answer that drips: no answer in time', async () => {
    const server = await started(startSlow({ bytes: '+PONG\r\n', everyMs: 400 }));
    const [connection] = await looks(at(server.port), ['redis.connection'], 1500);
    expect(connection).toMatchObject({ value: { outcome: 'timeout' } });
  });
});

describe('an address that is none', () => {
  it.each([
    [`${password}@127.0.0.1:6379`, /REDIS_URL has no scheme/],
    [`postgres://u:${password}@127.0.0.1/0`, /REDIS_URL has the scheme postgres,/],
    [`unix:///run/${password}.sock`, /Unix socket/],
    [`redis://:${password}@`, /no host/],
    [`redis://:${password}/x@127.0.0.1:6379`, /percent-encoded/],
  ])('%s', async (url, because) => {
    const facts = await looks(url, [...sessionFacts, 'redis.password-strength']);
    for (const fact of facts) {
      expect(fact).toMatchObject({
        state: 'unreachable',
        cause: 'malformed',
        because: expect.stringMatching(because) as string,
      });
    }
  });

  it('none at all is absent, with the setting that would bring it', async () => {
    const store = storeFor({});
    for (const name of [...sessionFacts, 'redis.password-strength'] as const) {
      expect(await store.get(name)).toMatchObject({ state: 'absent', add: 'redis.url' });
    }
    await store.close();
  });
});

describe('a Redis that turns everybody away', () => {
  it.each([
    [
      '-DENIED Redis is running in protected mode because protected mode is enabled and no password is set.\r\n',
      'denied',
    ],
    ['-ERR max number of clients reached\r\n', null],
  ])('%j is a refusal', async (greeting, outcome) => {
    const server = await started(startGarbage(greeting));
    const [connection, unauthenticated] = await looks(at(server.port), ['redis.connection', 'redis.unauthenticated']);
    expect(connection).toMatchObject({
      state: 'known',
      value: { outcome: 'refused', detail: expect.stringContaining(greeting.slice(1, 20)) as string },
    });
    if (outcome) {
      const answers = [{ outcome }, { outcome }, { outcome }, { outcome }];
      expect(unauthenticated).toMatchObject({ state: 'known', value: { answers } });
    }
  });

  it('one that is loading is asked again, and is no failure of the connection', async () => {
    const options = { password, answers: { PING: '-LOADING Redis is loading the dataset in memory\r\n' } };
    const server = await started(startRespStub(options));
    const [connection] = await looks(server.url(), ['redis.connection']);
    expect(connection).toMatchObject({
      state: 'unreachable',
      because: expect.stringContaining('LOADING') as string,
      tries: [{}, {}],
    });
  });
});

describe('a Redis that answers PING and then misbehaves', () => {
  const misbehaving: [string, RespStubOptions, string][] = [
    [
      'a bulk string without end',
      { answers: { INFO: '$900000000\r\n' }, endless: { after: 'INFO', bytes: 'x'.repeat(65_536) } },
      'too-large',
    ],
    [
      'lines without end',
      { answers: { INFO: '+' }, endless: { after: 'INFO', bytes: 'y'.repeat(65_536) } },
      'too-large',
    ],
    [
      'an array without end',
      { answers: { INFO: '*300000\r\n' }, endless: { after: 'INFO', bytes: ':1\r\n'.repeat(10_000) } },
      'too-large',
    ],
    ['an array of two thousand million', { answers: { INFO: '*2147483647\r\n' } }, 'too-large'],
    ['arrays in arrays', { answers: { INFO: '*1\r\n'.repeat(50_000) } }, 'too-large'],
    ['replies that nobody asked for', { answers: { INFO: '+OK\r\n+OK\r\n+OK\r\n+OK\r\n+OK\r\n+OK\r\n' } }, 'malformed'],
    ['a number in place of INFO', { answers: { INFO: ':42\r\n' } }, 'malformed'],
    ['a page of HTML', { answers: { INFO: '<html>' } }, 'wrong-protocol'],
    ['silence', { answers: { INFO: null } }, 'timeout'],
  ];

  it.each(misbehaving)('%s: INFO is out of reach, nothing is known of it', async (_name, options, cause) => {
    const server = await started(startRespStub({ password, ...options }));
    const [connection, info] = await looks(server.url(), ['redis.connection', 'redis.info'], 2000);
    expect(connection).toMatchObject({ state: 'known', value: { outcome: 'ok' } });
    expect(info).toMatchObject({ state: 'unreachable', cause });
  });

  it('what it echoes of the password is scrubbed', async () => {
    const options = { password, answers: { INFO: `-ERR unknown argument '${password}'\r\n` } };
    const server = await started(startRespStub(options));
    const [info] = await looks(server.url(), ['redis.info']);
    expect(info).toMatchObject({ state: 'unreachable', because: "ERR unknown argument '[secret]'" });
  });

  it('a session that was lost is opened anew for the next look', async () => {
    const server = await started(startRespStub({ password, answers: { 'CONFIG GET': '<html>' } }));
    const store = storeFor({ env: { REDIS_URL: server.url() } });
    expect(await store.get('redis.config')).toMatchObject({ state: 'unreachable', cause: 'wrong-protocol' });
    expect(await store.get('redis.info')).toMatchObject({ state: 'known', value: { ping: 'PONG' } });
    await store.close();
  });
});
