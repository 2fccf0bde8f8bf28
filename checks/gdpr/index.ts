import type { Section } from '../../src/core/check.ts';
import { cookieConsent } from './cookie-consent.ts';
import { deletion } from './deletion.ts';
import { dataExport } from './export.ts';
import { piiLogs } from './pii-logs.ts';
import { privacyPolicy } from './privacy-policy.ts';
import { retention } from './retention.ts';

export const gdpr: Section = {
  id: 'gdpr',
  title: 'GDPR',
  heading: 'Compliance / GDPR (if applicable)',
  phase: 'pre-deploy',
  checks: [privacyPolicy, cookieConsent, retention, dataExport, deletion, piiLogs],
};
