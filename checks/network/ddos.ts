import type { Facts, Known } from '../../src/core/check.ts';
import { defineCheck } from '../../src/core/define.ts';
import type { Judgement, Warning } from '../../src/core/verdict.ts';

type Edge = Facts['network.edge'];
type Reason =
  | 'protected'
  | 'origin-answers'
  | 'not-seen'
  | 'not-all-addresses'
  | 'none-seen'
  | 'header-alone'
  | 'unknown-provider'
  | 'origin-inside'
  | 'origin-not-declared'
  | 'old-list';

/** A published list of ranges is held to be good for 12 months. */
const LIST_DAYS = 365;

export const ddos = defineCheck({
  id: 'network.ddos',
  item: 'DDoS protection enabled',
  rule: {
    pass: "the site's addresses lie in the ranges of a provider with DDoS protection (not its name servers alone) and the declared origin does not answer directly",
    fail: 'configured as used, but the origin answers directly; none configured and none seen is unclear',
  },
  why: 'A flood that reaches one’s own machine ends the service, whatever the machine can do. Protection in front is worth nothing where the origin answers beside it.',
  remedy:
    'Let the DNS of the site point to the provider (Cloudflare: the orange cloud), and let the origin’s firewall admit the provider’s published ranges only, or use its tunnel.',
  docs: [
    'https://developers.cloudflare.com/fundamentals/security/protect-your-origin-server/',
    'https://www.cloudflare.com/ips/',
  ],
  reasons: {
    protected: 'the addresses of the site are those of a provider with protection against floods',
    'origin-answers': 'the origin answers directly, past the protection',
    'not-seen': 'protection is configured as used, and the addresses of the site are not the provider’s',
    'not-all-addresses': 'some addresses of the site are the provider’s, others are not',
    'none-seen': 'none is configured, and none was seen',
    'header-alone': 'a header names a provider, but the addresses are in none of the known ranges',
    'unknown-provider': 'the ranges of the configured provider are not known here',
    'origin-inside': 'the origin answers from here, which only a look from outside can hold against it',
    'origin-not-declared': 'site.origin is not set: whether the origin answers directly was not looked at',
    'old-list': 'the list of the provider’s ranges is older than 12 months',
  },
  ways: (make) => [
    make.probe({
      how: 'the addresses of the site against published ranges, and whether site.origin answers directly',
      settings: ['site.url'],
      needs: ['network.edge'],
      wants: ['tls.site'],
      judge: ({ 'network.edge': edge, 'tls.site': tls }, { now, vantage }) => {
        const own = edge.addresses.filter(({ role }) => role === 'site');
        const seen = {
          addresses: own.map(({ address, edge: at }) => ({ address, network: at?.name ?? null })),
          header: edge.header,
        };
        const protectors = edge.lists.filter((list) => list.ddos && own.some((one) => one.edge?.id === list.id));
        const bare = own
          .filter((one) => !protectors.some(({ id }) => id === one.edge?.id))
          .map(({ address }) => address);
        const declared = edge.declared.ddos;
        const elsewhere = declared !== null && !protectors.some(({ id }) => id === declared);
        if (protectors.length === 0 || elsewhere) return { ...unseen(edge, bare), seen };
        if (bare.length > 0) return { ...mixed(bare), seen };
        const origin = originOf(edge, tls, vantage);
        if (origin) return origin;
        if (edge.unresolved !== null) return unresolved(edge.host, edge.unresolved);
        const names = protectors.map(({ name }) => name).join(', ');
        const closed = edge.originDeclared ? ', and the origin does not answer directly' : '';
        const because = `${own.map(({ address }) => address).join(', ')} lie in the ranges of ${names}${closed}`;
        return { status: 'pass', reason: 'protected', because, seen, warnings: warningsOf(edge, protectors, now) };
      },
    }),
    make.attest('Is the production site protected against floods (DDoS)?', 90),
  ],
});

function unseen({ declared, header, lists }: Edge, bare: readonly string[]): Judgement<Reason> {
  const where = bare.join(', ') || 'they';
  const list = lists.find(({ id }) => id === declared.ddos);
  if (declared.ddos !== null && !list) {
    const because = `the ranges of ${declared.ddos} (network.ddos) are not known here`;
    return { status: 'unclear', reason: 'unknown-provider', because };
  }
  if (list) {
    const because = `network.ddos is ${list.id}, but the addresses of the site are not all in its ranges (${where})`;
    return { status: 'fail', reasons: ['not-seen'], because, fix: `point the DNS of the site to ${list.name}` };
  }
  if (header !== null) {
    const because = `a header names ${header}, but ${where} is in none of the known ranges with protection`;
    return { status: 'unclear', reason: 'header-alone', because };
  }
  const because = `no protection is configured, and ${where} is in none of the known ranges`;
  return { status: 'unclear', reason: 'none-seen', because };
}

function mixed(bare: readonly string[]): Judgement<Reason> {
  const because = `${bare.join(', ')} is beside the protection that the other addresses of the site have`;
  return {
    status: 'fail',
    reasons: ['not-all-addresses'],
    because,
    fix: `take the record of ${bare.join(', ')} out of DNS`,
  };
}

/** What stands against the declared origin; null where it does not answer, or none is declared. */
function originOf(edge: Edge, tls: Known<Facts['tls.site']>, vantage: string): Judgement<Reason> | null {
  if (!edge.originDeclared) return null;
  if (tls.state !== 'known') {
    const fix = tls.state === 'unreachable' ? tls.fix : 'see that the site answers over https';
    const reason = tls.state === 'unreachable' ? tls.cause : 'malformed';
    return { status: 'error', reason, because: `the origin was not looked at: ${tls.because}`, fix };
  }
  const origin = tls.value.endpoints.filter(({ role }) => role === 'origin');
  const answers = origin.find(({ outcome }) => outcome === 'ok');
  const lost = origin.find(({ outcome }) => ['no-route', 'not-permitted', 'not-asked'].includes(outcome));
  const shown = answers && `${answers.address}:${answers.port}`;
  if (shown && vantage !== 'outside')
    return {
      status: 'unclear',
      reason: 'origin-inside',
      because: `the origin ${shown} answers from here; --vantage outside would tell`,
    };
  if (shown) {
    const because = `from outside, the origin ${shown} answers directly, past the protection`;
    return {
      status: 'fail',
      reasons: ['origin-answers'],
      because,
      fix: 'let the origin’s firewall admit the provider’s published ranges only',
    };
  }
  if (!lost && origin.length > 0) return null;
  const because = `the origin was not looked at: ${lost ? `${lost.address} ${lost.detail || lost.outcome}` : 'it has no address'}`;
  return { status: 'error', reason: 'not-permitted', because, fix: 'look from a host that reaches site.origin' };
}

function unresolved(host: string, because: string): Judgement<never> {
  const fix = 'see that the name server answers from here, or set dns.servers';
  return { status: 'error', reason: 'dns', because: `${host}: ${because}`, fix };
}

function warningsOf(edge: Edge, protectors: Edge['lists'], now: Date): Warning<Reason>[] {
  const warnings: Warning<Reason>[] = [];
  if (!edge.originDeclared)
    warnings.push({
      reason: 'origin-not-declared',
      text: 'set site.origin, so that svcheck sees whether the origin answers directly',
    });
  for (const { name, date } of protectors) {
    const days = (now.getTime() - Date.parse(date)) / 86_400_000;
    if (days > LIST_DAYS) warnings.push({ reason: 'old-list', text: `the list of ${name}’s ranges is of ${date}` });
  }
  return warnings;
}
