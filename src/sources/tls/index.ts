import type { tlsFacts } from '../../facts/tls.ts';
import type { Gatherers } from '../gathering.ts';
import { plainHttp } from './plain.ts';
import { site } from './site.ts';

export const tlsGatherers: Gatherers<typeof tlsFacts> = { 'tls.site': site, 'tls.plain-http': plainHttp };
