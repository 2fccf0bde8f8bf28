import { z } from 'zod';
import type { Facts, Known, Rules } from '../../src/core/check.ts';
import { defineCheck } from '../../src/core/define.ts';
import { failOrPass, type Judgement, type Warning } from '../../src/core/verdict.ts';
import { blindSpot } from './https-blind.ts';
import { certificateFaults, type Limits } from './https-certificate.ts';
import { plainFaults, plainSummary, plainWarnings } from './https-plain.ts';
import { addressFaults, protocolFaults, siteWarnings } from './https-session.ts';

const reasons = {
  enforced: 'plain HTTP is closed or redirects, the certificate verifies, old protocols are refused',
  expired: 'the certificate or one above it has expired',
  'not-yet-valid': 'the certificate or one above it is not valid yet',
  'wrong-name': 'no subject alternative name matches the host',
  'self-signed': 'the certificate is signed by itself',
  'unknown-root': 'the chain ends at a root that is not trusted',
  'missing-intermediate': 'an intermediate certificate was not sent',
  'chain-invalid': 'the chain does not verify for another reason',
  'content-over-http': 'content is served over plain HTTP',
  'redirect-to-other-host': 'plain HTTP redirects to another host first',
  'redirect-to-http': 'plain HTTP redirects to plain HTTP',
  'no-redirect': 'plain HTTP answers and does not redirect',
  'weak-suite': 'a null, anonymous, export or RC4 suite is accepted',
  'old-protocol': 'TLS 1.0 or 1.1 is accepted',
  'weak-key': 'the key is too short',
  'weak-signature': 'a certificate is signed with SHA-1 or MD5',
  'address-differs': 'an address of the site answers differently, or not at all',
  'expires-soon': 'the certificate is about to expire',
  'temporary-redirect': 'the redirect to https is a temporary one',
  'no-tls-1-3': 'TLS 1.3 is not spoken',
  'no-caa': 'no CAA record says which authorities may issue',
  'caa-unknown': 'the CAA records could not be looked up',
  '3des': 'a 3DES suite is accepted',
  'no-forward-secrecy': 'a suite without forward secrecy is accepted',
  'family-without-route': 'IPv4 or IPv6 addresses cannot be reached from here',
  'edge-only': 'a CDN stands in front and the origin is not known',
  'addresses-not-asked': 'more addresses than the budget of handshakes allows for',
} as const;
type Reason = keyof typeof reasons;

const order = Object.keys(reasons);

interface Given {
  'tls.plain-http': Facts['tls.plain-http'];
  'tls.site': Known<Facts['tls.site']>;
  'dns.caa': Known<Facts['dns.caa']>;
}

function judge(facts: Given, rules: Rules<Limits>): Judgement<Reason> {
  const plain = facts['tls.plain-http'];
  const known = facts['tls.site'];
  const site = known.state === 'known' ? known.value : null;
  const faults = [
    ...plainFaults(plain),
    ...(site?.endpoints ?? []).flatMap((one) => certificateFaults(one, plain.host, rules)),
    ...(site?.endpoints ?? []).flatMap(protocolFaults),
    ...(site ? addressFaults(site) : []),
  ].sort((a, b) => order.indexOf(a.reason) - order.indexOf(b.reason));
  const seen = seenOf(plain, site, facts['dns.caa']);
  const blind = faults.length === 0 ? blindSpot(plain, known) : null;
  if (blind) return { status: 'error', reason: blind.cause, because: blind.because, fix: blind.fix, seen };
  const because = `${plainSummary(plain)}; ${site ? `the certificate verifies until ${expiryOf(site)}` : ''}`;
  const warnings = [...plainWarnings(plain), ...(site ? siteWarnings(site) : []), ...caaWarnings(facts['dns.caa'])];
  return failOrPass(faults, { reason: 'enforced', because }, { warnings, seen });
}

function expiryOf({ endpoints }: Facts['tls.site']): string {
  const ends = endpoints.flatMap(({ session }) => session?.certificate?.notAfter ?? []).sort();
  return `${ends[0]}, ${endpoints.length} address${endpoints.length === 1 ? '' : 'es'}`;
}

/** RFC 8659 section 4.2: without an issue property anybody may issue. */
function caaWarnings(caa: Given['dns.caa']): Warning<'no-caa' | 'caa-unknown'>[] {
  if (caa.state === 'absent') return [];
  if (caa.state === 'unreachable') return [{ reason: 'caa-unknown', text: `CAA was not seen: ${caa.because}` }];
  const { host, records } = caa.value;
  if (records.some(({ tag }) => tag.toLowerCase() === 'issue')) return [];
  const text = `${host} has no CAA record with issue: any authority may issue for it (example: 0 issue "letsencrypt.org")`;
  return [{ reason: 'no-caa', text }];
}

function seenOf(plain: Given['tls.plain-http'], site: Facts['tls.site'] | null, caa: Given['dns.caa']) {
  return {
    plain: plain.endpoints.map(({ address, answers }) => ({
      address,
      answers: answers.map(({ path, outcome, status, location }) => ({ path, outcome, status, location })),
    })),
    addresses: (site?.endpoints ?? []).map(({ address, role, outcome, session, http, protocols, weak }) => ({
      address,
      role,
      outcome,
      protocol: session?.protocol ?? null,
      notAfter: session?.certificate?.notAfter ?? null,
      status: http?.status ?? null,
      accepts: Object.entries(protocols ?? {}).flatMap(([version, { answer }]) =>
        answer === 'accepted' ? [version] : [],
      ),
      weak: (weak ?? []).flatMap(({ suite }) => suite ?? []),
    })),
    caa: caa.state === 'known' ? caa.value.records.map(({ flags, tag, value }) => `${flags} ${tag} ${value}`) : null,
  };
}

export const https = defineCheck({
  id: 'auth.https',
  item: 'HTTPS enforced (no HTTP)',
  rule: {
    pass: "plain HTTP is closed or redirects permanently to https on the same host before any content; the certificate verifies (complete chain sent, host name by SAN, key of 2048 or 256 bits, no SHA-1) and has at least min(21 days, a quarter of its lifetime) left; TLS 1.0 and 1.1 are refused by the server's own word; each A and AAAA address answers with the same certificate, status and redirect",
    fail: 'content over HTTP, a redirect to another host first, a certificate that expired, is not valid yet, does not match or does not chain (self-signed, untrusted root, missing intermediate told apart), an old protocol or a null, export, RC4 or anonymous suite accepted, an address that differs',
    warn: 'a temporary redirect only; no TLS 1.3; no CAA record; 3DES or a suite without forward secrecy accepted; an address family that has no route from here; a CDN in front and no site.origin given: the edge only was seen',
  },
  why: 'Whatever goes over plain HTTP, or over TLS that can be broken or impersonated, can be read and changed on the way: passwords and session cookies first.',
  remedy:
    "nginx: ssl_protocols TLSv1.2 TLSv1.3; ssl_certificate with the full chain (certbot's fullchain.pem), and on port 80 only return 308 https://$host$request_uri; renew the certificate by certbot renew in a timer.",
  docs: [
    'https://www.rfc-editor.org/rfc/rfc9325',
    'https://www.rfc-editor.org/rfc/rfc8996',
    'https://www.rfc-editor.org/rfc/rfc9525',
    'https://www.rfc-editor.org/rfc/rfc8659',
    'https://ssl-config.mozilla.org/',
  ],
  settings: z.strictObject({
    'days-left': z.int().min(0).default(21),
    'rsa-bits': z.int().min(1024).default(2048),
    'ec-bits': z.int().min(160).default(256),
  }),
  loosening: ['days-left', 'rsa-bits', 'ec-bits'],
  reasons,
  ways: (make) => [
    make.probe({
      how: 'plain HTTP, certificate, protocols and suites at every address of the site',
      settings: ['site.url'],
      needs: ['tls.plain-http'],
      wants: ['tls.site', 'dns.caa'],
      judge,
    }),
    make.attest('Is the site reachable over HTTPS only, with a valid certificate and TLS 1.2 or newer?', 90),
  ],
});
