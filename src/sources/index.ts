import type { FactName } from '../facts/index.ts';
import { backupsGatherers } from './backups/index.ts';
import { dnsGatherers } from './dns/index.ts';
import { emailGatherers } from './email/index.ts';
import { providerGatherers } from './provider/index.ts';
import { secretsGatherers } from './secrets/index.ts';
import { networkGatherers } from './network/index.ts';
import { webGatherers } from './web/index.ts';
import { productGatherers } from './product/index.ts';
import { envGatherers } from './env/index.ts';
import { mindingTheEnv } from './env/trouble.ts';
import type { Gatherer } from './gathering.ts';
import { gitGatherers } from './git/index.ts';
import { httpGatherers } from './http/index.ts';
import { logsGatherers } from './logs/index.ts';
import { migrationsGatherers } from './migrations/index.ts';
import { postgresGatherers } from './postgres/index.ts';
import { redisGatherers } from './redis/index.ts';
import { sentryGatherers } from './sentry/index.ts';
import { tlsGatherers } from './tls/index.ts';
import { workspaceGatherers } from './workspace/index.ts';

/** Who looks at each fact: a fact without a gatherer does not compile. */
export const gatherers: { [N in FactName]: Gatherer<N> } = mindingTheEnv({
  ...envGatherers,
  ...productGatherers,
  ...webGatherers,
  ...networkGatherers,
  ...secretsGatherers,
  ...providerGatherers,
  ...emailGatherers,
  ...postgresGatherers,
  ...migrationsGatherers,
  ...redisGatherers,
  ...httpGatherers,
  ...tlsGatherers,
  ...dnsGatherers,
  ...gitGatherers,
  ...backupsGatherers,
  ...workspaceGatherers,
  ...logsGatherers,
  ...sentryGatherers,
});
