import type { secretsFacts } from '../../facts/secrets.ts';
import type { Gatherers } from '../gathering.ts';
import { gatherAssets } from './assets.ts';
import { gatherExposed } from './exposed.ts';
import { gatherHistory, HISTORY_LIMIT_MS } from './history.ts';
import { gatherShared } from './shared.ts';

export const secretsGatherers: Gatherers<typeof secretsFacts> = {
  'secrets.history': { contacts: false, limitMs: () => HISTORY_LIMIT_MS, gather: gatherHistory },
  'secrets.assets': { contacts: true, gather: gatherAssets },
  'secrets.exposed': { stage: 'active', contacts: true, gather: gatherExposed },
  'secrets.shared': { contacts: false, gather: gatherShared },
};
