import type { Check, Section } from '../src/core/check.ts';
import { env } from './env/index.ts';
import { database } from './database/index.ts';
import { redis } from './redis/index.ts';
import { application } from './application/index.ts';
import { auth } from './auth/index.ts';
import { headers } from './headers/index.ts';
import { secrets } from './secrets/index.ts';
import { network } from './network/index.ts';
import { emailDomain } from './email-domain/index.ts';
import { emailMonitoring } from './email-monitoring/index.ts';
import { healthMonitoring } from './health-monitoring.ts';
import { appMonitoring } from './app-monitoring.ts';
import { alerts } from './alerts.ts';
import { optimization } from './optimization/index.ts';
import { loadTesting } from './load-testing.ts';
import { backups } from './backups/index.ts';
import { disasterRecovery } from './disaster-recovery.ts';
import { gdpr } from './gdpr/index.ts';
import { soc2 } from './soc2/index.ts';
import { testing } from './testing.ts';
import { staging } from './staging.ts';
import { deployPreparation } from './deploy-preparation.ts';
import { deployRun } from './deploy-run.ts';
import { deployAfter } from './deploy-after.ts';
import { rollback } from './rollback.ts';
import { week1 } from './week-1.ts';
import { month1 } from './month-1.ts';
import { signOff } from './sign-off.ts';

/** All sections, in the document's order. Nothing registers itself. */
export const sections: readonly Section[] = [
  env,
  database,
  redis,
  application,
  auth,
  headers,
  secrets,
  network,
  emailDomain,
  emailMonitoring,
  healthMonitoring,
  appMonitoring,
  alerts,
  optimization,
  loadTesting,
  backups,
  disasterRecovery,
  gdpr,
  soc2,
  testing,
  staging,
  deployPreparation,
  deployRun,
  deployAfter,
  rollback,
  week1,
  month1,
  signOff,
];

export const checks: readonly Check[] = sections.flatMap((section) => section.checks);
