import type { tlsFacts } from '../../facts/tls.ts';
import type { Gatherers } from '../gathering.ts';

export const tlsGatherers: Gatherers<typeof tlsFacts> = {};
