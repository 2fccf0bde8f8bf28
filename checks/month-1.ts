import type { Section } from '../src/core/check.ts';
import { unbuiltCheck } from '../src/core/define.ts';

export const month1: Section = {
  id: 'month-1',
  title: 'Month 1',
  heading: 'Post-Launch / Month 1',
  phase: 'month-1',
  checks: [
    unbuiltCheck({
      id: 'month-1.performance',
      item: 'Performance review',
      by: ['evidence', 'attest'],
      pass: 'document within 30 days',
      fail: 'missing, stale',
    }),
    unbuiltCheck({
      id: 'month-1.security',
      item: 'Security audit',
      by: ['evidence', 'attest'],
      pass: 'a kept audit of the last 30 days with the security sections all decided and none failed',
      fail: 'otherwise',
    }),
    unbuiltCheck({
      id: 'month-1.cost',
      item: 'Cost optimization review',
      by: ['evidence', 'attest'],
      pass: 'document within 30 days',
      fail: 'missing, stale',
    }),
    unbuiltCheck({
      id: 'month-1.feedback',
      item: 'User feedback collection',
      by: ['evidence', 'attest'],
      pass: 'document within 30 days',
      fail: 'missing, stale',
    }),
    unbuiltCheck({
      id: 'month-1.documentation',
      item: 'Documentation updates',
      by: ['probe', 'attest'],
      pass: 'the documents named in svcheck.yaml changed, or were confirmed, since go-live',
      fail: 'untouched',
    }),
  ],
};
