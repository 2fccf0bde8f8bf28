import type { secretsFacts } from '../../facts/secrets.ts';
import type { Gatherers } from '../gathering.ts';

export const secretsGatherers: Gatherers<typeof secretsFacts> = {};
