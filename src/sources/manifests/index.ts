import type { manifestsFacts } from '../../facts/manifests.ts';
import type { Gatherers } from '../gathering.ts';

export const manifestsGatherers: Gatherers<typeof manifestsFacts> = {};
