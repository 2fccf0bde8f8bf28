import { z } from 'zod';

const CaaRecord = z.strictObject({ flags: z.number(), tag: z.string(), value: z.string() });

export const dnsFacts = {
  /** Which authorities may issue certificates for the site's host (RFC 8659). */
  'dns.caa': z.strictObject({
    host: z.string(),
    /** The names asked, from the host up (RFC 8659 section 3). */
    asked: z.array(z.string()),
    /** The name whose records hold; null where none has any. */
    at: z.string().nullable(),
    records: z.array(CaaRecord),
  }),
} as const satisfies Record<string, z.ZodType>;
