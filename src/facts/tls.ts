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
const chainDefects = [
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

const tlsVersions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;

/** Suites that a server should not agree on (RFC 9325 section 4), the worst first. */
export const weakFamilies = ['null', 'anonymous', 'export', 'rc4', '3des', 'no-forward-secrecy'] as const;

/** The server's word on one offer: by its hello, by an alert, by closing; `not-asked` where the budget of handshakes was used up. */
const Offer = z.strictObject({
  answer: z.enum(['accepted', 'refused', 'closed', 'unclear', 'not-asked']),
  /** In the protocol's words: `ServerHello TLSv1.2`, `alert protocol_version`. */
  said: z.string(),
});

const WeakOffer = Offer.extend({
  family: z.enum(weakFamilies),
  /** The suite that the server chose. */
  suite: z.string().nullable(),
});

/** The chain in the order in which the server sent it. */
const SentChain = z.strictObject({
  certificates: z.array(Certificate),
  /**
   * missing-intermediate: what was sent does not lead to a root, though the roots in use may make up for it; out-of-order and
   * unneeded: sent besides, or not each one below its issuer (RFC 5246 section 7.4.2).
   */
  problems: z.array(z.enum(['missing-intermediate', 'out-of-order', 'unneeded', 'root-sent'])),
  /** Read from the Certificate message itself (TLS 1.2), or as our TLS library hands it on. */
  read: z.enum(['message', 'library']),
});

/** The head of one answer over HTTP/1.1. */
const HttpHead = z.strictObject({
  /** Null where the answer is no HTTP, or none came. */
  status: z.number().nullable(),
  location: z.string().nullable(),
  /** Why there is no status; empty otherwise. */
  detail: z.string(),
});

const address = {
  address: z.string(),
  port: z.number(),
  family: z.union([z.literal(4), z.literal(6)]),
  /** `origin`: site.origin, the address behind a CDN; `site`: what the name resolves to, or site.resolve says. */
  role: z.enum(['site', 'origin']),
};

/** What came of one address; `no-route`: this machine has no way to its family; `not-asked`: beyond the budget of handshakes. */
const tlsOutcomes = [
  'ok',
  'no-route',
  'refused',
  'reset',
  'timeout',
  'tls',
  'wrong-protocol',
  'not-permitted',
  'not-asked',
] as const;

const TlsEndpoint = z.strictObject({
  ...address,
  outcome: z.enum(tlsOutcomes),
  /** Why there is no session; empty when ok. */
  detail: z.string(),
  session: TlsSession.nullable(),
  chain: SentChain.nullable(),
  http: HttpHead.nullable(),
  protocols: z.record(z.enum(tlsVersions), Offer).nullable(),
  weak: z.array(WeakOffer).nullable(),
});
export type TlsEndpoint = z.infer<typeof TlsEndpoint>;

/** One plain-HTTP request. `closed`: refused, or closed without a byte. */
const PlainAnswer = z.strictObject({
  path: z.string(),
  outcome: z.enum(['answered', 'closed', 'no-route', 'reset', 'timeout', 'wrong-protocol']),
  status: z.number().nullable(),
  location: z.string().nullable(),
  detail: z.string(),
});

export const tlsFacts = {
  /** The site over TLS: every address, its certificate, protocols and the answer to one request. */
  'tls.site': z.strictObject({
    host: z.string(),
    path: z.string(),
    endpoints: z.array(TlsEndpoint),
    /** Why the addresses of one family are not known; null where both are. */
    unresolved: z.string().nullable(),
    /** The name of a content delivery network that answered, by its headers; null where none was recognised. */
    cdn: z.string().nullable(),
    originKnown: z.boolean(),
    handshakes: z.number(),
  }),
  /** Plain HTTP on the site's host: what each address answers, on several paths. */
  'tls.plain-http': z.strictObject({
    /** Where plain HTTP would answer. */
    url: z.string(),
    host: z.string(),
    endpoints: z.array(z.strictObject({ ...address, answers: z.array(PlainAnswer) })),
  }),
} as const satisfies Record<string, z.ZodType>;
