import { unbuiltCheck } from '../../src/core/define.ts';

export const waf = unbuiltCheck({
  id: 'network.waf',
  item: 'WAF configured (if using)',
  by: ['probe', 'active', 'attest'],
  pass: "with --active a harmless attack-like query is blocked while a plain one is not; or the provider's API says that a WAF is on; a provider's header alone is unclear",
  fail: 'configured as used, but not seen; none configured and none seen is unclear; n/a where svcheck.yaml says none is used',
});
