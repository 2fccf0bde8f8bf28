import type { backupsFacts } from '../../facts/backups.ts';
import type { Gatherers } from '../gathering.ts';
import { contents } from './contents.ts';
import { database } from './database.ts';
import { listing } from './listing.ts';
import { liveTables } from './live-tables.ts';
import { place } from './place.ts';

export const backupsGatherers: Gatherers<typeof backupsFacts> = {
  'backups.listing': listing,
  'backups.contents': contents,
  'backups.database': database,
  'backups.live-tables': liveTables,
  'backups.place': place,
};
