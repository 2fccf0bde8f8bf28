import { z } from 'zod';
import { DayCount } from './provider.ts';

const strict = z.strictObject;

/** What the product's own table says of its mails. */
const Sends = strict({
  /** schema.table */
  table: z.string(),
  webhooks: z.string().nullable(),
  /** Of the last 30 days. Pending and cancelled mails are in none but their own. */
  sent: z.number(),
  delivered: z.number(),
  bounced: z.number(),
  complained: z.number(),
  /** Of those sent, what never left. */
  held: z.number(),
  pending: z.number(),
  /** Statuses that svcheck does not know, at most 20. */
  unknown: z.array(strict({ status: z.string(), count: z.number() })),
  /** How many of these events the tables hold from the last 90 days: 0 may be well, or nobody tells. */
  feeds: strict({ delivered: z.number(), bounced: z.number(), complained: z.number() }),
  /** The last 30 days that had mail, oldest first. */
  days: z.array(DayCount),
  /** Mails before those 30 days; of those older than 90 days one is counted. */
  earlier: z.number(),
});

/** A way to unsubscribe that a template holds. */
const Link = strict({
  /** With {token} in place of what is filled in; null where the whole address is. */
  address: z.string().nullable(),
  /** On the site's own host. */
  own: z.boolean(),
});

const Templates = strict({
  table: z.string(),
  /** Active ones. */
  active: z.number(),
  /** The column that tells marketing from the rest; null where there is none. */
  kind: z.string().nullable(),
  /** Active marketing templates, at most 200. */
  marketing: z.array(strict({ name: z.string(), links: z.array(Link) })),
  /** There are more, or one is longer than is read. */
  cut: z.boolean(),
});

/** What an address answers to a token that nobody was given. */
const Answered = strict({
  address: z.string(),
  status: z.number(),
  html: z.boolean(),
  /** Path that it redirects to; null where it does not. */
  location: z.string().nullable(),
});

const Unsubscribe = strict({
  answers: z.array(Answered),
  /** The same of a random path. */
  control: Answered,
});

const Sample = strict({
  file: z.string(),
  /** Schemes of List-Unsubscribe, in their order. */
  schemes: z.array(z.string()),
  /** RFC 8058: List-Unsubscribe-Post says List-Unsubscribe=One-Click. */
  post: z.boolean(),
});

const Endpoint = strict({
  address: z.string(),
  /** Where the address comes from. */
  from: z.string(),
  get: z.number(),
  options: z.number(),
  /** The same of a random path beside it. */
  control: strict({ get: z.number(), options: z.number() }),
});

const Refusal = strict({
  address: z.string(),
  /** A call with the configured credential; null where none is configured. */
  well: z.number().nullable(),
  without: z.number(),
  wrong: z.number().nullable(),
  /** The call without a credential, to a random path beside it. */
  control: z.number(),
});

/** The product's own tables of e-mail, and what its site does with what the provider and its readers send. */
export const productFacts = {
  'product.sends': Sends,
  'product.templates': Templates,
  'product.unsubscribe': Unsubscribe,
  'product.sample': Sample,
  'product.webhook': Endpoint,
  'product.webhook-refusal': Refusal,
} as const satisfies Record<string, z.ZodType>;
