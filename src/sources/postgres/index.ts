import type { postgresFacts } from '../../facts/postgres.ts';
import type { Gatherers } from '../gathering.ts';

export const postgresGatherers: Gatherers<typeof postgresFacts> = {};
