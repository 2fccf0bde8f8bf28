import type { Section } from '../../src/core/check.ts';
import { databasePrivate } from './database-private.ts';
import { ddos } from './ddos.ts';
import { firewall } from './firewall.ts';
import { redisPrivate } from './redis-private.ts';
import { waf } from './waf.ts';

export const network: Section = {
  id: 'network',
  title: 'Network',
  heading: 'Security / Network',
  phase: 'pre-deploy',
  checks: [firewall, databasePrivate, redisPrivate, waf, ddos],
};
