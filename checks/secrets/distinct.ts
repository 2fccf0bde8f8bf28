import { unbuiltCheck } from '../../src/core/define.ts';

export const distinct = unbuiltCheck({
  id: 'secrets.distinct',
  item: 'Production secrets different from development',
  by: ['probe', 'attest'],
  pass: 'no secret value is shared with the development or staging env files given',
  fail: 'names the keys that share one',
});
