import { z } from 'zod';

/** What was found of one of the two records; problem says what breaks its grammar. */
const MtaStsPolicy = z.strictObject({
  url: z.string(),
  /** Of the answer; null where there was none. */
  status: z.number().nullable(),
  mode: z.enum(['enforce', 'testing', 'none']).nullable(),
  /** Seconds. */
  maxAge: z.number().nullable(),
  mx: z.array(z.string()),
  /** Hosts of the MX records that no mx of the policy covers. */
  uncovered: z.array(z.string()),
  /** What is wrong with it, as senders see it. */
  problem: z.string().nullable(),
  /** Why it could not be looked at from here. */
  unseen: z.string().nullable(),
});

const MtaSts = z.strictObject({
  /** How many records begin with v=STSv1; only one counts. */
  count: z.number(),
  problem: z.string().nullable(),
  /** Null where no record announces one. */
  policy: MtaStsPolicy.nullable(),
});

const TlsRpt = z.strictObject({
  count: z.number(),
  rua: z.array(z.string()),
  problem: z.string().nullable(),
});

export const emailExtrasFacts = {
  /** How mail to the sending domain travels: bounces, replies and complaints come back to it. */
  'email.receiving': z.strictObject({
    domain: z.string(),
    mx: z.array(z.strictObject({ priority: z.number(), host: z.string() })),
    /** The one MX record "0 ." (RFC 7505). */
    nullMx: z.boolean(),
    /** Addresses of the domain, which senders fall back to where there is no MX record (RFC 5321 section 5.1). */
    addresses: z.array(z.string()),
    /** RFC 8461 and RFC 8460; null where the domain has no MX record to receive by. */
    mtaSts: MtaSts.nullable(),
    tlsRpt: TlsRpt.nullable(),
    /** Whether the zone is signed, by a validating resolver's word (RFC 4035); null where none was asked. */
    signed: z.boolean().nullable(),
    /** Lookups without an answer, for a person. */
    unseen: z.array(z.string()),
  }),
} as const satisfies Record<string, z.ZodType>;

export type MtaSts = z.infer<typeof MtaSts>;
export type MtaStsPolicy = z.infer<typeof MtaStsPolicy>;
export type TlsRpt = z.infer<typeof TlsRpt>;
