import type { networkFacts } from '../../facts/network.ts';
import type { Gatherers } from '../gathering.ts';

export const networkGatherers: Gatherers<typeof networkFacts> = {};
