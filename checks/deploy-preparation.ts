import type { Section } from '../src/core/check.ts';
import { unbuiltCheck } from '../src/core/define.ts';

export const deployPreparation: Section = {
  id: 'deploy-preparation',
  title: 'Deployment preparation',
  heading: 'Deployment / Pre-Deployment',
  phase: 'deploy',
  checks: [
    unbuiltCheck({
      id: 'deploy-preparation.runbook',
      item: 'Create deployment runbook',
      by: ['evidence', 'attest'],
      pass: 'document there, reviewed within 180 days',
      fail: 'missing, stale',
    }),
    unbuiltCheck({
      id: 'deploy-preparation.window',
      item: 'Schedule deployment window',
      by: ['evidence', 'attest'],
      pass: 'a window is set, not over, and in no freeze',
      fail: 'over, or in a freeze',
    }),
    unbuiltCheck({
      id: 'deploy-preparation.stakeholders',
      item: 'Notify stakeholders',
      by: ['attest'],
      pass: 'attested for this version',
      fail: 'attested as failed',
    }),
    unbuiltCheck({
      id: 'deploy-preparation.rollback-plan',
      item: 'Prepare rollback plan',
      by: ['evidence', 'attest'],
      pass: 'the document is there, the version to return to is named and its artefact or tag exists, and every pending migration has a way back or is marked compatible',
      fail: 'says which',
    }),
    unbuiltCheck({
      id: 'deploy-preparation.review',
      item: 'Review changes one final time',
      by: ['probe', 'attest'],
      pass: 'each change since the live version was approved (forge API), or attested; the list is the evidence',
      fail: 'unapproved changes',
    }),
  ],
};
