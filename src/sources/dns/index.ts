import type { dnsFacts } from '../../facts/dns.ts';
import type { Gatherers } from '../gathering.ts';
import { caa } from './caa.ts';

export const dnsGatherers: Gatherers<typeof dnsFacts> = { 'dns.caa': caa };
