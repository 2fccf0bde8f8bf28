import type { Section } from '../../src/core/check.ts';
import { authSecret } from './auth-secret.ts';
import { cors } from './cors.ts';
import { databaseUrl } from './database-url.ts';
import { emailKeys } from './email-keys.ts';
import { emailProvider } from './email-provider.ts';
import { nodeEnv } from './node-env.ts';
import { redisUrl } from './redis-url.ts';
import { variables } from './variables.ts';
import { vault } from './vault.ts';

export const env: Section = {
  id: 'env',
  title: 'Environment Configuration',
  heading: 'Pre-Deployment / Environment Configuration',
  phase: 'pre-deploy',
  checks: [variables, authSecret, databaseUrl, redisUrl, emailProvider, emailKeys, nodeEnv, cors, vault],
};
