import { afterEach, describe, expect, it } from 'vitest';
import type { RedisProduct } from '../../fixtures/servers/redis-info.ts';
import { type RespStub, type RespStubOptions, startRespStub } from '../../fixtures/servers/resp-stub.ts';
import type { FactName, Facts } from '../../src/facts/index.ts';
import { storeFor } from '../support/gathering.ts';

// None of these products was run: a stub replays what their documentation says that INFO, CONFIG and ACL answer.
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function stub(options: RespStubOptions): Promise<RespStub> {
  const server = await startRespStub(options);
  stops.push(server.stop);
  return server;
}

async function look<N extends FactName>(name: N, { url }: RespStub, redis: object = {}): Promise<Facts[N]> {
  const store = storeFor({ env: { REDIS_URL: url() }, settings: { redis } });
  const fact = await store.get(name);
  await store.close();
  if (fact.state !== 'known') throw new Error(`${name} is ${fact.state}: ${fact.because}`);
  return fact.value;
}

describe('products told apart by INFO (replayed, not run)', () => {
  it.each<[RedisProduct, object]>([
    ['Redis 6.0', { product: 'Redis', engine: null, version: '6.0.20', clients: { limit: null } }],
    ['Redis 6.2', { product: 'Redis', engine: null, version: '6.2.21', clients: { limit: 10_000 } }],
    ['Redis 8.2', { product: 'Redis', engine: null, version: '8.2.5' }],
    ['Valkey 8.1', { product: 'Valkey', engine: 'Valkey', version: '8.1.4', compatible: '7.2.4' }],
    [
      'ElastiCache 7.1',
      {
        product: 'ElastiCache',
        engine: 'Redis',
        version: '7.1.0',
        memory: { system: null },
        replication: { replicas: 1, replicasOffline: 0 },
      },
    ],
    [
      'Upstash',
      {
        product: 'Upstash',
        engine: null,
        version: '1.13.3',
        compatible: '6.2.6',
        replication: null,
        persistence: null,
        runId: null,
      },
    ],
    [
      'Dragonfly',
      {
        product: 'Dragonfly',
        version: '1.34.1',
        compatible: '7.4.0',
        runId: null,
        memory: { policy: 'eviction' },
        persistence: { aof: null },
      },
    ],
    ['KeyDB', { product: 'KeyDB', version: '6.3.4', compatible: '6.3.4' }],
  ])('%s', async (product, expected) => {
    expect(await look('redis.info', await stub({ product }))).toMatchObject({ ping: 'PONG', ...expected });
  });

  it('Valkey on ElastiCache has its own version', async () => {
    const server = await stub({ product: 'Valkey 8.1', info: { os: 'Amazon ElastiCache' } });
    expect(await look('redis.info', server)).toMatchObject({
      product: 'ElastiCache',
      engine: 'Valkey',
      version: '8.1.4',
    });
  });

  it('a replica that is not online is counted', async () => {
    const info = { slave0: 'ip=10.0.2.7,port=6379,state=wait_bgsave,offset=0,lag=0' };
    const server = await stub({ product: 'ElastiCache 7.1', info });
    expect(await look('redis.info', server)).toMatchObject({ replication: { replicas: 1, replicasOffline: 1 } });
  });

  it('a section that is not there is null, and so is a number that is none', async () => {
    const server = await stub({ info: { rejected_connections: null, evicted_keys: null, used_memory: 'much' } });
    expect(await look('redis.info', server)).toMatchObject({ stats: null, memory: { used: null } });
  });
});

describe('what managed products permit (replayed, not run)', () => {
  it.each<[RedisProduct, RegExp]>([
    ['ElastiCache 7.1', /^ERR unknown command 'CONFIG'/],
    ['Upstash', /^ERR Command is not available/],
  ])('%s: CONFIG is refused, and nothing is taken from it', async (product, refusal) => {
    expect(await look('redis.config', await stub({ product }))).toEqual({
      refused: expect.stringMatching(refusal) as string,
      maxmemory: null,
      maxmemoryPolicy: null,
      appendonly: null,
      appendfsync: null,
      protectedMode: null,
      maxclients: null,
    });
  });

  it('ElastiCache: other users cannot be seen, the own rights can', async () => {
    expect(await look('redis.acl', await stub({ product: 'ElastiCache 7.1' }))).toEqual({
      refused: expect.stringMatching(/^NOPERM/) as string,
      whoami: 'default',
      openUsers: null,
      application: { user: 'default', flushall: true, config: true, debug: true, keys: true },
    });
  });

  it.each<[string, string, object]>([
    ['+@all', 'may run everything', { flushall: true, config: true, debug: true, keys: true }],
    ['+@all -@dangerous', 'may run nothing of it', { flushall: false, config: false, debug: false, keys: false }],
    [
      '+@all -@dangerous +config|get',
      'may read settings',
      { flushall: false, config: true, debug: false, keys: false },
    ],
    ['-@all +@read +@write', 'may list and empty', { flushall: true, config: false, debug: false, keys: true }],
    ['allcommands -keys -debug', 'may not list', { flushall: true, config: true, debug: false, keys: false }],
    ['+@all nocommands', 'may run nothing', { flushall: false, config: false, debug: false, keys: false }],
  ])('Redis 6.2 has no ACL DRYRUN: a user with %s %s', async (rules, _what, expected) => {
    const line = `user default on #5f7365c0 ~* &* ${rules}`;
    const answers = { 'ACL LIST': `*1\r\n$${line.length}\r\n${line}\r\n` };
    const acl = await look('redis.acl', await stub({ product: 'Redis 6.2', answers }));
    expect(acl.application).toEqual({ user: 'default', ...expected });
  });

  it('no digest of a password gets into a fact', async () => {
    const acl = await look('redis.acl', await stub({ product: 'Redis 6.2' }));
    expect(JSON.stringify(acl)).not.toContain('5f7365c0');
  });
});

describe('queues on a server that refuses a part (replayed, not run)', () => {
  const keys = { 'bull:emails:meta': 'hash', 'bull:emails:id': 'string', 'bull:x:meta': 'string' };

  it('are found by hash keys only', async () => {
    expect(await look('redis.queues', await stub({ keys }))).toMatchObject({ found: ['emails'], complete: true });
  });

  it('that were asked for by name are known where SCAN is refused', async () => {
    const server = await stub({ keys, answers: { SCAN: '-NOPERM no\r\n' } });
    const queues = await look('redis.queues', server, { queues: ['emails', 'reports'] });
    expect(queues).toMatchObject({ found: ['emails'], missing: ['reports'], complete: false });
  });

  it('a SCAN that never comes to an end is ended', async () => {
    const server = await stub({ answers: { SCAN: '*2\r\n$1\r\n7\r\n*0\r\n' } });
    expect(await look('redis.queues', server)).toMatchObject({ found: [], complete: false, scanned: 1_000_000 });
  });
});
