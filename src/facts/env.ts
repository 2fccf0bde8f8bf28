import { z } from 'zod';

const strict = z.strictObject;

/** Where a key of the env under audit is set; line 0 in the process's environment. */
const Place = strict({ file: z.string(), line: z.number() });

/** The kinds of placeholder that are told apart, none of which is a value. */
const Placeholder = z.string().nullable();

/** How a value that is not there itself is held: a reference into a vault, or ciphertext. */
const Held = z.enum(['value', 'reference', 'encrypted']);

const Variables = strict({
  /** The env files that were read, in order; `process` where it counts. */
  files: z.array(z.string()),
  example: z.discriminatedUnion('state', [
    strict({ state: z.literal('read'), file: z.string() }),
    strict({ state: z.enum(['missing', 'unreadable', 'binary', 'too-large']), file: z.string(), because: z.string() }),
  ]),
  /** The keys of the example, each as the env under audit has it. */
  keys: z.array(
    strict({
      key: z.string(),
      state: z.enum(['set', 'empty', 'missing']),
      placeholder: Placeholder,
      optional: z.boolean(),
    }),
  ),
  /** Keys that reach the browser although their value is a secret, and by what that shows. */
  browser: z.array(strict({ key: z.string(), place: Place, kind: z.string() })),
  /** Keys of the env files that the example does not name; at most 200. */
  undocumented: z.array(z.string()),
  duplicates: z.array(strict({ file: z.string(), key: z.string(), lines: z.array(z.number()) })),
  malformed: z.array(strict({ file: z.string(), lines: z.array(z.number()) })),
});

const AuthSecret = strict({
  key: z.string(),
  place: Place,
  /** Of `BETTER_AUTH_SECRETS`, which holds several; null else. */
  version: z.number().nullable(),
  /** Whether it signs what is new; the others still open what is old. */
  current: z.boolean(),
  held: Held,
  length: z.number(),
  placeholder: Placeholder,
  /** One of the values that a library, its documentation or its tests publish. */
  published: z.boolean(),
  /** Estimated: alphabet times length, less what words, repeats and sequences take away. */
  bits: z.number(),
  /** What takes away, in a person's words; empty where nothing does. */
  weakness: z.string(),
  /** Estimated as words in a row; null where it does not look like words. */
  wordBits: z.number().nullable(),
});

const AuthSecrets = strict({
  secrets: z.array(AuthSecret),
  /** What keeps BETTER_AUTH_SECRETS from being read, in words without any part of it; null where nothing does. */
  malformed: z.string().nullable(),
});

/** The address of a store that a key of the env holds, without its credentials. */
export const StoreAddress = strict({
  key: z.string(),
  place: Place.nullable(),
  state: z.enum(['ok', 'unset', 'placeholder', 'reference', 'encrypted', 'unparsable', 'wrong-scheme']),
  /** Without the colon; empty where there is none. */
  scheme: z.string(),
  hosts: z.array(
    strict({
      host: z.string(),
      port: z.number(),
      /** This machine itself: 127.0.0.0/8, ::1, 0.0.0.0, localhost, *.localhost, a socket in the file system. */
      local: z.boolean(),
    }),
  ),
  /** The database's name; of Redis, its index. Null where the address does not say. */
  database: z.string().nullable(),
  /** As declared in svcheck.yaml: what stands between. */
  via: z.enum(['direct', 'proxy', 'mesh']),
  /** The same key in the env files of other targets, where it can be compared. */
  others: z.array(strict({ target: z.string(), sameServer: z.boolean(), sameDatabase: z.boolean() })),
});
export type StoreAddress = z.infer<typeof StoreAddress>;

const ProviderKey = strict({
  key: z.string(),
  place: Place.nullable(),
  state: z.enum(['well-formed', 'malformed', 'unset', 'placeholder', 'reference', 'encrypted']),
  /** The form that is expected, in words. */
  form: z.string(),
});

const Email = strict({
  /** EMAIL_PROVIDER as set where it is a plain word, `unprintable` where it is not; null where it is unset. */
  provider: z.string().nullable(),
  place: Place.nullable(),
  /** The keys that the provider needs; empty for a provider that is not known. */
  keys: z.array(ProviderKey),
  /** The keys by which a role's credentials reach the process (container or web identity), where they are set. */
  role: z.array(z.string()),
});

const Word = strict({
  /** As set where it is a plain word of at most 32 characters, `unprintable` where it is not; null where it is unset. */
  value: z.string().nullable(),
  place: Place.nullable(),
});

const originDefects = ['wildcard', 'null', 'not-https', 'local', 'path', 'not-an-origin'] as const;

const Cors = strict({
  key: z.string(),
  place: Place.nullable(),
  state: z.enum(['set', 'unset', 'placeholder', 'reference', 'encrypted']),
  /** In the order of the list, at most 100; credentials in them left out. */
  origins: z.array(strict({ text: z.string(), defect: z.enum(originDefects).nullable() })),
  /** adapter-node's ORIGIN, as an origin; null where it is unset or is none. */
  origin: z.string().nullable(),
  /** The origin of site.url; null where that is not configured. */
  site: z.string().nullable(),
  /** Which of adapter-node's settings are unset. */
  unset: z.array(z.string()),
});

const References = strict({
  /** Keys whose value is kept elsewhere or encrypted. */
  keys: z.array(strict({ key: z.string(), held: Held })),
});

/**
 * Facts of the env under audit. None holds a secret's value, whatever its length.
 */
export const envFacts = {
  'env.variables': Variables,
  'env.auth-secrets': AuthSecrets,
  'env.database-url': StoreAddress,
  'env.redis-url': StoreAddress,
  'env.email': Email,
  'env.node-env': Word,
  'env.cors': Cors,
  'env.references': References,
} as const satisfies Record<string, z.ZodType>;
