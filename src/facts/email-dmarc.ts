import { z } from 'zod';

export const DmarcPolicy = z.enum(['none', 'quarantine', 'reject']);

const Uri = z.strictObject({
  uri: z.string(),
  /** Of the authority, or behind the @ of a mailto; null where the URI is no valid one. */
  host: z.string().nullable(),
  /** `!10m`: the size limit that RFC 9989 removed. */
  size: z.string().nullable(),
});

/** A DMARC Policy Record (RFC 9989 section 4.7): values that break the grammar count as absent. */
const DmarcRecord = z.strictObject({
  /** As published, bounded. */
  text: z.string(),
  /** In order, v left out: what a corrected record is written from. */
  tags: z.array(z.strictObject({ name: z.string(), value: z.string() })),
  p: DmarcPolicy.nullable(),
  sp: DmarcPolicy.nullable(),
  np: DmarcPolicy.nullable(),
  testing: z.boolean(),
  psd: z.enum(['y', 'n', 'u']),
  adkim: z.enum(['r', 's']),
  aspf: z.enum(['r', 's']),
  rua: z.array(Uri),
  ruf: z.array(Uri),
  /** Of RFC 7489, as receivers of old still read it; null where absent or no number from 0 to 100. */
  pct: z.number().nullable(),
  /** Tags that are there and that RFC 9989 removed: pct, rf, ri. */
  removed: z.array(z.string()),
  /** Known tags whose value breaks the grammar. */
  invalid: z.array(z.string()),
  /** Tags that stand more than once. */
  duplicates: z.array(z.string()),
  /** Whatever else breaks the grammar, for a person. */
  problems: z.array(z.string()),
});

/** A record that receivers do not take for one, though it is meant as one. */
const Ignored = z.strictObject({
  text: z.string(),
  why: z.enum(['leading-space', 'version', 'not-first', 'no-version']),
});

/** One query of the tree walk (RFC 9989 section 4.10). */
const Step = z.strictObject({
  domain: z.string(),
  outcome: z.enum(['ok', 'nxdomain', 'nodata']),
  aliases: z.array(z.string()),
  /** How many DMARC Policy Records are there; several are all discarded. */
  count: z.number(),
  ignored: z.array(Ignored),
  record: DmarcRecord.nullable(),
});

/** The record that applies to the domain, and the policy in it (RFC 9989 section 4.10.1). */
const Applied = z.strictObject({
  domain: z.string(),
  place: z.enum(['author', 'organizational', 'public-suffix']),
  tag: z.enum(['p', 'sp', 'np']),
  /** Null where receivers apply nothing: p, sp or np cannot be read and there is no address for reports. */
  policy: DmarcPolicy.nullable(),
  record: DmarcRecord,
});

const Report = z.strictObject({
  tag: z.enum(['rua', 'ruf']),
  uri: z.string(),
  host: z.string(),
  /** The name asked for; null where the host belongs to the same organization. */
  asked: z.string().nullable(),
  /** Null where the answer could not be had. */
  authorized: z.boolean().nullable(),
  because: z.string(),
});

export const emailDmarcFacts = {
  'email.dmarc': z.strictObject({
    domain: z.string(),
    /** Nobody named the domain: it is the site's. */
    assumed: z.boolean(),
    /** False for NXDOMAIN, which makes np apply; null where that could not be looked at and does not matter. */
    exists: z.boolean().nullable(),
    walk: z.array(Step),
    /** Why the walk is not whole, where the domain's own record applies all the same; null where it is. */
    unseen: z.string().nullable(),
    organizational: z.string(),
    applied: Applied.nullable(),
    /** TXT records at the domain itself that are meant as DMARC; null where that could not be looked at. */
    apex: z.array(z.string()).nullable(),
    /** What RFC 7489 finds with the public suffix list; null where that could not be looked at. */
    suffixList: z
      .strictObject({
        organizational: z.string(),
        /** Where its record is; null where there is none. */
        domain: z.string().nullable(),
        policy: DmarcPolicy.nullable(),
      })
      .nullable(),
    reports: z.array(Report),
    /** Of email.returnPath; its organizational domain is null where the walk had no answer. */
    returnPath: z.strictObject({ domain: z.string(), organizational: z.string().nullable() }).nullable(),
  }),
} as const satisfies Record<string, z.ZodType>;

export type DmarcPolicy = z.infer<typeof DmarcPolicy>;
export type DmarcRecord = z.infer<typeof DmarcRecord>;
export type DmarcUri = z.infer<typeof Uri>;
export type DmarcStep = z.infer<typeof Step>;
export type DmarcApplied = z.infer<typeof Applied>;
export type DmarcReport = z.infer<typeof Report>;
export type DmarcIgnored = z.infer<typeof Ignored>;
