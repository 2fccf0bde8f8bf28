import { unbuiltCheck } from '../../src/core/define.ts';

export const piiLogs = unbuiltCheck({
  id: 'gdpr.pii-logs',
  item: 'PII masking in logs',
  by: ['probe', 'attest'],
  pass: 'no e-mail address, card number (issuer prefix, length, Luhn; never in time or id fields), phone, token or password in the sampled lines',
  fail: 'count by kind, a masked example',
});
