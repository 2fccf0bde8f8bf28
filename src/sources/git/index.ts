import type { gitFacts } from '../../facts/git.ts';
import type { Gatherers } from '../gathering.ts';
import { gatherRepository } from './repository.ts';
import { gatherTrackedSecrets } from './tracked-secrets.ts';

export const gitGatherers: Gatherers<typeof gitFacts> = {
  'git.repository': { contacts: false, gather: gatherRepository },
  'git.tracked-secrets': { contacts: false, gather: gatherTrackedSecrets },
};
