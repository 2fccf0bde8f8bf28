import type { Section } from '../src/core/check.ts';

export const signOff: Section = {
  id: 'sign-off',
  title: 'Sign-Off',
  heading: 'Sign-Off',
  phase: 'deploy',
  roles: ['Developer', 'DevOps', 'Security', 'Product Owner'],
  outcomes: ['Not Ready', 'Ready', 'Deployed'],
  note: "not checkboxes. Roles Developer, DevOps, Security, Product Owner; status Not Ready, Ready or Deployed; the go-live date. A signature (SSH key, checked against an allowed-signers file per role) covers an in-toto statement of the audit's digest, commit, target and count of waived and manual lines, so a sign-off of one audit cannot stand for another; one person signs for one role unless svcheck.yaml allows more; an audit with errors is not signed without --acknowledge; a changed checklist or waiver breaks it visibly",
  checks: [],
};
