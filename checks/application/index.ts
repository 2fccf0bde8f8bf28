import type { Section } from '../../src/core/check.ts';
import { built } from './built.ts';
import { dependencies } from './dependencies.ts';
import { errorTracking } from './error-tracking.ts';
import { health } from './health.ts';
import { logging } from './logging.ts';

export const application: Section = {
  id: 'application',
  title: 'Application',
  heading: 'Pre-Deployment / Application',
  phase: 'pre-deploy',
  checks: [built, dependencies, health, logging, errorTracking],
};
