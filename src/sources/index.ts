import type { FactName } from '../facts/index.ts';
import { backupsGatherers } from './backups/index.ts';
import { dnsGatherers } from './dns/index.ts';
import { envGatherers } from './env/index.ts';
import type { Gatherer } from './gathering.ts';
import { gitGatherers } from './git/index.ts';
import { httpGatherers } from './http/index.ts';
import { logsGatherers } from './logs/index.ts';
import { manifestsGatherers } from './manifests/index.ts';
import { postgresGatherers } from './postgres/index.ts';
import { redisGatherers } from './redis/index.ts';
import { sentryGatherers } from './sentry/index.ts';
import { tlsGatherers } from './tls/index.ts';
import { workspaceGatherers } from './workspace/index.ts';

/** Who looks at each fact: a fact without a gatherer does not compile. */
export const gatherers: { [N in FactName]: Gatherer<N> } = {
  ...envGatherers,
  ...postgresGatherers,
  ...redisGatherers,
  ...httpGatherers,
  ...tlsGatherers,
  ...dnsGatherers,
  ...gitGatherers,
  ...backupsGatherers,
  ...workspaceGatherers,
  ...logsGatherers,
  ...sentryGatherers,
  ...manifestsGatherers,
};
