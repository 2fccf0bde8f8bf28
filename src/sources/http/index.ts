import type { httpFacts } from '../../facts/http.ts';
import { absent, type Gatherer, type Gatherers } from '../gathering.ts';

const later = {
  contacts: true,
  gather: async () => absent('this version cannot look at this yet', 'site.url', 'not-built'),
} satisfies Gatherer<never>;

export const httpGatherers: Gatherers<typeof httpFacts> = {
  'http.connection': later,
  'http.answers': later,
  'http.csp': later,
  'http.cookies': later,
  'http.hsts': later,
  'http.development': later,
  'http.health-first': { ...later, stage: 'first' },
  'http.health-last': { ...later, stage: 'last' },
};
