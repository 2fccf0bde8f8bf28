import type { webFacts } from '../../facts/web.ts';
import type { Gatherers } from '../gathering.ts';

export const webGatherers: Gatherers<typeof webFacts> = {};
