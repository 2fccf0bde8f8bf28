import { createPublicKey, type KeyObject } from 'node:crypto';
import type { DkimKey, DkimRecord } from '../../../facts/email-dkim.ts';

/** base64string of RFC 6376 section 2.10, its folding white space taken out: the padding is optional there. */
const base64 = /^[A-Za-z0-9+/]+={0,2}$/;
/** RFC 8463 section 4: the 32 octets of RFC 8032, bare. */
const ED25519_BYTES = 32;

/**
 * The public key of a p= value that is not empty. Never throws.
 * @param type of k=
 */
export function keyOf(type: DkimRecord['keyType'], value: string): DkimKey | { error: string } {
  const text = value.replace(/[ \t\r\n]/g, '');
  if (!base64.test(text)) return { error: 'p= is not base64' };
  const bytes = Buffer.from(text, 'base64');
  return type === 'ed25519' ? ed25519Key(bytes) : rsaKey(bytes);
}

function ed25519Key(bytes: Buffer): DkimKey | { error: string } {
  if (bytes.length !== ED25519_BYTES) {
    return { error: `p= of k=ed25519 has ${bytes.length} bytes; the bare key has 32 (RFC 8463 section 4)` };
  }
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: bytes.toString('base64url') };
  const key = attempt(() => createPublicKey({ key: jwk, format: 'jwk' }));
  return key ? { type: 'ed25519', bits: 256 } : { error: 'p= is no Ed25519 key' };
}

/** SubjectPublicKeyInfo, as everybody publishes it (erratum 3017), or RSAPublicKey, as RFC 6376 has it. */
function rsaKey(bytes: Buffer): DkimKey | { error: string } {
  const key =
    attempt(() => createPublicKey({ key: bytes, format: 'der', type: 'spki' })) ??
    attempt(() => createPublicKey({ key: bytes, format: 'der', type: 'pkcs1' }));
  if (!key) return { error: 'p= is base64, but no RSA public key: part of it may be missing' };
  if (key.asymmetricKeyType !== 'rsa') {
    return { error: `k= says rsa, p= is a key of type ${key.asymmetricKeyType ?? 'unknown'}` };
  }
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  // With an exponent of 1 the signature is the text itself; an even one is no RSA (RFC 8017 section 3.1).
  if (publicExponent < 3n || publicExponent % 2n === 0n) return { error: `its exponent is ${publicExponent}` };
  return { type: 'rsa', bits: modulusLength };
}

function attempt(read: () => KeyObject): KeyObject | null {
  try {
    return read();
  } catch {
    return null;
  }
}
