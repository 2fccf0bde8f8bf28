import { unbuiltCheck } from '../../src/core/define.ts';

export const deletion = unbuiltCheck({
  id: 'gdpr.deletion',
  item: 'User data deletion functionality',
  by: ['probe', 'active', 'attest'],
  pass: 'as gdpr.export',
  fail: 'as gdpr.export',
  warn: 'foreign keys that would block a deletion (sound where accounts are anonymised)',
});
