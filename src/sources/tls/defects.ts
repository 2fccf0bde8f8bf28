import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { TlsSession } from '../../facts/tls.ts';
import { shortName } from './certificate.ts';

type Defect = TlsSession['defects'][number];
export interface Defects {
  defects: Defect[];
  /** One line for a person, every defect in it. */
  detail: string;
}

const MAX_DEPTH = 10;
/** What OpenSSL says of trust and of time (x509_vfy.h): the chain is walked again, for it reports one of several. */
const explained =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?|UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERT_UNTRUSTED|CERT_HAS_EXPIRED|CERT_NOT_YET_VALID|HOSTNAME_MISMATCH)$/;

/**
 * All that keeps a certificate from being accepted for `name`: OpenSSL reports only the last one it met, so each is looked for.
 * @param sent the chain as the server sent it, the leaf first
 * @param error OpenSSL's word; null where the chain verifies
 * @param now what validity is held against
 */
export function defectsOf(
  sent: readonly X509Certificate[],
  name: string,
  roots: readonly string[],
  error: { code: string; message: string } | null,
  now: Date,
): Defects {
  const leaf = sent[0];
  if (!leaf) return { defects: ['other'], detail: 'the server sent no certificate' };
  const found: [Defect, string][] = [];
  if (error) {
    const path = pathOf(leaf, sent, roots);
    const trust = trustOf(path, sent);
    if (trust) found.push(trust);
    found.push(...path.certificates.flatMap((one) => timesOf(one, now)));
    if (!explained.test(error.code) || found.length === 0) found.push(['other', `${error.message} (${error.code})`]);
  }
  if (!matches(leaf, name)) found.push(['wrong-name', wrongName(leaf, name)]);
  return { defects: [...new Set(found.map(([defect]) => defect))], detail: found.map(([, text]) => text).join('; ') };
}

/** Whether a certificate is for this host: by subject alternative name only, whole-label wildcards (RFC 9525 section 6.3). */
function matches(leaf: X509Certificate, name: string): boolean {
  const host = name.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (isIP(host)) return leaf.checkIP(host) !== undefined;
  return leaf.checkHost(host, { subject: 'never', partialWildcards: false, multiLabelWildcards: false }) !== undefined;
}

function wrongName(leaf: X509Certificate, name: string): string {
  const names = leaf.subjectAltName?.slice(0, 200);
  return `it is not for ${name}: ${names ? `its names are ${names}` : 'it has no subject alternative name'}`;
}

function timesOf(one: X509Certificate, now: Date): [Defect, string][] {
  const from = new Date(one.validFrom);
  const to = new Date(one.validTo);
  const who = `the certificate of ${shortName(one.subject)}`;
  if (to < now) return [['expired', `${who} expired at ${to.toISOString()}`]];
  return from > now ? [['not-yet-valid', `${who} is valid from ${from.toISOString()} only`]] : [];
}

interface Path {
  /** From the leaf up, as far as what was sent and the CA file's own intermediates lead. */
  certificates: X509Certificate[];
  trusted: boolean;
  anchors: readonly X509Certificate[];
}

/** The way up from the leaf, by name and signature (RFC 5280 section 6.1). */
function pathOf(leaf: X509Certificate, sent: readonly X509Certificate[], pems: readonly string[]): Path {
  const { anchors, helpers } = rootsOf(pems);
  const certificates = [leaf];
  for (let top = leaf; certificates.length <= MAX_DEPTH; ) {
    const at = top;
    if (anchors.some((one) => one.fingerprint256 === at.fingerprint256))
      return { certificates, trusted: true, anchors };
    const anchor = anchors.find((one) => issued(one, at));
    if (anchor) return { certificates: [...certificates, anchor], trusted: true, anchors };
    const above = [...sent, ...helpers].find((one) => !certificates.includes(one) && issued(one, at));
    if (!above) break;
    certificates.push(above);
    top = above;
  }
  return { certificates, trusted: false, anchors };
}

function trustOf({ certificates, trusted, anchors }: Path, sent: readonly X509Certificate[]): [Defect, string] | null {
  const top = certificates.at(-1);
  if (trusted || !top) return null;
  const name = shortName(top.subject);
  if (isSelfSigned(top)) {
    return certificates.length === 1
      ? ['self-signed', `the certificate of ${name} is signed by itself`]
      : ['unknown-root', `the chain ends in ${name}, which is not among the roots`];
  }
  const issuer = shortName(top.issuer);
  if (sent.some((one) => one.subject === top.issuer && signedBy(top, one))) {
    return ['other', `its issuer ${issuer} may not issue certificates`];
  }
  return fromKnownAuthority(top, anchors)
    ? ['missing-intermediate', `the certificate of its issuer ${issuer} was not sent`]
    : ['unknown-root', `its issuer ${issuer} was neither sent nor is it among the roots`];
}

/**
 * Whether the issuer that was not sent is an intermediate (of an authority that may be trusted) rather than a root: a root
 * need not be sent (RFC 8446 section 4.4.2), so the bytes alone do not tell. Public authorities point to the
 * issuer's certificate or to the issuance policies of the CA/Browser Forum; private ones call theirs what they are, or
 * keep their organisation's name.
 */
function fromKnownAuthority(top: X509Certificate, roots: readonly X509Certificate[]): boolean {
  const issuer = shortName(top.issuer);
  if (/\broot\b/i.test(issuer)) return false;
  if (/\b(intermediate|issuing|sub(ordinate)?)\b/i.test(issuer)) return true;
  if (/CA Issuers - URI:/.test(top.infoAccess ?? '')) return true;
  const organisation = organisationOf(top.issuer);
  return organisation !== null && roots.some((root) => organisationOf(root.subject) === organisation);
}

function organisationOf(distinguished: string): string | null {
  return /^O=(.+)$/m.exec(distinguished)?.[1] ?? null;
}

export function issued(above: X509Certificate, below: X509Certificate): boolean {
  return below.checkIssued(above) && signedBy(below, above);
}

/** A server's own certificate may lack the right to sign others, so checkIssued does not tell. */
export function isSelfSigned(one: X509Certificate): boolean {
  return one.subject === one.issuer && signedBy(one, one);
}

function signedBy(below: X509Certificate, above: X509Certificate): boolean {
  try {
    return below.verify(above.publicKey);
  } catch {
    return false; // a key that this OpenSSL does not know
  }
}

interface Roots {
  /** Self-signed: where a chain may end. */
  anchors: readonly X509Certificate[];
  /** Intermediates that somebody put among them: OpenSSL builds chains with these too, but ends in none. */
  helpers: readonly X509Certificate[];
}

const known = new WeakMap<readonly string[], Roots>();

export function rootsOf(pems: readonly string[]): Roots {
  let roots = known.get(pems);
  if (!roots) {
    const all = pems.map((pem) => new X509Certificate(pem));
    const anchors = all.filter((one) => one.subject === one.issuer); // trusted as they are: nothing to verify
    roots = { anchors, helpers: all.filter((one) => !anchors.includes(one)) };
    known.set(pems, roots);
  }
  return roots;
}
