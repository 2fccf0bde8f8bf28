import type { providerFacts } from '../../facts/provider.ts';
import type { Gatherers } from '../gathering.ts';

export const providerGatherers: Gatherers<typeof providerFacts> = {};
