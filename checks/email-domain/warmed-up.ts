import { unbuiltCheck } from '../../src/core/define.ts';

export const warmedUp = unbuiltCheck({
  id: 'email-domain.warmed-up',
  item: 'Sending domain warmed up (gradual volume increase)',
  by: ['probe', 'attest'],
  pass: "in a domain's first 30 days of sending, daily volumes (provider's API, or email_sends) above 1,000 a day never exceed twice the highest earlier same weekday (in the first week: twice the highest earlier day); after that time the volume is established",
  fail: 'a jump; before the first mail it is `manual: decidable from the first week of sending`',
});
