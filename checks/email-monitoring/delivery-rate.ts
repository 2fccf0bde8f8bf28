import { unbuiltCheck } from '../../src/core/define.ts';

export const deliveryRate = unbuiltCheck({
  id: 'email-monitoring.delivery-rate',
  item: 'Delivery rate monitoring',
  by: ['probe', 'attest'],
  pass: 'measured and 95% or above',
  fail: 'below; below 1,000 mails in the last 30 days, or with no feed of such events, it is `manual`, with the counts',
});
