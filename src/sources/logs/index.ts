import type { logsFacts } from '../../facts/logs.ts';
import type { Gatherers } from '../gathering.ts';

export const logsGatherers: Gatherers<typeof logsFacts> = {};
