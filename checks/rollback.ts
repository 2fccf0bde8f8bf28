import type { Section } from '../src/core/check.ts';

export const rollback: Section = {
  id: 'rollback',
  title: 'Rollback Plan',
  heading: 'Rollback Plan',
  phase: 'deploy',
  triggers: [
    { id: 'rollback.error-rate', item: 'Error rate > 5%' },
    { id: 'rollback.response-time', item: 'Response time > 2x baseline' },
    { id: 'rollback.health', item: 'Health checks failing' },
  ],
  steps: [
    'Stop new deployments',
    'Route traffic to previous version',
    'Verify rollback successful',
    'Investigate issues',
    'Document lessons learned',
  ],
  note: 'not checkboxes. `svcheck watch` holds the triggers (each sample is ok, breach or no data; consecutive breaches count, not one spike; a ratio counts from a minimum of requests on; a warm-up comes first; a gap is not zero; a run of errors only is `error`, never success; a trigger runs the configured command or says loudly that it did not); `svcheck rollback` walks the five manual steps, runs the commands that svcheck.yaml gives for them after asking, and records who did what and when',
  checks: [],
};
