import type { envFacts } from '../../facts/env.ts';
import type { Gatherers } from '../gathering.ts';

export const envGatherers: Gatherers<typeof envFacts> = {};
