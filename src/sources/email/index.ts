import type { emailFacts } from '../../facts/email.ts';
import type { Gatherers } from '../gathering.ts';

export const emailGatherers: Gatherers<typeof emailFacts> = {};
