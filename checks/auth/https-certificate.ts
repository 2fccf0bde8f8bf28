import type { Facts, Rules } from '../../src/core/check.ts';
import type { Fault } from '../../src/core/verdict.ts';

export type Endpoint = Facts['tls.site']['endpoints'][number];
type Certificate = NonNullable<Endpoint['session']>['certificate'];
type Known = NonNullable<Certificate>;

export type CertificateReason =
  | 'expired'
  | 'not-yet-valid'
  | 'wrong-name'
  | 'self-signed'
  | 'unknown-root'
  | 'missing-intermediate'
  | 'chain-invalid'
  | 'expires-soon'
  | 'weak-key'
  | 'weak-signature';

export interface Limits {
  'days-left': number;
  'rsa-bits': number;
  'ec-bits': number;
}

const DAY = 86_400_000;

/** Everything that is wrong with what one address shows as its certificate and chain. */
export function certificateFaults(one: Endpoint, host: string, rules: Rules<Limits>): Fault<CertificateReason>[] {
  const { session, chain, address } = one;
  if (!session) return [];
  const leaf = session.certificate;
  // A root is trusted by itself: its dates and its signature are nobody's concern here.
  const above = (chain?.certificates.slice(1) ?? []).filter((issuer) => !issuer.selfIssued);
  const sent = leaf ? [leaf, ...above] : [];
  const faults = [...trustFaults(one, host), ...sent.flatMap((certificate) => dateFaults(certificate, host, rules))];
  const strength = sent.flatMap((certificate) => strengthFaults(certificate, rules.expect));
  if (session.verified || faults.length > 0) return [...faults, ...strength];
  // What the verifier minds is in none of the certificates that were sent: a root that expired, no certificate at all.
  const reason =
    session.defects.find((defect) => defect === 'expired' || defect === 'not-yet-valid') ?? 'chain-invalid';
  const because = `the certificate at ${address}: ${session.detail}`;
  return [{ reason, because, fix: 'issue the certificate anew and send it with its whole chain' }, ...strength];
}

const trust: Partial<Record<string, { reason: CertificateReason; fix(host: string): string }>> = {
  'wrong-name': {
    reason: 'wrong-name',
    fix: (host) => `issue a certificate whose subject alternative name holds ${host}: certbot certonly -d ${host}`,
  },
  'self-signed': {
    reason: 'self-signed',
    fix: (host) => `have a public authority issue it: certbot certonly -d ${host}`,
  },
  'unknown-root': {
    reason: 'unknown-root',
    fix: () =>
      'send the whole chain (nginx: `ssl_certificate fullchain.pem;`) from an authority that browsers know, or name a private root in site.ca',
  },
  'missing-intermediate': {
    reason: 'missing-intermediate',
    fix: () => 'send the intermediate along, each one before its issuer (nginx: `ssl_certificate fullchain.pem;`)',
  },
  other: { reason: 'chain-invalid', fix: () => 'issue the certificate anew and send it with its whole chain' },
};

function trustFaults({ session, chain, address }: Endpoint, host: string): Fault<CertificateReason>[] {
  const defects: string[] = [...(session?.defects ?? [])];
  const madeUp = chain?.problems.includes('missing-intermediate') && !defects.includes('missing-intermediate');
  if (madeUp) defects.push('missing-intermediate');
  return defects.flatMap((defect) => {
    const rule = trust[defect];
    if (!rule) return [];
    const said = madeUp && defect === 'missing-intermediate' ? 'an intermediate was not sent' : session?.detail;
    return [{ reason: rule.reason, because: `the certificate at ${address}: ${said}`, fix: rule.fix(host) }];
  });
}

function dateFaults(one: Known, host: string, { asOf, now, expect }: Rules<Limits>): Fault<CertificateReason>[] {
  const from = Date.parse(one.notBefore);
  const to = Date.parse(one.notAfter);
  const who = `the certificate of ${one.subject}`;
  const fix = `certbot renew --cert-name ${host}, then reload the server`;
  if (to < asOf.getTime()) {
    const because = `${who} ${to < now.getTime() ? 'expired' : 'will have expired'} at ${one.notAfter}`;
    return [{ reason: 'expired', because, fix }];
  }
  if (from > now.getTime()) {
    return [{ reason: 'not-yet-valid', because: `${who} is valid from ${one.notBefore} only`, fix }];
  }
  const needed = Math.min(expect['days-left'] * DAY, (to - from) / 4);
  const left = to - asOf.getTime();
  if (left >= needed) return [];
  const because = `${who} expires at ${one.notAfter}, in ${days(left)}; ${days(needed)} are asked for`;
  return [{ reason: 'expires-soon', because, fix }];
}

/** Ed25519 and Ed448 count as curves; a key of a kind that is not known has no strength that could be told. */
function strengthFaults(one: Known, expect: Limits): Fault<CertificateReason>[] {
  const faults: Fault<CertificateReason>[] = [];
  const needed = /^(rsa|dsa)/.test(one.keyType) ? expect['rsa-bits'] : expect['ec-bits'];
  if (one.bits === null || one.bits < needed) {
    const because = `the key of ${one.subject} is ${one.keyType} of ${one.bits ?? 'unknown'} bits; ${needed} are asked for`;
    faults.push({ reason: 'weak-key', because, fix: 'issue it anew with a key of RSA 2048 bits or P-256' });
  }
  if (/sha-?1$|sha1with|md[245]/i.test(one.signature)) {
    const because = `the certificate of ${one.subject} is signed with ${one.signature}`;
    faults.push({ reason: 'weak-signature', because, fix: 'have it issued anew with SHA-256' });
  }
  return faults;
}

const days = (ms: number): string => `${Math.floor(ms / DAY)} days`;
