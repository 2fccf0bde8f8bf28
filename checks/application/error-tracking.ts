import { unbuiltCheck } from '../../src/core/define.ts';

export const errorTracking = unbuiltCheck({
  id: 'application.error-tracking',
  item: 'Error tracking configured (Sentry)',
  by: ['probe', 'active'],
  pass: 'SENTRY_DSN is well-formed and its ingest host answers; with --active a test event is accepted',
  fail: 'unset, malformed, refused',
});
