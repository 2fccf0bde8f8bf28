import { unbuiltCheck } from '../../src/core/define.ts';

export const complaintRate = unbuiltCheck({
  id: 'email-monitoring.complaint-rate',
  item: 'Complaint rate monitoring',
  by: ['probe', 'attest'],
  pass: 'measured and below 0.1%',
  fail: '0.1% or above (0.3% is where the large mailbox providers block); below 1,000 mails in the last 30 days, or with no feed of such events, it is `manual`, with the counts',
});
