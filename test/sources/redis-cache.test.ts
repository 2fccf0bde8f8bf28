import { afterEach, describe, expect, it } from 'vitest';
import { type RedisServer, startRedis } from '../../fixtures/servers/redis.ts';
import { storeFor } from '../support/gathering.ts';

const strong = '9f86d081884c7d659a2feaa0c55ad015';
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function redis(options: Parameters<typeof startRedis>[0] = {}): Promise<RedisServer> {
  const server = await startRedis({ password: strong, ...options });
  stops.push(server.stop);
  return server;
}

async function look(url: string, cachePrefixes: readonly string[]) {
  const store = storeFor({ env: { REDIS_URL: url }, settings: { redis: { cachePrefixes } } });
  try {
    // The search for queues chooses databases at the same time.
    const [fact] = await Promise.all([store.get('redis.cache'), store.get('redis.queues')]);
    return fact;
  } finally {
    await store.close();
  }
}

describe('the cache', () => {
  it('is looked for by its prefixes in the database of the address, hits beside it', async () => {
    const server = await redis();
    for (const key of ['user:1', 'user:2', 'session:user:3']) await server.command('SET', key, '1');
    await server.command('EVAL', "for i = 1, 5000 do redis.call('SET', 'other:' .. i, '1') end", '0');
    await server.command('GET', 'user:1');
    await server.command('GET', 'user:9');
    await server.command('GET', 'user:8');
    expect(await look(server.url(), ['user:', 'page[*]:'])).toMatchObject({
      state: 'known',
      value: {
        prefixes: [
          { prefix: 'user:', keys: 2 },
          { prefix: 'page[*]:', keys: 0 },
        ],
        complete: true,
        hits: 1,
        misses: 2,
      },
    });
    const url = new URL(server.url());
    url.pathname = '/3';
    expect(await look(url.href, ['user:'])).toMatchObject({ value: { prefixes: [{ keys: 0 }], complete: true } });
  });

  it('that may not be scanned is told with the right that helps; without prefixes it is absent', async () => {
    const server = await redis({ users: [`app on >${strong} ~* +@read -scan +info +ping`] });
    const url = new URL(server.url());
    url.username = 'app';
    expect(await look(url.href, ['user:'])).toMatchObject({
      state: 'unreachable',
      cause: 'not-permitted',
      fix: 'ACL SETUSER app +scan +select +info',
    });
    expect(await look(server.url(), [])).toMatchObject({ state: 'absent', add: 'redis.cachePrefixes' });
  });
});
