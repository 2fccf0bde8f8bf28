import { unbuiltCheck } from '../../src/core/define.ts';

export const emailKeys = unbuiltCheck({
  id: 'env.email-keys',
  item: 'Email provider API keys set',
  by: ['probe'],
  pass: "the provider's keys are set (or, for SES, a role's credentials), well-formed, and the provider accepts them (Brevo account; SES GetAccount, with production access, sending enabled, EnforcementStatus healthy; per configured region)",
  fail: 'missing, malformed, refused as invalid, SES still in the sandbox or shut down; a key that is valid but may not ask this, or an address not allowed, is `error` with the permission needed',
  warn: 'SES on probation',
});
