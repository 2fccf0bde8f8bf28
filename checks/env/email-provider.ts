import { unbuiltCheck } from '../../src/core/define.ts';

export const emailProvider = unbuiltCheck({
  id: 'env.email-provider',
  item: '`EMAIL_PROVIDER` configured (brevo or ses)',
  by: ['probe'],
  pass: 'brevo or ses',
  fail: 'unset, mock, or anything else',
});
