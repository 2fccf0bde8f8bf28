import type { Facts } from '../../src/core/check.ts';
import type { Fault, Warning } from '../../src/core/verdict.ts';
import type { Endpoint } from './https-certificate.ts';

type Site = Facts['tls.site'];
type SessionReason = 'weak-suite' | 'old-protocol' | 'address-differs';
type SessionWarning =
  | 'no-tls-1-3'
  | '3des'
  | 'no-forward-secrecy'
  | 'family-without-route'
  | 'edge-only'
  | 'addresses-not-asked';

const old = ['TLSv1', 'TLSv1.1'] as const;
/** RFC 7465, RFC 9325 section 4.1: no secrecy, or none that lasts. */
const broken = ['null', 'anonymous', 'export', 'rc4'];

/** What an address agrees to that it should not. */
export function protocolFaults({ address, session, protocols, weak }: Endpoint): Fault<SessionReason>[] {
  const agreed = old.filter((version) => protocols?.[version].answer === 'accepted' || session?.protocol === version);
  const suites = (weak ?? []).filter((one) => one.answer === 'accepted' && broken.includes(one.family));
  const suiteFix = 'nginx: `ssl_ciphers HIGH:!aNULL:!eNULL:!EXPORT:!RC4:!3DES;`';
  return [
    ...suites.map(({ family, suite }): Fault<SessionReason> => {
      return { reason: 'weak-suite', because: `${address} agrees on ${suite} (${family})`, fix: suiteFix };
    }),
    ...agreed.map((version): Fault<SessionReason> => {
      return {
        reason: 'old-protocol',
        because: `${address} accepts ${version}`,
        fix: 'nginx: `ssl_protocols TLSv1.2 TLSv1.3;`',
      };
    }),
  ];
}

/** Every address must be the same site: certificate, status and redirect, and each must answer. */
export function addressFaults({ endpoints, host }: Site): Fault<'address-differs'>[] {
  const addresses = endpoints.filter((one) => one.role === 'site');
  const first = addresses.find((one) => one.outcome === 'ok');
  if (!first) return [];
  const fix = `make every address of ${host} serve the same site, or take its A or AAAA record away`;
  return addresses.flatMap((one): Fault<'address-differs'>[] => {
    const what = one === first ? null : differenceOf(one, first);
    return what ? [{ reason: 'address-differs', because: `${one.address} ${what}`, fix }] : [];
  });
}

function differenceOf(one: Endpoint, first: Endpoint): string | null {
  if (one.outcome === 'refused' || one.outcome === 'wrong-protocol' || one.outcome === 'tls') {
    return `does not answer as ${first.address} does: ${one.detail}`;
  }
  if (one.outcome !== 'ok') return null;
  if (one.session?.certificate?.fingerprint256 !== first.session?.certificate?.fingerprint256) {
    return `shows another certificate than ${first.address}`;
  }
  const [status, expected] = [one.http?.status ?? null, first.http?.status ?? null];
  if (status === null || expected === null) return null;
  if (status !== expected) {
    return `answers ${status}, ${first.address} answers ${expected}`;
  }
  return placeOf(one) === placeOf(first) ? null : `redirects to ${placeOf(one)}, ${first.address} to ${placeOf(first)}`;
}

/** Where a redirect leads, without its query: a state or nonce in it changes at every answer. */
const placeOf = ({ http }: Endpoint): string => (http?.location ?? '').replace(/[?#].*/, '').slice(0, 200);

export function siteWarnings(site: Site): Warning<SessionWarning>[] {
  const warnings: Warning<SessionWarning>[] = [];
  for (const { address, protocols, weak } of site.endpoints) {
    const tls13 = protocols?.['TLSv1.3'].answer;
    if (tls13 === 'refused' || tls13 === 'closed') {
      warnings.push({
        reason: 'no-tls-1-3',
        text: `${address} does not speak TLS 1.3 (nginx: ssl_protocols TLSv1.2 TLSv1.3)`,
      });
    }
    for (const { family, answer, suite } of weak ?? []) {
      if (answer !== 'accepted' || (family !== '3des' && family !== 'no-forward-secrecy')) continue;
      warnings.push({ reason: family, text: `${address} agrees on ${suite}: take it out of ssl_ciphers` });
    }
  }
  for (const family of unrouted(site)) {
    const text = `no route from here to IPv${family}: its addresses were not looked at`;
    warnings.push({ reason: 'family-without-route', text });
  }
  const skipped = site.endpoints.filter(isSkipped);
  if (skipped.length > 0) {
    const names = skipped.map(({ address }) => address).join(', ');
    warnings.push({
      reason: 'addresses-not-asked',
      text: `not all was asked of ${names}: --active has more handshakes`,
    });
  }
  if (site.cdn && !site.originKnown) {
    const text = `${site.cdn} stands in front and only its edge was seen: name your own address in site.origin`;
    warnings.push({ reason: 'edge-only', text });
  }
  return warnings;
}

/** The budget of handshakes ended before everything that the rule names was asked there. */
function isSkipped({ outcome, protocols, weak }: Endpoint): boolean {
  if (outcome !== 'ok') return outcome === 'not-asked';
  if (!protocols || old.some((version) => protocols[version].answer === 'not-asked')) return true;
  return (weak ?? []).some(({ answer }) => answer === 'not-asked');
}

/** Families of which not one address has a way from here. */
function unrouted({ endpoints }: Site): (4 | 6)[] {
  return ([4, 6] as const).filter((family) => {
    const of = endpoints.filter((one) => one.family === family && one.role === 'site');
    return of.length > 0 && of.every((one) => one.outcome === 'no-route');
  });
}
