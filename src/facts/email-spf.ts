import { z } from 'zod';

const strict = z.strictObject;

const outcomes = [
  'record',
  'none',
  'multiple',
  'syntax',
  'loop',
  'found',
  'void',
  'too-many-names',
  'dynamic',
  'counted',
  'ignored',
  'not-asked',
  'servfail',
  'refused',
  'timeout',
] as const;

const Qualifier = z.enum(['+', '-', '~', '?']);

/** A term that looks something up, or at depth 0 the domain's own record; pre-order. */
const SpfNode = strict({
  depth: z.number(),
  /** As written. */
  term: z.string(),
  mechanism: z.enum(['record', 'include', 'redirect', 'a', 'mx', 'ptr', 'exists']),
  /** What is asked for; null where that depends on the message. */
  domain: z.string().nullable(),
  outcome: z.enum(outcomes),
  because: z.string(),
  /** Terms that look something up, with all below; of them those that meet a void answer whatever the client. */
  lookups: z.number(),
  voids: z.number(),
  /** Of a record: its ip4 and ip6 terms, its all, the octets of the TXT answer, the terms after all. */
  networks: z.number(),
  all: Qualifier.nullable(),
  bytes: z.number().nullable(),
  after: z.array(z.string()),
});

/** A domain's record with all that it leads to (RFC 7208). */
const SpfTree = strict({
  domain: z.string(),
  result: z.enum(['record', 'none', 'permerror', 'temperror']),
  text: z.string().nullable(),
  lookups: z.number(),
  /** Terms that meet a void answer, as RFC 7208 section 4.6.4 counts; and such answers, as some receivers do. */
  voids: z.number(),
  voidNames: z.number(),
  /** The all that ends evaluation, and whose it is: a redirect's record may have it. */
  all: strict({ qualifier: Qualifier, domain: z.string() }).nullable(),
  /** The end depends on the message, or could not be asked for. */
  endUnseen: z.boolean(),
  /** Terms that let everybody pass. */
  open: z.array(strict({ domain: z.string(), term: z.string() })),
  duplicates: z.array(z.string()),
  nodes: z.array(SpfNode),
  truncated: z.boolean(),
});

const SpfProvider = strict({
  name: z.string(),
  /** `email.provider` or EMAIL_PROVIDER. */
  from: z.string(),
  /** The include that its documentation names, and its earlier names. */
  includes: z.array(z.string()),
  /** Which of them the envelope domain's tree leads to; null where none. */
  named: z.string().nullable(),
  /** How many networks its own record authorises; 0 where it could not be read, with the reason. */
  networks: z.number(),
  because: z.string(),
  failure: z.enum(['servfail', 'refused', 'timeout']).nullable(),
  /** One address of some of its networks, and what check_host() says of each for the envelope domain. */
  checked: z.array(
    strict({
      address: z.string(),
      result: z.enum(['none', 'neutral', 'pass', 'fail', 'softfail', 'temperror', 'permerror']),
      because: z.string(),
    }),
  ),
});

export const spfFacts = {
  'email.spf': strict({
    /** The domain that mail is sent from, and what says so. */
    domain: z.string(),
    from: z.string(),
    /** Nobody says so: it is the site's registered domain. */
    assumed: z.boolean(),
    /** The custom MAIL FROM's domain, else the sending domain. */
    envelope: z.string(),
    /** Whether both have the same registered domain (relaxed alignment, RFC 7489 section 3.1.2). */
    aligned: z.boolean(),
    /** Null where none is known. */
    provider: SpfProvider.nullable(),
    /** The envelope domain's, then the sending domain's where it is another. */
    trees: z.array(SpfTree),
  }),
} as const satisfies Record<string, z.ZodType>;
