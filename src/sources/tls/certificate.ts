import type { X509Certificate } from 'node:crypto';
import type forgeTypes from 'node-forge';
import type { Certificate } from '../../facts/tls.ts';

const MAX_NAMES = 100;
const MAX_TEXT = 300;

/** Sizes in bits of the curves that certificates use (RFC 5480, SEC 2, RFC 8410). */
const curveBits: Readonly<Record<string, number>> = {
  prime192v1: 192,
  secp224r1: 224,
  prime256v1: 256,
  secp256k1: 256,
  secp384r1: 384,
  secp521r1: 521,
  brainpoolP256r1: 256,
  brainpoolP384r1: 384,
  brainpoolP512r1: 512,
  ed25519: 256,
  ed448: 448,
};

/** Names of the signature algorithms (RFC 3279, 4055, 5758, 8410); others keep their number. */
const signatures: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.2': 'md2WithRSAEncryption',
  '1.2.840.113549.1.1.4': 'md5WithRSAEncryption',
  '1.2.840.113549.1.1.5': 'sha1WithRSAEncryption',
  '1.2.840.113549.1.1.10': 'rsassaPss',
  '1.2.840.113549.1.1.11': 'sha256WithRSAEncryption',
  '1.2.840.113549.1.1.12': 'sha384WithRSAEncryption',
  '1.2.840.113549.1.1.13': 'sha512WithRSAEncryption',
  '1.2.840.113549.1.1.14': 'sha224WithRSAEncryption',
  '1.2.840.10040.4.3': 'dsa-with-SHA1',
  '2.16.840.1.101.3.4.3.2': 'dsa-with-SHA256',
  '1.2.840.10045.4.1': 'ecdsa-with-SHA1',
  '1.2.840.10045.4.3.1': 'ecdsa-with-SHA224',
  '1.2.840.10045.4.3.2': 'ecdsa-with-SHA256',
  '1.2.840.10045.4.3.3': 'ecdsa-with-SHA384',
  '1.2.840.10045.4.3.4': 'ecdsa-with-SHA512',
  '1.3.101.112': 'ed25519',
  '1.3.101.113': 'ed448',
};

/** RFC 4055 section 2.1: the digests that RSASSA-PSS names in its parameters. SHA-1 is its default, then left out. */
const digests: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'SHA1',
  '2.16.840.1.101.3.4.2.1': 'SHA256',
  '2.16.840.1.101.3.4.2.2': 'SHA384',
  '2.16.840.1.101.3.4.2.3': 'SHA512',
};

/** What a certificate says, as plain JSON; strings and lists bounded. */
export async function describeCertificate(x509: X509Certificate): Promise<Certificate> {
  const key = keyOf(x509);
  return {
    subject: oneLine(x509.subject),
    issuer: oneLine(x509.issuer),
    names: namesOf(x509).slice(0, MAX_NAMES),
    notBefore: isoOf(x509.validFrom),
    notAfter: isoOf(x509.validTo),
    keyType: key.type,
    bits: key.bits,
    signature: await signatureOf(x509),
    selfIssued: x509.subject === x509.issuer,
    fingerprint256: x509.fingerprint256,
  };
}

/** The name that a person knows a certificate by: its common name, else the whole subject. */
export function shortName(distinguished: string): string {
  const common = /(?:^|\n|, )CN=([^\n]+?)(?:, [A-Z]+=|\n|$)/.exec(distinguished)?.[1];
  return (common ?? oneLine(distinguished)).slice(0, MAX_TEXT);
}

function oneLine(distinguished: string | undefined): string {
  return (distinguished ?? '').split('\n').join(', ').slice(0, MAX_TEXT);
}

/**
 * DNS names and addresses of the subject alternative name. Node prints `DNS:a, IP Address:::1`, and what would be ambiguous as a
 * JSON string (`DNS:"a, DNS:b"`).
 */
function namesOf(x509: X509Certificate): string[] {
  const text = x509.subjectAltName ?? '';
  const parts = text.matchAll(/(?:^|, )(?:DNS|IP Address):("(?:[^"\\]|\\.)*"|[^,]*)/g);
  return [...parts].map(([, name = '']) => (name.startsWith('"') ? unquoted(name) : name).slice(0, MAX_TEXT));
}

function unquoted(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}

/** A time that cannot be read counts as long past. */
function isoOf(printed: string): string {
  const time = new Date(printed);
  return Number.isNaN(time.getTime()) ? new Date(0).toISOString() : time.toISOString();
}

function keyOf(x509: X509Certificate): { type: string; bits: number | null } {
  try {
    const { asymmetricKeyType: type = 'unknown', asymmetricKeyDetails: details } = x509.publicKey;
    return { type, bits: details?.modulusLength ?? curveBits[details?.namedCurve ?? type] ?? null };
  } catch {
    return { type: 'unknown', bits: null }; // a key that this OpenSSL does not know
  }
}

/** X509Certificate of Node 20 does not tell it: Certificate ::= SEQUENCE { tbs, signatureAlgorithm, … } (RFC 5280 section 4.1). */
async function signatureOf(x509: X509Certificate): Promise<string> {
  const { default: forge } = await import('node-forge');
  try {
    const whole = forge.asn1.fromDer(forge.util.createBuffer(x509.raw.toString('latin1')), false);
    const algorithm = children(children(whole)[1]);
    const oid = oidOf(forge, algorithm[0]);
    const name = signatures[oid] ?? oid;
    return name === 'rsassaPss' ? `${name} with ${pssDigest(forge, algorithm[1])}` : name;
  } catch {
    return 'unknown';
  }
}

/** RSASSA-PSS-params ::= SEQUENCE { [0] hashAlgorithm DEFAULT sha1, … } (RFC 4055 section 3.1). */
function pssDigest(forge: typeof forgeTypes, parameters: forgeTypes.asn1.Asn1 | undefined): string {
  const hash = children(parameters).find((one) => (one.type as number) === 0);
  if (!hash) return 'SHA1';
  const oid = oidOf(forge, children(children(hash)[0])[0]);
  return digests[oid] ?? oid;
}

function oidOf(forge: typeof forgeTypes, node: forgeTypes.asn1.Asn1 | undefined): string {
  return typeof node?.value === 'string' ? forge.asn1.derToOid(node.value) : '';
}

function children(node: forgeTypes.asn1.Asn1 | undefined): forgeTypes.asn1.Asn1[] {
  return Array.isArray(node?.value) ? node.value : [];
}
