import type { backupsFacts } from '../../facts/backups.ts';
import type { Gatherers } from '../gathering.ts';

export const backupsGatherers: Gatherers<typeof backupsFacts> = {};
