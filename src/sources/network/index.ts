import type { networkFacts } from '../../facts/network.ts';
import type { Gatherers } from '../gathering.ts';
import { gatherStore } from './store.ts';

export const networkGatherers: Gatherers<typeof networkFacts> = {
  'network.database': { contacts: true, gather: (gathering) => gatherStore(gathering, 'env.database-url') },
  'network.redis': { contacts: true, gather: (gathering) => gatherStore(gathering, 'env.redis-url') },
};
