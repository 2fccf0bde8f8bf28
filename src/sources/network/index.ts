import type { networkFacts } from '../../facts/network.ts';
import type { Gatherers } from '../gathering.ts';
import { gatherEdge } from './edge.ts';
import { gatherPorts } from './ports.ts';
import { gatherStore } from './store.ts';
import { gatherWaf } from './waf.ts';

/** Four addresses with a hundred ports each, all of them silent. */
const PORTS_LIMIT_MS = 70_000;

export const networkGatherers: Gatherers<typeof networkFacts> = {
  'network.database': { contacts: true, gather: (gathering) => gatherStore(gathering, 'env.database-url') },
  'network.redis': { contacts: true, gather: (gathering) => gatherStore(gathering, 'env.redis-url') },
  'network.edge': { contacts: true, gather: gatherEdge },
  'network.ports': { stage: 'active', contacts: true, limitMs: () => PORTS_LIMIT_MS, gather: gatherPorts },
  'network.waf': { stage: 'active', contacts: true, gather: gatherWaf },
};
