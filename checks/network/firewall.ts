import { unbuiltCheck } from '../../src/core/define.ts';

export const firewall = unbuiltCheck({
  id: 'network.firewall',
  item: 'Firewall configured (allow only necessary ports)',
  by: ['active', 'attest'],
  pass: "of a bounded list of common service ports on the addresses declared as ours (site.origin, else the site's own where no CDN fronts it) only the allowed ones (80, 443) are open from an outside vantage",
  fail: 'names the open ports',
});
