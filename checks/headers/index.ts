import type { Section } from '../../src/core/check.ts';
import { contentTypeOptions } from './content-type-options.ts';
import { csp } from './csp.ts';
import { frameOptions } from './frame-options.ts';
import { referrerPolicy } from './referrer-policy.ts';
import { xssProtection } from './xss-protection.ts';

export const headers: Section = {
  id: 'headers',
  title: 'Headers',
  heading: 'Security / Headers',
  phase: 'pre-deploy',
  checks: [csp, frameOptions, contentTypeOptions, xssProtection, referrerPolicy],
};
