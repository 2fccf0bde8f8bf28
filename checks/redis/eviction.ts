import { unbuiltCheck } from '../../src/core/define.ts';

export const eviction = unbuiltCheck({
  id: 'redis.eviction',
  item: 'Eviction policy set (allkeys-lru)',
  by: ['probe'],
  pass: 'the policy is the expected one (allkeys-lru; read from INFO memory first, for CONFIG is refused on managed services); where BullMQ queues live in the same instance the pass carries a loud warning, for BullMQ needs noeviction, with the remedy (a Redis of its own for queues); svcheck.yaml can expect noeviction for a queue instance',
  fail: 'any other policy; evicted_keys above 0 in an instance that holds BullMQ keys (jobs may have been lost)',
});
