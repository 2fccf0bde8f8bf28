import type { Section } from '../src/core/check.ts';
import { unbuiltCheck } from '../src/core/define.ts';

export const deployAfter: Section = {
  id: 'deploy-after',
  title: 'After deployment',
  heading: 'Deployment / Post-Deployment',
  phase: 'post-deploy',
  checks: [
    unbuiltCheck({
      id: 'deploy-after.services',
      item: 'Verify all services healthy',
      by: ['probe'],
      pass: 'site, database, Redis, queues and provider all answer',
      fail: 'any does not',
    }),
    unbuiltCheck({
      id: 'deploy-after.error-rates',
      item: 'Check error rates (should be normal)',
      by: ['probe', 'evidence'],
      pass: 'Prometheus, or the watch, within twice the baseline and under 1%',
      fail: 'above',
    }),
    unbuiltCheck({
      id: 'deploy-after.monitor',
      item: 'Monitor for 1 hour',
      by: ['evidence'],
      pass: 'a watch of this version covered 60 minutes without a gap above 2 minutes',
      fail: 'shorter, gaps, a trigger',
    }),
    unbuiltCheck({
      id: 'deploy-after.status-page',
      item: 'Update status page',
      by: ['probe', 'attest'],
      pass: "the status page's API answers, operational, with no open maintenance",
      fail: 'open maintenance or incident',
    }),
    unbuiltCheck({
      id: 'deploy-after.issues',
      item: 'Document any issues',
      by: ['attest'],
      pass: 'attested for this version',
      fail: 'attested as failed',
    }),
  ],
};
