import { unbuiltCheck } from '../../src/core/define.ts';

export const memoryLimit = unbuiltCheck({
  id: 'redis.memory-limit',
  item: 'Memory limit configured',
  by: ['probe'],
  pass: "maxmemory above 0 and below the memory it may use (podMemory, else the manifests', else the host's); shows used against limit",
  fail: 'no limit; above the memory it may use; used above 90% under noeviction (an LRU cache lives full by design)',
});
