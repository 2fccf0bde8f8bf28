import { unbuiltCheck } from '../../src/core/define.ts';

export const redisPrivate = unbuiltCheck({
  id: 'network.redis-private',
  item: 'Redis not publicly accessible',
  by: ['probe'],
  pass: 'as network.database-private',
  fail: 'as network.database-private',
});
