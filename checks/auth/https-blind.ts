import type { Facts, Known } from '../../src/core/check.ts';
import type { Cause } from '../../src/facts/index.ts';
import type { Endpoint } from './https-certificate.ts';
import { plainBlind } from './https-plain.ts';

type Site = Facts['tls.site'];
export interface Blind {
  cause: Cause;
  because: string;
  fix: string;
}

/** The first thing that the rule asks for and that could not be seen: with nothing wrong besides, the line is `error`. */
export function blindSpot(plain: Facts['tls.plain-http'], site: Known<Site>): Blind | null {
  if (site.state === 'unreachable') return site;
  if (site.state === 'absent') return { cause: 'internal', because: site.because, fix: `set ${site.add}` };
  return siteBlind(site.value) ?? plainBlind(plain);
}

function siteBlind(site: Site): Blind | null {
  if (site.unresolved !== null) {
    const fix = `repair the zone, or ask another server (dns.servers): dig ${site.host} A; dig ${site.host} AAAA`;
    return { cause: 'dns', because: `not all addresses of ${site.host} are known: ${site.unresolved}`, fix };
  }
  const lost = site.endpoints.find((one) => one.role === 'site' && isLost(one, site));
  if (lost) {
    const fix = `see that ${lost.address}:${lost.port} answers from here, or take its record away`;
    return { cause: causeOf(lost.outcome), because: `${lost.address}: ${lost.detail}`, fix };
  }
  return site.endpoints.flatMap((one) => unclearOf(one))[0] ?? null;
}

/** An address that could not be looked at, though others of its family could. */
function isLost(one: Endpoint, { endpoints }: Site): boolean {
  if (one.outcome === 'timeout' || one.outcome === 'reset' || one.outcome === 'not-permitted') return true;
  return one.outcome === 'no-route' && endpoints.some((other) => other.family === one.family && other.outcome === 'ok');
}

function causeOf(outcome: Endpoint['outcome']): Cause {
  return outcome === 'reset' || outcome === 'not-permitted' ? outcome : 'timeout';
}

function unclearOf({ address, protocols, weak, http, role }: Endpoint): Blind[] {
  const fix = 'run again; if it stays so, see what stands between: openssl s_client -tls1_1';
  const versions = (['TLSv1', 'TLSv1.1'] as const).flatMap((version) =>
    protocols?.[version].answer === 'unclear' ? [`${version}: ${protocols[version].said}`] : [],
  );
  const suites = (weak ?? []).flatMap((one) => (one.answer === 'unclear' ? [`${one.family} suites: ${one.said}`] : []));
  const unclear = [...versions, ...suites].map((what): Blind => {
    return { cause: 'tls', because: `${address} gave no clear word on ${what}`, fix };
  });
  if (role === 'origin' || !http || http.status !== null) return unclear;
  const because = `${address} gave no HTTP answer over TLS: ${http.detail}`;
  return [...unclear, { cause: 'wrong-protocol', because, fix: 'see that the application answers there' }];
}
