import { z } from 'zod';
import { defineCheck } from '../../src/core/define.ts';
import { failOrPass, type Judgement } from '../../src/core/verdict.ts';
import type { Facts } from '../../src/facts/index.ts';

type Reason = 'cached' | 'no-keys' | 'no-hits' | 'low-ratio' | 'before-go-live' | 'not-seen';

export const redisCache = defineCheck({
  id: 'optimization.redis-cache',
  item: 'Redis caching enabled',
  rule: {
    pass: "keys under the cache's prefixes exist and the hit ratio is shown (warning below 50%)",
    fail: 'no cache key, no hit ever; before go-live `manual: decidable from the first day of traffic`',
  },
  why: 'A cache that nobody fills, or that nobody finds anything in, costs a round trip for each request and saves none: the database bears all the load that it was sized without.',
  remedy:
    'Read through one helper that sets each key with a prefix and a TTL (SET key value EX 300), and look why keys are gone before they are read: TTL, eviction, prefix.',
  docs: ['https://redis.io/docs/latest/commands/scan/', 'https://redis.io/docs/latest/commands/info/'],
  settings: z.strictObject({
    /** Percent of reads that found their key. */
    ratio: z.number().min(0).max(100).default(50),
  }),
  reasons: {
    cached: "keys under the cache's prefixes exist, and reads have found some",
    'no-keys': "no key is under any of the cache's prefixes",
    'no-hits': 'no read has ever found a key',
    'low-ratio': 'fewer reads than expected found their key',
    'before-go-live': 'there was no traffic yet',
    'not-seen': 'a limit or the server kept what tells from being seen',
  },
  ways: (make) => [
    make.probe({
      how: "looks for keys under the cache's prefixes, and at the hits and misses of INFO",
      settings: ['redis.url', 'redis.cachePrefixes'],
      needs: ['redis.cache'],
      judge: (facts, { expect, goLive, now }): Judgement<Reason> => {
        const { prefixes, complete, hits, misses } = facts['redis.cache'];
        const names = prefixes.map(({ prefix }) => `${prefix}*`).join(', ');
        const keys = prefixes.reduce((sum, one) => sum + one.keys, 0);
        const ratio = ratioOf(facts['redis.cache']);
        const early = goLive !== null && now < goLive;
        if (early && (keys === 0 || !hits)) {
          const because = `no traffic yet: decidable from the first day of traffic, ${goLive.toISOString().slice(0, 10)}`;
          return { status: 'unclear', reason: 'before-go-live', because };
        }
        const hitless = hits === 0;
        if ((keys === 0 && !complete && !hitless) || (keys > 0 && (hits === null || misses === null))) {
          const because =
            keys === 0 ? `not every key was passed, and none was under ${names}` : 'INFO does not tell hits and misses';
          return { status: 'unclear', reason: 'not-seen', because };
        }
        const fix = `cache reads under ${names}, or correct redis.cachePrefixes in svcheck.yaml`;
        const faults = [
          ...(keys === 0 && complete ? [{ reason: 'no-keys' as const, because: `no key under ${names}`, fix }] : []),
          ...(hitless
            ? [{ reason: 'no-hits' as const, because: `no read has found a key (${misses ?? '?'} misses)`, fix }]
            : []),
        ];
        const says = `${complete ? keys : `at least ${keys}`} keys under ${names}; ${ratio?.toFixed(0)}% of ${(hits ?? 0) + (misses ?? 0)} reads found theirs`;
        const low = ratio !== null && ratio < expect.ratio && faults.length === 0;
        const warnings = low
          ? [{ reason: 'low-ratio' as const, text: `${ratio.toFixed(0)}% of reads found their key` }]
          : [];
        return failOrPass<Reason>(faults, { reason: 'cached', because: says }, { warnings });
      },
    }),
    make.attest('Is this done: Redis caching enabled?', 90),
  ],
});

function ratioOf({ hits, misses }: Facts['redis.cache']): number | null {
  return hits === null || misses === null || hits + misses === 0 ? null : (100 * hits) / (hits + misses);
}
