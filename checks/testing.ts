import type { Section } from '../src/core/check.ts';
import { unbuiltCheck } from '../src/core/define.ts';

export const testing: Section = {
  id: 'testing',
  title: 'Pre-Production Testing',
  heading: 'Testing / Pre-Production Testing',
  phase: 'pre-deploy',
  note: "reports are JUnit XML, Vitest or Jest JSON, Playwright JSON, SARIF, k6; each must be of the commit under audit (named in the report, or bound to it by `svcheck evidence add` in the job that made it; a file's time never counts), with at least one test, none failed, no suite that did not load",
  checks: [
    unbuiltCheck({
      id: 'testing.unit',
      item: 'All unit tests passing',
      by: ['evidence', 'attest'],
      pass: 'report as above',
      fail: 'failures named, stale, empty',
    }),
    unbuiltCheck({
      id: 'testing.integration',
      item: 'All integration tests passing',
      by: ['evidence', 'attest'],
      pass: 'report as above',
      fail: 'as above',
    }),
    unbuiltCheck({
      id: 'testing.e2e',
      item: 'All E2E tests passing',
      by: ['evidence', 'attest'],
      pass: 'report as above',
      fail: 'as above',
    }),
    unbuiltCheck({
      id: 'testing.security',
      item: 'Security tests passing',
      by: ['evidence', 'attest'],
      pass: 'SARIF, npm or pnpm audit JSON or a ZAP report with nothing high or critical',
      fail: 'findings counted and named',
    }),
    unbuiltCheck({
      id: 'testing.performance',
      item: 'Performance tests passing',
      by: ['evidence', 'attest'],
      pass: 'k6 thresholds, or a Lighthouse result at 90 or above, hold',
      fail: 'which did not',
    }),
  ],
};
