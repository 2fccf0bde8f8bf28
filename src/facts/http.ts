import { z } from 'zod';
import { Connection } from './connection.ts';
import { causes } from './known.ts';

const strict = z.strictObject;

/** What an answer was asked for as. `plain-http`: what port 80 says where it is no redirect. */
export const answerKinds = ['page', 'not-found', 'redirect', 'script', 'style', 'image', 'api', 'plain-http'] as const;
export const AnswerKind = z.enum(answerKinds);
export type AnswerKind = z.infer<typeof AnswerKind>;

/** One answer of the site, reduced to its head. Nobody was signed in; no redirect was followed within it. */
export const SiteAnswer = strict({
  kind: AnswerKind,
  url: z.string(),
  status: z.number(),
  /** Content-Type without parameters, lower case; null where none was sent. */
  contentType: z.string().nullable(),
  html: z.boolean(),
  /** Whether the certificate verifies; null over plain HTTP. */
  verified: z.boolean().nullable(),
  /** The body was not read to its end: longer than the bound. */
  cut: z.boolean(),
  /** Location, as an absolute address; null where none was sent. */
  location: z.string().nullable(),
  /** Fields of interest by lower-case name, each with its values as sent: one entry a field line, in their order. */
  headers: z.record(z.string(), z.array(z.string())),
  /** X-Frame-Options: the values of all lines, split at commas, lower case (HTML Standard, "X-Frame-Options"). */
  frameOptions: z.array(z.string()),
  /** X-Content-Type-Options likewise; only the first counts (Fetch Standard, "X-Content-Type-Options header"). */
  contentTypeOptions: z.array(z.string()),
  /** Referrer-Policy: every token of every line, lower case; and the last one that is recognised (Referrer Policy 8.1). */
  referrerPolicy: strict({ tokens: z.array(z.string()), effective: z.string().nullable() }),
  /** `<meta name="referrer">`, which replaces the header's policy: the last one that is recognised. */
  metaReferrer: z.string().nullable(),
});
export type SiteAnswer = z.infer<typeof SiteAnswer>;

/** An answer that could not be had. */
export const Missed = strict({
  kind: AnswerKind,
  url: z.string(),
  cause: z.enum(causes),
  because: z.string(),
  fix: z.string(),
});
export type Missed = z.infer<typeof Missed>;

export const Answers = strict({
  /** The site's origin. */
  site: z.string(),
  /** False where svcheck.yaml gives an empty list of pages. */
  pagesAsked: z.boolean(),
  answers: z.array(SiteAnswer),
  missed: z.array(Missed),
});
export type Answers = z.infer<typeof Answers>;

/** One Content-Security-Policy of an answer (CSP Level 3, section 2.2). */
export const Policy = strict({
  from: z.enum(['header', 'meta']),
  /** Names in lower case, the first of each; values as sent. */
  directives: z.array(strict({ name: z.string(), values: z.array(z.string()) })),
  /** Directives that stand there more than once: only the first counts. */
  repeated: z.array(z.string()),
  /** What csp_evaluator says of this policy alone, by its own names for types and severities. */
  findings: z.array(
    strict({ type: z.string(), severity: z.string(), directive: z.string(), value: z.string().nullable() }),
  ),
});
export type Policy = z.infer<typeof Policy>;

export const CspAnswer = strict({
  kind: AnswerKind,
  url: z.string(),
  status: z.number(),
  /** In force together. */
  policies: z.array(Policy),
  /** Content-Security-Policy-Report-Only: how many policies; they prevent nothing. */
  reportOnly: z.number(),
  /** A policy longer than 64 KB, or the page's head beyond the bound: not read. */
  tooLong: z.boolean(),
  /** Whether a nonce of the first fetch is there on the second one; null where there is no nonce, or it was not fetched again. */
  nonceRepeats: z.boolean().nullable(),
  /** Why the page was not fetched again although it has nonces. */
  notRepeated: strict({ cause: z.enum(causes), because: z.string() }).nullable(),
  /** Scripts from other origins without integrity, 20 at most. */
  foreignScripts: z.array(z.string()),
});
export type CspAnswer = z.infer<typeof CspAnswer>;

/** One cookie as an answer sets it; its value stays in the source. */
export const Cookie = strict({
  name: z.string(),
  /** The answers that set it so, 5 at most. */
  where: z.array(z.string()),
  /** The host that set it. */
  host: z.string(),
  secure: z.boolean(),
  httpOnly: z.boolean(),
  /** As sent; null where it was not. */
  sameSite: z.string().nullable(),
  /** Without the leading dot, lower case; null where it was not sent. */
  domain: z.string().nullable(),
  path: z.string().nullable(),
  /** It outlives the browser's session. */
  persistent: z.boolean(),
  /** It only takes a cookie away (an empty value, a date in the past or Max-Age of 0 or less). */
  removal: z.boolean(),
  /** Set over https. */
  https: z.boolean(),
});
export type Cookie = z.infer<typeof Cookie>;

/** A Strict-Transport-Security field value by RFC 6797 section 6.1. */
export const HstsValue = strict({
  value: z.string(),
  /** Seconds; null where it is missing or no number. */
  maxAge: z.number().nullable(),
  includeSubDomains: z.boolean(),
  preload: z.boolean(),
  unknown: z.array(z.string()),
  /** What breaks the grammar; empty where it is valid. */
  errors: z.array(z.string()),
});
export type HstsValue = z.infer<typeof HstsValue>;

export const HstsAnswer = strict({
  kind: AnswerKind,
  url: z.string(),
  status: z.number(),
  https: z.boolean(),
  values: z.array(HstsValue),
});
export type HstsAnswer = z.infer<typeof HstsAnswer>;

const healthRoles = ['summary', 'live', 'ready'] as const;

/** One health endpoint's answer, reduced to what it says. */
export const HealthAnswer = strict({
  role: z.enum(healthRoles),
  url: z.string(),
  /** Null where there was no answer: see failed. */
  status: z.number().nullable(),
  failed: strict({ cause: z.enum(causes), because: z.string() }).nullable(),
  /** From the request to the answer's head, on an open connection, milliseconds. */
  ms: z.number().nullable(),
  contentType: z.string().nullable(),
  html: z.boolean(),
  /** The body parses as a JSON object. */
  json: z.boolean(),
  location: z.string().nullable(),
  /** The word that it says of itself: status, state, healthy, ok. */
  overall: z.string().nullable(),
  /** What it says of its parts: `checks.database` is `up`. */
  parts: z.array(strict({ name: z.string(), said: z.string() })),
});
export type HealthAnswer = z.infer<typeof HealthAnswer>;

export const Health = strict({
  endpoints: z.array(HealthAnswer),
  /** A random path beside each endpoint's: what the server says to a path that cannot exist. */
  controls: z.array(
    strict({
      beside: z.string(),
      status: z.number().nullable(),
      html: z.boolean(),
      json: z.boolean(),
      overall: z.string().nullable(),
    }),
  ),
  /** `instances` of svcheck.yaml. */
  instances: z.number().nullable(),
});
export type Health = z.infer<typeof Health>;

export const Development = strict({
  /** A page loads Vite's client, or modules that only its development server has. */
  viteClient: z.boolean(),
  /** An error page shows a stack trace of source files, or Express's development error page. */
  stackTrace: z.boolean(),
  /** Where which sign was seen, 20 at most. */
  sightings: z.array(strict({ where: z.string(), what: z.string() })),
  /** The addresses whose bodies were looked at: pages, a 404, a malformed request. Never empty. */
  looked: z.array(z.string()),
});
export type Development = z.infer<typeof Development>;

export const httpFacts = {
  'http.connection': Connection,
  'http.answers': Answers,
  'http.csp': strict({ site: z.string(), answers: z.array(CspAnswer) }),
  'http.cookies': strict({ site: z.string(), cookies: z.array(Cookie), answers: z.number() }),
  'http.hsts': strict({ site: z.string(), answers: z.array(HstsAnswer) }),
  'http.development': Development,
  /** Before anything else is asked of the site. */
  'http.health-first': Health,
  /** After all quiet looks. */
  'http.health-last': Health,
} as const satisfies Record<string, z.ZodType>;
