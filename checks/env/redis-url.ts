import { unbuiltCheck } from '../../src/core/define.ts';

export const redisUrl = unbuiltCheck({
  id: 'env.redis-url',
  item: '`REDIS_URL` points to production Redis',
  by: ['probe'],
  pass: "as env.database-url, for Redis (host, db index, run_id differs from other targets')",
  fail: 'as env.database-url; the same server with another db index is a warning',
});
