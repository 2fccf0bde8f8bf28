import type { Section } from '../src/core/check.ts';
import { unbuiltCheck } from '../src/core/define.ts';

export const loadTesting: Section = {
  id: 'load-testing',
  title: 'Load Testing',
  heading: 'Performance / Load Testing',
  phase: 'pre-deploy',
  checks: [
    unbuiltCheck({
      id: 'load-testing.performed',
      item: 'Load tests performed',
      by: ['evidence', 'attest'],
      pass: 'a k6, autocannon or Artillery summary of the last 30 days with p95 of 500 ms or less and errors of 1% or less',
      fail: 'too old, over either limit, unreadable',
    }),
    unbuiltCheck({
      id: 'load-testing.bottlenecks',
      item: 'Bottlenecks identified and fixed',
      by: ['evidence', 'attest'],
      pass: 'a later summary is no slower than the one before it, and both are named',
      fail: 'it is slower',
    }),
    unbuiltCheck({
      id: 'load-testing.capacity',
      item: 'Capacity planning done',
      by: ['evidence', 'attest'],
      pass: 'the document is there, reviewed within 180 days, and states expected and tested load, the tested one higher',
      fail: 'missing, stale, expected above tested',
    }),
    unbuiltCheck({
      id: 'load-testing.auto-scaling',
      item: 'Auto-scaling configured (if applicable)',
      by: ['probe', 'attest'],
      pass: 'a HorizontalPodAutoscaler (manifest or cluster) targets the service with min 2 or more and max above min',
      fail: 'it targets nothing, or max equals min; n/a by config',
    }),
  ],
};
