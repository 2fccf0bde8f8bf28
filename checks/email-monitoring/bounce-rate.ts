import { unbuiltCheck } from '../../src/core/define.ts';

export const bounceRate = unbuiltCheck({
  id: 'email-monitoring.bounce-rate',
  item: 'Bounce rate monitoring',
  by: ['probe', 'attest'],
  pass: "the rate can be measured (provider's API or email_sends) and is below 5%",
  fail: '5% or above; shows rate and counts; below 1,000 mails in the last 30 days, or with no feed of such events, it is `manual`, with the counts',
});
