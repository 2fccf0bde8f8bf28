import { unbuiltCheck } from '../../src/core/define.ts';

export const ddos = unbuiltCheck({
  id: 'network.ddos',
  item: 'DDoS protection enabled',
  by: ['probe', 'attest'],
  pass: "the site's addresses lie in the ranges of a provider with DDoS protection (not its name servers alone) and the declared origin does not answer directly",
  fail: 'configured as used, but the origin answers directly; none configured and none seen is unclear',
});
