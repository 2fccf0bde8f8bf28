import { Queue } from 'bullmq';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Authority, createAuthority } from '../../fixtures/servers/certificates.ts';
import { type Folder, temporaryFolder } from '../../fixtures/servers/folder.ts';
import { type RedisOptions, type RedisServer, startRedis } from '../../fixtures/servers/redis.ts';
import type { FactName, Facts } from '../../src/facts/index.ts';
import { type LookOptions, storeFor } from '../support/gathering.ts';

const strong = '9f86d081884c7d659a2feaa0c55ad015';
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function redis(options: RedisOptions = {}): Promise<RedisServer> {
  const server = await startRedis({ password: strong, ...options });
  stops.push(server.stop);
  return server;
}

/** What a fact came to, through the store as in an audit. */
async function look<N extends FactName>(name: N, options: LookOptions): Promise<Facts[N]> {
  const store = storeFor(options);
  const fact = await store.get(name);
  await store.close();
  if (fact.state !== 'known') throw new Error(`${name} is ${fact.state}: ${fact.because}`);
  return fact.value;
}

const through = (url: string, redisSettings: object = {}, more: LookOptions = {}): LookOptions => ({
  ...more,
  env: { REDIS_URL: url, ...more.env },
  settings: { redis: redisSettings },
});

describe('a plain Redis with a password', () => {
  it('is connected to with the credentials of REDIS_URL', async () => {
    const server = await redis();
    const value = await look('redis.connection', through(server.url()));
    expect(value).toMatchObject({ outcome: 'ok', host: '127.0.0.1', port: server.port, detail: '' });
    expect(value.roundTripMs).toBeGreaterThan(0);
  });

  it('is connected to with redis.url before REDIS_URL', async () => {
    const server = await redis();
    const options = { settings: { redis: { url: server.url() } }, env: { REDIS_URL: 'redis://127.0.0.1:1' } };
    expect(await look('redis.connection', options)).toMatchObject({ outcome: 'ok' });
  });

  it('says in INFO what is judged', async () => {
    const settings = { maxmemory: '64mb', 'maxmemory-policy': 'allkeys-lru', appendonly: 'yes' };
    const server = await redis({ settings });
    const info = await look('redis.info', through(server.url()));
    expect(info).toMatchObject({
      ping: 'PONG',
      product: 'Redis',
      engine: null,
      version: expect.stringMatching(/^7\.0\./) as string,
      mode: 'standalone',
      runId: expect.stringMatching(/^[0-9a-f]{40}$/) as string,
      replication: { role: 'master', primaryLink: null, replicas: 0, replicasOffline: 0 },
      clients: { limit: expect.any(Number) as number },
      memory: { limit: 64 * 1024 * 1024, policy: 'allkeys-lru' },
      stats: { rejectedConnections: 0, evictedKeys: 0 },
      persistence: { aof: true, aofLastWrite: 'ok', aofLastRewrite: 'ok', rdbLastSave: 'ok' },
    });
    expect(info.memory?.system).toBeGreaterThan(info.memory?.limit ?? 0);
  });

  it('says by CONFIG what INFO does not', async () => {
    const server = await redis({ settings: { appendfsync: 'no', 'protected-mode': 'no', appendonly: 'no' } });
    expect(await look('redis.config', through(server.url()))).toEqual({
      refused: null,
      maxmemory: 0,
      maxmemoryPolicy: 'noeviction',
      appendonly: false,
      appendfsync: 'no',
      protectedMode: false,
      maxclients: expect.any(Number) as number,
    });
  });

  it('refuses every command without credentials', async () => {
    const server = await redis();
    const { tls, answers } = await look('redis.unauthenticated', through(server.url()));
    expect(tls).toBeNull();
    expect(answers.map(({ command, outcome }) => `${command} ${outcome}`)).toEqual([
      'PING noauth',
      'INFO noauth',
      'GET noauth',
      'DBSIZE noauth',
    ]);
  });

  it('is asked for nothing but what reads', async () => {
    const server = await redis({ settings: { 'latency-tracking': 'yes' } });
    const store = storeFor(through(server.url()));
    const names = ['redis.info', 'redis.config', 'redis.acl', 'redis.queues', 'redis.unauthenticated'] as const;
    for (const name of names) expect((await store.get(name)).state).toBe('known');
    await store.close();
    const stats = String(await server.command('INFO', 'commandstats'));
    const ran = [...stats.matchAll(/^cmdstat_([a-z|]+):/gm)].map(([, name]) => name);
    const reading = ['ping', 'auth', 'info', 'config|get', 'acl|whoami', 'acl|list', 'acl|dryrun', 'select', 'scan'];
    // GET and DBSIZE were refused: they count as rejected calls.
    expect(ran.filter((name) => ![...reading, 'get', 'dbsize'].includes(name ?? ''))).toEqual([]);
  });
});

describe('a Redis without a password', () => {
  it('answers whoever asks', async () => {
    const server = await redis({ password: null });
    const { answers } = await look('redis.unauthenticated', through(server.url()));
    expect(answers.map(({ outcome }) => outcome)).toEqual(['answered', 'answered', 'answered', 'answered']);
  });

  it('is connected to all the same when the address has a password', async () => {
    const server = await redis({ password: null });
    const options = through(`redis://:${strong}@127.0.0.1:${server.port}`);
    expect(await look('redis.connection', options)).toMatchObject({ outcome: 'ok' });
  });
});

describe('credentials', () => {
  it.each([
    ['a wrong password', (port: number) => `redis://:wrong-password@127.0.0.1:${port}`, /WRONGPASS/],
    ['no password', (port: number) => `redis://127.0.0.1:${port}`, /NOAUTH/],
    ['a user that is not there', (port: number) => `redis://nobody:${strong}@127.0.0.1:${port}`, /WRONGPASS/],
  ])('%s: refused, in the words of the server', async (_name, url, detail) => {
    const server = await redis();
    const options = through(url(server.port));
    expect(await look('redis.connection', options)).toMatchObject({
      outcome: 'auth',
      detail: expect.stringMatching(detail) as string,
    });
    const store = storeFor(options);
    expect(await store.get('redis.info')).toMatchObject({ state: 'unreachable', cause: 'auth' });
    await store.close();
  });
});

describe('users of the ACL', () => {
  const users = [
    'app on >app-password-1 ~* &* +@all -@dangerous +info',
    'reporting on nopass ~* +@read',
    'asleep off nopass ~* +@all',
    'nobody on nopass -@all',
    `default on >${strong} ~* &* +@all`,
  ];

  it('that are on with nopass are named, save the default one', async () => {
    const server = await redis({ password: null, users });
    const url = `redis://:${strong}@127.0.0.1:${server.port}`;
    const acl = await look('redis.acl', through(url));
    expect(acl).toMatchObject({
      refused: null,
      whoami: 'default',
      openUsers: expect.arrayContaining(['reporting', 'nobody']) as string[],
    });
    expect(acl.openUsers).toHaveLength(2);
    expect(acl.application).toEqual({ user: 'default', flushall: true, config: true, debug: true, keys: true });
  });

  it("the application's user is REDIS_URL's, whoever looks", async () => {
    const server = await redis({ password: null, users });
    const acl = await look('redis.acl', {
      settings: { redis: { url: `redis://:${strong}@127.0.0.1:${server.port}` } },
      env: { REDIS_URL: `redis://app:app-password-1@127.0.0.1:${server.port}` },
    });
    expect(acl.application).toEqual({ user: 'app', flushall: false, config: false, debug: false, keys: false });
  });

  it('a user without rights is told what it may not see', async () => {
    const server = await redis({ password: null, users });
    const options = through(`redis://app:app-password-1@127.0.0.1:${server.port}`);
    const acl = await look('redis.acl', options);
    expect(acl).toMatchObject({ refused: expect.stringMatching(/^NOPERM/) as string, openUsers: null });
    expect(acl.application).toEqual({ user: 'app', flushall: null, config: null, debug: null, keys: null });
    expect(await look('redis.config', options)).toMatchObject({
      refused: expect.stringMatching(/^NOPERM/) as string,
      maxmemory: null,
      protectedMode: null,
    });
  });

  it('a user that may not run INFO is asked to be granted it', async () => {
    const server = await redis({ password: null, users: [...users, 'blind on >blind-password ~* +@read'] });
    const store = storeFor(through(`redis://blind:blind-password@127.0.0.1:${server.port}`));
    expect(await store.get('redis.connection')).toMatchObject({ state: 'known', value: { outcome: 'ok' } });
    expect(await store.get('redis.info')).toMatchObject({
      state: 'unreachable',
      cause: 'not-permitted',
      because: expect.stringMatching(/^NOPERM/) as string,
      fix: expect.stringContaining('ACL SETUSER blind +info') as string,
    });
    // SCAN is a reading command, but which other databases there are, only INFO tells.
    expect(await store.get('redis.queues')).toMatchObject({ state: 'known', value: { found: [], complete: false } });
    await store.close();
  });

  it('a user that may not look for queues is asked to be granted it', async () => {
    const server = await redis({ password: null, users: [...users, 'narrow on >narrow-password ~app:* +info +ping'] });
    const store = storeFor(through(`redis://narrow:narrow-password@127.0.0.1:${server.port}`));
    expect(await store.get('redis.queues')).toMatchObject({
      state: 'unreachable',
      cause: 'not-permitted',
      fix: expect.stringContaining('+scan') as string,
    });
    await store.close();
  });
});

describe('BullMQ queues', () => {
  const queue = async (server: RedisServer, name: string, prefix: string, db = 0) => {
    const made = new Queue(name, {
      prefix,
      connection: { host: '127.0.0.1', port: server.port, password: strong, db },
    });
    await made.add('job', { n: 1 });
    await made.close();
  };
  const nothing = { prefix: 'bull', found: [], missing: [], scanned: 0, complete: true };

  it('are found by their keys, and none is invented', async () => {
    const server = await redis();
    expect(await look('redis.queues', through(server.url()))).toEqual(nothing);
    await server.command('SET', 'bull:not-a-queue:meta', 'a string');
    await server.command('HSET', 'bullion:gold:meta', 'a', '1');
    expect(await look('redis.queues', through(server.url()))).toMatchObject({ found: [], complete: true, scanned: 2 });
    await queue(server, 'emails', 'bull');
    expect(await look('redis.queues', through(server.url()))).toMatchObject({ found: ['emails'], complete: true });
  });

  it('are found under another prefix, one that holds signs of a pattern too', async () => {
    const server = await redis();
    await queue(server, 'emails', 'a*[b]');
    await server.command('HSET', 'axxb:other:meta', 'a', '1');
    const options = through(server.url(), { queuePrefix: 'a*[b]' });
    expect(await look('redis.queues', options)).toMatchObject({ prefix: 'a*[b]', found: ['emails'] });
  });

  it('are found in another database of the same server', async () => {
    const server = await redis();
    await queue(server, 'emails', 'bull', 3);
    expect(await look('redis.queues', through(server.url({ database: 1 })))).toMatchObject({ found: ['db3:emails'] });
  });

  it('that are configured are asked for by name', async () => {
    const server = await redis();
    await queue(server, 'emails', 'bull');
    const options = through(server.url(), { queues: ['emails', 'reports'] });
    expect(await look('redis.queues', options)).toMatchObject({ found: ['emails'], missing: ['reports'] });
  });
});

describe('a replica', () => {
  it('says so, and how it stands with its primary', async () => {
    const primary = await redis();
    const settings = { replicaof: `127.0.0.1 ${primary.port}`, masterauth: strong, 'repl-ping-replica-period': '1' };
    const replica = await redis({ settings });
    await expect
      .poll(async () => (await look('redis.info', through(replica.url()))).replication, {
        timeout: 15_000,
        interval: 100,
      })
      .toMatchObject({ role: 'slave', primaryLink: 'up' });
    await expect
      .poll(async () => (await look('redis.info', through(primary.url()))).replication, {
        timeout: 15_000,
        interval: 100,
      })
      .toMatchObject({ role: 'master', replicas: 1, replicasOffline: 0 });
    await primary.stop();
    await expect
      .poll(async () => (await look('redis.info', through(replica.url()))).replication, {
        timeout: 15_000,
        interval: 100,
      })
      .toMatchObject({ role: 'slave', primaryLink: 'down' });
  });
});

describe('TLS', () => {
  let ca: Authority;
  let folder: Folder;
  beforeAll(async () => {
    ca = await createAuthority();
    folder = temporaryFolder('redis-ca');
    folder.write({ 'ca.pem': ca.certPem });
  });
  afterAll(() => folder.remove());

  const good = () => ca.issue({ names: ['localhost', '127.0.0.1'] });
  const trusting = (url: string): LookOptions => through(url, { ca: 'ca.pem' }, { base: folder.path });

  it('that verifies: the session with credentials comes about, by name and by address', async () => {
    const server = await redis({ tls: good() });
    for (const host of ['127.0.0.1', 'localhost']) {
      const options = trusting(server.url().replace('127.0.0.1', host));
      expect(await look('redis.connection', options)).toMatchObject({ outcome: 'ok', host });
      expect(await look('redis.info', options)).toMatchObject({ product: 'Redis' });
    }
    const { tls, answers } = await look('redis.unauthenticated', trusting(server.url()));
    expect(tls).toMatchObject({
      verified: true,
      defects: [],
      protocol: expect.stringMatching(/^TLSv1\.[23]$/) as string,
    });
    expect(answers.every(({ outcome }) => outcome === 'noauth')).toBe(true);
  });

  it.each([
    ['an unknown CA', () => good(), false, 'unknown-root'],
    [
      'an expired certificate',
      () => ca.issue({ names: ['127.0.0.1'], notBefore: new Date('2024-01-01'), notAfter: new Date('2024-06-01') }),
      true,
      'expired',
    ],
    ['another name', () => ca.issue({ names: ['other.acme.test'] }), true, 'wrong-name'],
  ])(
    'with %s: no password is sent, and only the session without credentials is looked at',
    async (_name, issue, trusted, defect) => {
      const server = await redis({ tls: issue(), users: [`watched on >${strong} ~* +@all`] });
      const url = `rediss://watched:${strong}@127.0.0.1:${server.port}`;
      const options = trusted ? trusting(url) : through(url);
      const store = storeFor(options);
      expect(await store.get('redis.connection')).toMatchObject({ state: 'known', value: { outcome: 'tls' } });
      expect(await store.get('redis.info')).toMatchObject({ state: 'unreachable', cause: 'tls' });
      expect(await store.get('redis.acl')).toMatchObject({ state: 'unreachable', cause: 'tls' });
      expect(await store.get('redis.queues')).toMatchObject({ state: 'unreachable', cause: 'tls' });
      expect(await store.get('redis.unauthenticated')).toMatchObject({
        state: 'known',
        value: { tls: { verified: false, defects: [defect] }, answers: [{ outcome: 'noauth' }, {}, {}, {}] },
      });
      await store.close();
      const stats = String(await server.command('INFO', 'commandstats'));
      // Our own login, for this question, is the only one that there has been.
      expect(stats).toMatch(/cmdstat_auth:calls=1,/);
    },
  );

  it('on a port that has none is named', async () => {
    const server = await redis();
    const url = server.url().replace('redis://', 'rediss://');
    const value = await look('redis.connection', through(url, {}, { limits: { timeoutMs: 3000 } }));
    expect(value).toMatchObject({
      outcome: 'wrong-protocol',
      detail: expect.stringContaining('without TLS') as string,
    });
  });

  it('on a port that demands it is named', async () => {
    const server = await redis({ tls: good() });
    const value = await look('redis.connection', through(server.url().replace('rediss://', 'redis://')));
    expect(value).toMatchObject({ outcome: 'wrong-protocol', detail: expect.stringContaining('rediss://') as string });
  });

  it('with a certificate demanded of clients is an error of TLS', async () => {
    const server = await redis({ tls: { ...good(), caPem: ca.certPem } });
    expect(await look('redis.connection', trusting(server.url()))).toMatchObject({ outcome: 'tls' });
  });

  it('with a CA file that is not there says which', async () => {
    const server = await redis({ tls: good() });
    const store = storeFor(through(server.url(), { ca: 'no-such.pem' }, { base: folder.path }));
    expect(await store.get('redis.connection')).toMatchObject({
      state: 'unreachable',
      cause: 'malformed',
      because: expect.stringContaining('no-such.pem') as string,
    });
    await store.close();
  });
});

describe('passwords', () => {
  const rate = async (options: LookOptions) => (await look('redis.password-strength', options)).passwords;

  it.each([
    [`redis://:${strong}@h`, { kind: 'static', length: 32, bits: 128, weakness: '' }],
    ['redis://app:redis-app-2024@h', { user: 'app', kind: 'static', weakness: expect.stringMatching(/./) as string }],
    ['redis://h', { user: 'default', kind: 'none', length: 0, bits: null }],
    [
      `redis://iam:${encodeURIComponent('cache/?Action=connect&User=iam&X-Amz-Expires=900&X-Amz-Signature=ab12')}@h`,
      { kind: 'token', bits: null },
    ],
    ['redis://:eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl@h', { kind: 'token' }],
    ['redis://:ya29.a0AfH6SMBx@h', { kind: 'token' }],
  ])('%s', async (url, expected) => {
    expect(await rate({ env: { REDIS_URL: url } })).toEqual([
      expect.objectContaining({ of: 'REDIS_URL', ...expected }),
    ]);
  });

  it('of redis.url and REDIS_URL are both rated, and neither is in the fact', async () => {
    const options = {
      settings: { redis: { url: `redis://audit:${strong}@h` } },
      env: { REDIS_URL: 'redis://:hunter2hunter2@h' },
    };
    const passwords = await rate(options);
    expect(passwords.map(({ of, user }) => `${of} ${user}`)).toEqual(['redis.url audit', 'REDIS_URL default']);
    expect(passwords[1]?.bits).toBeLessThan(30);
    expect(JSON.stringify(passwords)).not.toMatch(/hunter2|9f86d081/);
  });
});

describe('what is declared', () => {
  it('is handed over where something is', async () => {
    expect(await look('redis.declared', through('redis://h', { podMemory: '512Mi', via: 'mesh' }))).toEqual({
      podMemory: 512 * 1024 * 1024,
      via: 'mesh',
    });
    const store = storeFor(through('redis://h'));
    expect(await store.get('redis.declared')).toMatchObject({ state: 'absent', add: 'redis.podMemory' });
    await store.close();
  });
});
