import type { Section } from '../src/core/check.ts';
import { unbuiltCheck } from '../src/core/define.ts';

export const week1: Section = {
  id: 'week-1',
  title: 'Week 1',
  heading: 'Post-Launch / Week 1',
  phase: 'week-1',
  checks: [
    unbuiltCheck({
      id: 'week-1.error-rates',
      item: 'Monitor error rates daily',
      by: ['probe', 'evidence', 'attest'],
      pass: 'seven daily readings (Prometheus range, or kept audits) under 1%',
      fail: 'a day above, or missing',
    }),
    unbuiltCheck({
      id: 'week-1.logs',
      item: 'Review logs for issues',
      by: ['probe', 'attest'],
      pass: 'attested; the error lines of the sample, grouped, are the evidence to review',
      fail: 'attested as failed',
    }),
    unbuiltCheck({
      id: 'week-1.metrics',
      item: 'Check performance metrics',
      by: ['probe', 'attest'],
      pass: 'p95 of the week within twice the baseline',
      fail: 'above',
    }),
    unbuiltCheck({
      id: 'week-1.backups',
      item: 'Verify backups running',
      by: ['probe'],
      pass: 'a backup for each day since go-live',
      fail: 'gaps',
    }),
    unbuiltCheck({
      id: 'week-1.security-logs',
      item: 'Review security logs',
      by: ['probe', 'attest'],
      pass: 'attested; failed sign-ins and refused requests of the audit table are the evidence',
      fail: 'attested as failed',
    }),
  ],
};
