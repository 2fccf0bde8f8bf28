import type { sentryFacts } from '../../facts/sentry.ts';
import type { Gatherers } from '../gathering.ts';

export const sentryGatherers: Gatherers<typeof sentryFacts> = {};
