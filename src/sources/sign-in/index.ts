import type { signInFacts } from '../../facts/sign-in.ts';
import type { Gatherers } from '../gathering.ts';

export const signInGatherers: Gatherers<typeof signInFacts> = {};
