import { z } from 'zod';

export const sentryFacts = {
  /** The form of the DSN; its key is no part of the fact. */
  'sentry.dsn': z.discriminatedUnion('state', [
    z.strictObject({ state: z.literal('unset') }),
    z.strictObject({
      state: z.literal('malformed'),
      from: z.string(),
      /** What is wrong with it, without the value. */
      problem: z.string(),
    }),
    z.strictObject({
      state: z.literal('well-formed'),
      /** `SENTRY_DSN` or `sentry.dsn`. */
      from: z.string(),
      scheme: z.enum(['http', 'https']),
      host: z.string(),
      port: z.number(),
      project: z.string(),
      /** It has the secret part that Sentry calls deprecated. */
      secretPart: z.boolean(),
      loopback: z.boolean(),
    }),
  ]),
  /** A quiet GET of the ingest address: any answer of HTTP below 500 says that the host is there. */
  'sentry.ingest': z.discriminatedUnion('outcome', [
    z.strictObject({ outcome: z.literal('answered'), host: z.string(), status: z.number() }),
    z.strictObject({ outcome: z.enum(['refused', 'nxdomain']), host: z.string(), detail: z.string() }),
  ]),
  /** A test event, sent as an envelope. */
  'sentry.event': z.strictObject({
    host: z.string(),
    project: z.string(),
    status: z.number(),
    /** The answer names our event's id, as the documentation has it for an accepted one. */
    acknowledged: z.boolean(),
    /** What Sentry says about a refusal, shortened. */
    detail: z.string(),
  }),
} as const satisfies Record<string, z.ZodType>;
