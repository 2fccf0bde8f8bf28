import { unbuiltCheck } from '../../src/core/define.ts';

export const pooling = unbuiltCheck({
  id: 'optimization.pooling',
  item: 'Connection pooling configured',
  by: ['probe'],
  pass: 'live connections of the application are at most pool x instances, none idle in transaction for more than 60 s',
  fail: 'above pool x live instances, or long idle transactions; state hidden for want of rights is `error: grant pg_monitor`',
});
