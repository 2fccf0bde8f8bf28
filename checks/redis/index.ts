import type { Section } from '../../src/core/check.ts';
import { eviction } from './eviction.ts';
import { memoryLimit } from './memory-limit.ts';
import { password } from './password.ts';
import { persistence } from './persistence.ts';
import { provisioned } from './provisioned.ts';

export const redis: Section = {
  id: 'redis',
  title: 'Redis',
  heading: 'Pre-Deployment / Redis',
  phase: 'pre-deploy',
  checks: [provisioned, password, persistence, memoryLimit, eviction],
};
