import { unbuiltCheck } from '../../src/core/define.ts';

export const verified = unbuiltCheck({
  id: 'email-domain.verified',
  item: 'Domain verified with email provider',
  by: ['probe', 'attest'],
  pass: "the provider's API says that the sending domain is verified and authenticated",
  fail: 'not verified, or unknown to the provider',
});
