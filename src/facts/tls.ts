import { z } from 'zod';

export const Certificate = z.strictObject({
  subject: z.string(),
  issuer: z.string(),
  /** DNS names and IP addresses of the subject alternative name; a common name does not count (RFC 9525 section 2). */
  names: z.array(z.string()),
  /** ISO 8601, UTC. */
  notBefore: z.string(),
  notAfter: z.string(),
  keyType: z.string(),
  /** Modulus or curve size; null where the key type has none. */
  bits: z.number().nullable(),
  /** The signature algorithm's name: sha256WithRSAEncryption, ecdsa-with-SHA256 … */
  signature: z.string(),
  selfIssued: z.boolean(),
  fingerprint256: z.string(),
});
export type Certificate = z.infer<typeof Certificate>;

/** What keeps a chain from verifying, each told apart. */
export const chainDefects = [
  'self-signed',
  'unknown-root',
  'missing-intermediate',
  'expired',
  'not-yet-valid',
  'wrong-name',
  'other',
] as const;

/** One TLS session as our own socket saw it. The same shape for a site, PostgreSQL and Redis. */
export const TlsSession = z.strictObject({
  protocol: z.string(),
  cipher: z.string(),
  /** No defect: the chain verifies against the roots in use and the name matches. */
  verified: z.boolean(),
  defects: z.array(z.enum(chainDefects)),
  /** What the verifier said, one line; empty when verified. */
  detail: z.string(),
  certificate: Certificate.nullable(),
});
export type TlsSession = z.infer<typeof TlsSession>;

export const tlsFacts = {} as const satisfies Record<string, z.ZodType>;
