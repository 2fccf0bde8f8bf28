import type { gitFacts } from '../../facts/git.ts';
import type { Gatherers } from '../gathering.ts';

export const gitGatherers: Gatherers<typeof gitFacts> = {};
