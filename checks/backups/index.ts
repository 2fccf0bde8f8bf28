import type { Section } from '../../src/core/check.ts';
import { daily } from './daily.ts';
import { encrypted } from './encrypted.ts';
import { offSite } from './off-site.ts';
import { restoreTested } from './restore-tested.ts';
import { retention } from './retention.ts';

export const backups: Section = {
  id: 'backups',
  title: 'Backups',
  heading: 'Backup & Recovery / Backups',
  phase: 'pre-deploy',
  note: 'sources are a folder of dumps, an S3-compatible bucket, pgBackRest, restic, and RDS snapshots',
  checks: [daily, retention, encrypted, offSite, restoreTested],
};
