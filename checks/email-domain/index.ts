import type { Section } from '../../src/core/check.ts';
import { dkim } from './dkim.ts';
import { dmarc } from './dmarc.ts';
import { spf } from './spf.ts';
import { verified } from './verified.ts';
import { warmedUp } from './warmed-up.ts';

export const emailDomain: Section = {
  id: 'email-domain',
  title: 'Email Domain Configuration',
  heading: 'Email / Domain Configuration',
  phase: 'pre-deploy',
  checks: [verified, spf, dkim, dmarc, warmedUp],
};
