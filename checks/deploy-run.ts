import type { Section } from '../src/core/check.ts';
import { unbuiltCheck } from '../src/core/define.ts';

export const deployRun: Section = {
  id: 'deploy-run',
  title: 'During deployment',
  heading: 'Deployment / During Deployment',
  phase: 'deploy',
  checks: [
    unbuiltCheck({
      id: 'deploy-run.strategy',
      item: 'Use blue-green or canary deployment',
      by: ['probe', 'attest'],
      pass: 'a Rollout, Canary (Argo, Flagger) or two-colour service in the manifests; a RollingUpdate with readiness probe and maxUnavailable 0 where expect accepts it',
      fail: 'a Recreate strategy; a plain RollingUpdate is `manual`',
    }),
    unbuiltCheck({
      id: 'deploy-run.error-rates',
      item: 'Monitor error rates',
      by: ['evidence', 'attest'],
      pass: "the watch's record for this version stayed under its triggers",
      fail: 'a trigger fired',
    }),
    unbuiltCheck({
      id: 'deploy-run.metrics',
      item: 'Monitor performance metrics',
      by: ['evidence', 'attest'],
      pass: 'as above, for latency against baseline',
      fail: 'as above',
    }),
    unbuiltCheck({
      id: 'deploy-run.health',
      item: 'Verify health checks',
      by: ['probe'],
      pass: 'all health endpoints answer well now, on the new version',
      fail: 'any does not',
    }),
    unbuiltCheck({
      id: 'deploy-run.flows',
      item: 'Test critical user flows',
      by: ['active', 'evidence', 'attest'],
      pass: 'each configured flow (HTTP steps with expectations, or a Playwright report) passes',
      fail: 'the step that did not',
    }),
  ],
};
