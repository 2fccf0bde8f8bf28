import type { z } from 'zod';
import { backupsFacts } from './backups.ts';
import { dnsFacts } from './dns.ts';
import { emailFacts } from './email.ts';
import { providerFacts } from './provider.ts';
import { secretsFacts } from './secrets.ts';
import { networkFacts } from './network.ts';
import { webFacts } from './web.ts';
import { productFacts } from './product.ts';
import { envFacts } from './env.ts';
import { gitFacts } from './git.ts';
import { httpFacts } from './http.ts';
import { logsFacts } from './logs.ts';
import { migrationsFacts } from './migrations.ts';
import { postgresFacts } from './postgres.ts';
import { redisFacts } from './redis.ts';
import { sentryFacts } from './sentry.ts';
import { tlsFacts } from './tls.ts';
import { workspaceFacts } from './workspace.ts';

/** From a fact's name (SOURCE.NAME) to its shape. */
export const factShapes = {
  ...envFacts,
  ...productFacts,
  ...webFacts,
  ...networkFacts,
  ...secretsFacts,
  ...providerFacts,
  ...emailFacts,
  ...postgresFacts,
  ...migrationsFacts,
  ...redisFacts,
  ...httpFacts,
  ...tlsFacts,
  ...dnsFacts,
  ...gitFacts,
  ...backupsFacts,
  ...workspaceFacts,
  ...logsFacts,
  ...sentryFacts,
} as const;

export type FactName = keyof typeof factShapes;
export type Facts = { [N in FactName]: z.infer<(typeof factShapes)[N]> };

export type { Absent, Cause, Json, Known, Try, Unreachable } from './known.ts';
export { causes } from './known.ts';
