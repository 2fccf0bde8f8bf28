import { unbuiltCheck } from '../../src/core/define.ts';

export const redisCache = unbuiltCheck({
  id: 'optimization.redis-cache',
  item: 'Redis caching enabled',
  by: ['probe'],
  pass: "keys under the cache's prefixes exist and the hit ratio is shown (warning below 50%)",
  fail: 'no cache key, no hit ever; before go-live `manual: decidable from the first day of traffic`',
});
