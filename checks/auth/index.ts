import type { Section } from '../../src/core/check.ts';
import { cookies } from './cookies.ts';
import { csrf } from './csrf.ts';
import { hsts } from './hsts.ts';
import { https } from './https.ts';
import { passwordPolicy } from './password-policy.ts';
import { rateLimit } from './rate-limit.ts';
import { sessionExpiry } from './session-expiry.ts';

export const auth: Section = {
  id: 'auth',
  title: 'Authentication & Authorization',
  heading: 'Security / Authentication & Authorization',
  phase: 'pre-deploy',
  checks: [https, hsts, cookies, csrf, rateLimit, sessionExpiry, passwordPolicy],
};
