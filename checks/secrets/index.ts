import type { Section } from '../../src/core/check.ts';
import { distinct } from './distinct.ts';
import { git } from './git.ts';
import { inEnv } from './in-env.ts';
import { rotation } from './rotation.ts';

export const secrets: Section = {
  id: 'secrets',
  title: 'Secrets',
  heading: 'Security / Secrets',
  phase: 'pre-deploy',
  checks: [inEnv, git, distinct, rotation],
};
