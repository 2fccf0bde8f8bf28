import { z } from 'zod';

const DkimKey = z.strictObject({
  type: z.enum(['rsa', 'ed25519']),
  /** The modulus of RSA; 256 for Ed25519. */
  bits: z.number(),
});

/** A key record that can be read (RFC 6376 section 3.6.1). */
const DkimRecord = z.strictObject({
  /** k=, its default filled in. */
  keyType: z.enum(['rsa', 'ed25519']),
  /** h=: the hash algorithms that are accepted; null where all are. */
  hashes: z.array(z.string()).nullable(),
  /** s=: the services it is for; null where for all. */
  services: z.array(z.string()).nullable(),
  /** t=: y is a test, s forbids subdomains in i=. */
  flags: z.array(z.string()),
  /** g= of RFC 4871, which RFC 6376 removed. */
  granularity: z.string().nullable(),
  /** Null where p= is empty: the key is revoked. */
  key: DkimKey.nullable(),
});

const Selector = z.strictObject({
  selector: z.string(),
  /** What named it: `email.selectors`, the host of the provider's API, or the page of the provider whose usual one it is. */
  source: z.string(),
  /** False for one that is tried because the provider often uses it. */
  named: z.boolean(),
  /** The name asked for. */
  name: z.string(),
  outcome: z.enum(['ok', 'nxdomain', 'nodata', 'servfail', 'refused', 'timeout']),
  /** Why there is no answer; empty when ok. */
  because: z.string(),
  /** Where CNAME records led, in order. */
  aliases: z.array(z.string()),
  /** The TXT records there, bounded in length and number. */
  texts: z.array(z.string()),
  /** How many there are. */
  count: z.number(),
  /** Whether any of them is meant as a key. */
  meant: z.boolean(),
  record: DkimRecord.nullable(),
  /** Why there is no record that can be read. */
  problem: z.string().nullable(),
});

export const emailDkimFacts = {
  /** The DKIM keys of the sending domain: those of named selectors, else those that its provider usually has. */
  'email.dkim': z.strictObject({
    domain: z.string(),
    /** Nobody named the domain: it is the site's. */
    assumed: z.boolean(),
    /** The provider whose selectors were tried; null where it is not known. */
    provider: z.string().nullable(),
    selectors: z.array(Selector),
  }),
} as const satisfies Record<string, z.ZodType>;

export type DkimKey = z.infer<typeof DkimKey>;
export type DkimRecord = z.infer<typeof DkimRecord>;
export type DkimSelector = z.infer<typeof Selector>;
