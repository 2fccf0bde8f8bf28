import { z } from 'zod';

const strict = z.strictObject;
const Provider = z.enum(['brevo', 'ses']);

/** What one of the provider's hosts (SES: one region) says of the key. */
const AccountAnswer = strict({
  /** Host, or host and region. */
  at: z.string(),
  outcome: z.enum(['accepted', 'invalid', 'not-permitted']),
  /** The provider's own words for a refusal, shortened; empty else. */
  detail: z.string(),
  /** What the key or the address lacks, for a fix; empty else. */
  lacks: z.string(),
  /** Brevo: transactional e-mail is enabled. */
  relay: z.boolean().nullable(),
  /** SES: out of the sandbox; may send; HEALTHY, PROBATION or SHUTDOWN. */
  production: z.boolean().nullable(),
  sending: z.boolean().nullable(),
  enforcement: z.string().nullable(),
});

const Account = strict({
  provider: Provider,
  /** Whose credentials asked: keys of the env by name, the process's environment, a profile. */
  by: z.string(),
  answers: z.array(AccountAnswer),
});

/** A record that the provider wants, and whether it sees it. */
const DomainRecord = strict({ what: z.string(), host: z.string(), type: z.string(), seen: z.boolean() });

const Domain = strict({
  provider: Provider,
  domain: z.string(),
  /** The setting or key that names it; assumed where nobody does: the site's registered domain. */
  from: z.string(),
  assumed: z.boolean(),
  answers: z.array(
    strict({
      at: z.string(),
      known: z.boolean(),
      verified: z.boolean(),
      /** DKIM by the domain's own key. */
      authenticated: z.boolean(),
      /** SES: PENDING, SUCCESS, FAILED, TEMPORARY_FAILURE, NOT_STARTED; empty else. */
      status: z.string(),
      records: z.array(DomainRecord),
    }),
  ),
  /** Other domains that the account has, at most 20. */
  others: z.array(z.string()),
  /** When the provider was told of the domain, ISO 8601; null where it does not say. */
  since: z.string().nullable(),
});

const destinationKinds = ['webhook', 'sns', 'eventbridge', 'firehose', 'cloudwatch', 'other'] as const;

const Destination = strict({
  kind: z.enum(destinationKinds),
  /** An address without credentials and query, or a name. */
  name: z.string(),
  at: z.string(),
  enabled: z.boolean(),
  https: z.boolean().nullable(),
  /** Of a webhook; null else. */
  host: z.string().nullable(),
  /** In our words; what else it is told of is left out. */
  events: z.array(z.enum(['delivered', 'bounce', 'complaint'])),
});

const Destinations = strict({
  provider: Provider,
  /** The site's host; null where it is not known. */
  site: z.string().nullable(),
  /** At most 200. */
  destinations: z.array(Destination),
  /** Hosts or regions that were asked. */
  asked: z.array(z.string()),
});

/** `2026-11-24` and how many mails went out on it. */
export const DayCount = strict({ date: z.string(), count: z.number() });
export type DayCount = z.infer<typeof DayCount>;

const Statistics = strict({
  provider: Provider,
  /** Of the last 30 days; the whole account's. */
  sent: z.number(),
  delivered: z.number(),
  bounced: z.number(),
  complained: z.number(),
  /** Of those sent, what the provider itself held back (blocked, invalid, rejected). */
  held: z.number(),
  /** The last 30 days that had mail, oldest first. */
  days: z.array(DayCount),
  /** Mails of the 60 days before those. */
  earlier: z.number(),
});

/** The e-mail provider's own word, by its API. No fact holds a key. */
export const providerFacts = {
  'provider.account': Account,
  'provider.domain': Domain,
  'provider.destinations': Destinations,
  'provider.statistics': Statistics,
} as const satisfies Record<string, z.ZodType>;
