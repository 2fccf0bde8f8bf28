import { z } from 'zod';
import { defineCheck } from '../../src/core/define.ts';
import { addressReasons, judgeAddress } from './store-address.ts';

export const redisUrl = defineCheck({
  id: 'env.redis-url',
  item: '`REDIS_URL` points to production Redis',
  rule: {
    pass: "as env.database-url, for Redis (host, db index, run_id differs from other targets')",
    fail: 'as env.database-url; the same server with another db index is a warning',
  },
  why: 'A Redis that production shares with another target mixes their sessions, caches and queues: a job of staging is then run by production’s workers.',
  remedy: 'REDIS_URL=rediss://USER:PASSWORD@HOST:6379/0 of production, on a server of its own for each environment.',
  docs: ['https://www.iana.org/assignments/uri-schemes/prov/redis', 'https://redis.io/docs/latest/commands/select/'],
  settings: z.strictObject({ host: z.string().min(1).optional(), database: z.int().min(0).optional() }),
  loosening: ['host', 'database'],
  reasons: {
    ...addressReasons,
    'same-server': 'another target’s env names the same server with another database index',
  },
  ways: (make) => [
    make.probe({
      how: 'host and database index of REDIS_URL, and those of the other targets’ envs',
      settings: ['env.files'],
      needs: ['env.redis-url'],
      judge({ 'env.redis-url': address }, { expect: { host, database } }) {
        const shared = address.others.filter(({ sameServer, sameDatabase }) => sameServer && !sameDatabase);
        const warnings = shared.map(({ target }) => ({
          reason: 'same-server' as const,
          text: `REDIS_URL of ${target} names the same server: FLUSHALL, memory and eviction are shared`,
        }));
        const expect = { host, database: database === undefined ? undefined : String(database) };
        return judgeAddress(address, expect, { example: 'rediss://USER:PASSWORD@HOST:6379/0', warnings });
      },
    }),
    make.attest('Does REDIS_URL of production name the production Redis?', 90),
  ],
});
