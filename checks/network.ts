import type { Section } from '../src/core/check.ts';
import { unbuiltCheck } from '../src/core/define.ts';

export const network: Section = {
  id: 'network',
  title: 'Network',
  heading: 'Security / Network',
  phase: 'pre-deploy',
  checks: [
    unbuiltCheck({
      id: 'network.firewall',
      item: 'Firewall configured (allow only necessary ports)',
      by: ['active', 'attest'],
      pass: "of a bounded list of common service ports on the addresses declared as ours (site.origin, else the site's own where no CDN fronts it) only the allowed ones (80, 443) are open from an outside vantage",
      fail: 'names the open ports',
    }),
    unbuiltCheck({
      id: 'network.database-private',
      item: 'Database not publicly accessible',
      by: ['probe'],
      pass: "from an outside vantage (declared, never guessed) the host does not resolve, resolves to private addresses, or refuses or drops connections; or the provider's API says that it is not publicly accessible",
      fail: "a public address accepts a connection from outside; the evidence names the vantage; a database that is public by its provider's design fails as managed-public unless expect accepts it by name (then its TLS and its refusal without credentials are shown, as a warning); from an inside or undeclared vantage it is `manual`, a private answer of an inside resolver included",
    }),
    unbuiltCheck({
      id: 'network.redis-private',
      item: 'Redis not publicly accessible',
      by: ['probe'],
      pass: 'as network.database-private',
      fail: 'as network.database-private',
    }),
    unbuiltCheck({
      id: 'network.waf',
      item: 'WAF configured (if using)',
      by: ['probe', 'active', 'attest'],
      pass: "with --active a harmless attack-like query is blocked while a plain one is not; or the provider's API says that a WAF is on; a provider's header alone is unclear",
      fail: 'configured as used, but not seen; none configured and none seen is unclear; n/a where svcheck.yaml says none is used',
    }),
    unbuiltCheck({
      id: 'network.ddos',
      item: 'DDoS protection enabled',
      by: ['probe', 'attest'],
      pass: "the site's addresses lie in the ranges of a provider with DDoS protection (not its name servers alone) and the declared origin does not answer directly",
      fail: 'configured as used, but the origin answers directly; none configured and none seen is unclear',
    }),
  ],
};
