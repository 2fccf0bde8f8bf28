import type { Section } from '../../src/core/check.ts';
import { backups } from './backups.ts';
import { indexes } from './indexes.ts';
import { migrations } from './migrations.ts';
import { pool } from './pool.ts';
import { provisioned } from './provisioned.ts';
import { seed } from './seed.ts';
import { ssl } from './ssl.ts';

export const database: Section = {
  id: 'database',
  title: 'Database',
  heading: 'Pre-Deployment / Database',
  phase: 'pre-deploy',
  checks: [provisioned, backups, ssl, migrations, seed, indexes, pool],
};
