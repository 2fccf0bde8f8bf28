import type { redisFacts } from '../../facts/redis.ts';
import type { Gatherers } from '../gathering.ts';

export const redisGatherers: Gatherers<typeof redisFacts> = {};
