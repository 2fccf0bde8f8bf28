import type { httpFacts } from '../../facts/http.ts';
import type { Gatherers } from '../gathering.ts';

export const httpGatherers: Gatherers<typeof httpFacts> = {};
