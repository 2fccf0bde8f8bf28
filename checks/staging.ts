import type { Section } from '../src/core/check.ts';
import { unbuiltCheck } from '../src/core/define.ts';

export const staging: Section = {
  id: 'staging',
  title: 'Staging Environment',
  heading: 'Testing / Staging Environment',
  phase: 'pre-deploy',
  checks: [
    unbuiltCheck({
      id: 'staging.deployed',
      item: 'Deploy to staging first',
      by: ['probe', 'attest'],
      pass: 'staging serves the version under audit (version endpoint or header equals the commit, shortened or whole, or a commit of the same git tree)',
      fail: 'another version',
    }),
    unbuiltCheck({
      id: 'staging.suite',
      item: 'Run full test suite in staging',
      by: ['evidence', 'attest'],
      pass: "a report whose base address is staging's, of this version, all passed",
      fail: 'as testing',
    }),
    unbuiltCheck({
      id: 'staging.manual-testing',
      item: 'Perform manual testing',
      by: ['attest'],
      pass: 'attested for this version',
      fail: 'attested as failed',
    }),
    unbuiltCheck({
      id: 'staging.monitoring',
      item: 'Verify monitoring in staging',
      by: ['probe', 'attest'],
      pass: "Prometheus has staging's target up, and its alert rules load",
      fail: 'none',
    }),
    unbuiltCheck({
      id: 'staging.backup-restore',
      item: 'Test backup and restore in staging',
      by: ['evidence', 'attest'],
      pass: 'a drill of the last 30 days on staging succeeded',
      fail: 'failed, stale',
    }),
  ],
};
