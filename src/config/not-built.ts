import type { Path } from './positions.ts';

/**
 * Settings of the documented svcheck.yaml whose features this version does not have. A prefix covers what is below it.
 * An entry leaves when its feature comes.
 */
const notBuilt = [
  'aws.endpoints.rds',
  'aws.endpoints.s3',
  'alertmanager',
  'drill',
  'evidence',
  'flows',
  'forge',
  'gate.baseline',
  'gdpr',
  'grafana',
  'kubernetes',
  'log-store',
  'network.api',
  'on-call',
  'plugins',
  'prometheus',
  'records',
  'recovery',
  'rollback',
  'secrets.rotation',
  'secrets.vault',
  'sentry.api',
  'sentry.project',
  'sentry.token',
  'signers',
  'site.account',
  'site.csrf',
  'site.rateLimit',
  'site.version',
  'status-page',
  'uptime',
  'watch',
  'window',
];

export const isNotBuilt = (path: Path): boolean =>
  notBuilt.includes(path.filter((step) => typeof step === 'string').join('.'));
