import { unbuiltCheck } from '../../src/core/define.ts';

export const privacyPolicy = unbuiltCheck({
  id: 'gdpr.privacy-policy',
  item: 'Privacy policy updated',
  by: ['probe', 'attest'],
  pass: 'linked from the home page, answers 200, and its date is within 12 months',
  fail: 'no link, dead, older',
});
