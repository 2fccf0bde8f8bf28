import type { Section } from '../../src/core/check.ts';
import { cdn } from './cdn.ts';
import { gzip } from './gzip.ts';
import { images } from './images.ts';
import { indexes } from './indexes.ts';
import { pooling } from './pooling.ts';
import { queries } from './queries.ts';
import { redisCache } from './redis-cache.ts';

export const optimization: Section = {
  id: 'optimization',
  title: 'Optimization',
  heading: 'Performance / Optimization',
  phase: 'pre-deploy',
  checks: [queries, indexes, pooling, redisCache, cdn, images, gzip],
};
