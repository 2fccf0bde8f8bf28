import type { dnsFacts } from '../../facts/dns.ts';
import type { Gatherers } from '../gathering.ts';

export const dnsGatherers: Gatherers<typeof dnsFacts> = {};
