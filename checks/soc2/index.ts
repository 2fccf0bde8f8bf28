import type { Section } from '../../src/core/check.ts';
import { unbuiltCheck } from '../../src/core/define.ts';
import { accessControls } from './access-controls.ts';

export const soc2: Section = {
  id: 'soc2',
  title: 'SOC2',
  heading: 'Compliance / SOC2 (if applicable)',
  phase: 'pre-deploy',
  checks: [
    unbuiltCheck({
      id: 'soc2.audit-logging',
      item: 'Audit logging comprehensive',
      by: ['probe', 'attest'],
      pass: "the audit table has entries of the last 24 h, covers the configured event kinds, its hash chain recomputes over the last 1,000 entries where expect names its scheme (else that half is a warning), and the application's role neither owns it nor may update, delete or truncate it",
      fail: 'says which does not hold',
    }),
    accessControls,
    unbuiltCheck({
      id: 'soc2.encryption',
      item: 'Encryption at rest and in transit',
      by: ['probe', 'attest'],
      pass: 'https, database and Redis sessions are all TLS with certificates that verify, and storage encryption is shown by the provider; with TLS well and storage unseen the look is unclear',
      fail: 'any plaintext',
    }),
    unbuiltCheck({
      id: 'soc2.vendors',
      item: 'Vendor management documented',
      by: ['evidence', 'attest'],
      pass: 'document there, reviewed within 365 days',
      fail: 'missing, stale',
    }),
    unbuiltCheck({
      id: 'soc2.incident-response',
      item: 'Incident response plan',
      by: ['evidence', 'attest'],
      pass: 'document there, reviewed within 365 days, with contacts and severities',
      fail: 'missing, stale',
    }),
  ],
};
