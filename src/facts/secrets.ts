import { z } from 'zod';

const strict = z.strictObject;

/** What tells one secret from another without its value. */
const Secret = {
  /** `env-value`: a value searched for; `env-file`: a secret in an env file, by its key; else the id of a known format. */
  kind: z.string(),
  /** The kind in words. */
  what: z.string(),
  /** The key or the setting whose value it is, or that an env file has; null for a known format. */
  key: z.string().nullable(),
  /** How much of it is public, and its length: `ghp_… (40 characters)`. */
  masked: z.string(),
};

const allowed = {
  /** HMAC of the value with kind and file, keyed by the first commit; null where that is not there. */
  fingerprint: z.string().nullable(),
  /** The last day of an entry under `allow` for this fingerprint; null where there is none. */
  allowedUntil: z.string().nullable(),
};

/** One secret in one path, however many versions of the file hold it. */
const Committed = strict({
  ...Secret,
  /** From the top of the repository, then after `!` the path in a packed file; null for the message of a commit or a tag. */
  file: z.string().nullable(),
  /** In the first version that has it; 1-based; 0 in a binary file. */
  line: z.number(),
  /** The commit that brought it, and when its author made it, by the author's clock; null for a tag's own message. */
  commit: z.string().nullable(),
  authored: z.string().nullable(),
  versions: z.number(),
  /** Whether HEAD's tree still has it there. */
  inTree: z.boolean(),
  ...allowed,
});

/** One secret in an object that no branch, tag or stash leads to. */
const Unreachable = strict({ ...Secret, object: z.string(), line: z.number(), ...allowed });

const History = strict({
  /** The commit of HEAD; null before the first one. */
  commit: z.string().nullable(),
  /** What this clone lacks of the history. */
  incomplete: z.array(z.enum(['shallow', 'partial', 'single-branch', 'no-tags'])),
  /** Objects searched (files, commits, tags; lists of files for the names of env files), and their bytes. */
  objects: z.number(),
  bytes: z.number(),
  /** How many keys' values were searched for, and how many known formats. */
  values: z.number(),
  formats: z.number(),
  /** Objects that could not be read, and some of their names. */
  unreadable: z.number(),
  unreadableObjects: z.array(z.string()),
  /** Packed files that could not be looked into, or not to their end: damaged, encrypted, above 64 MB. */
  unopened: z.number(),
  /** At most 50, and how many more there are. */
  findings: z.array(Committed),
  more: z.number(),
  /** At most 20, and how many more there are. */
  unreachable: z.array(Unreachable),
  moreUnreachable: z.number(),
  /** Entries under `allow` that fit nothing here: fingerprints. */
  unusedAllows: z.array(z.string()),
  /** Objects that an earlier audit had searched already. */
  remembered: z.number(),
  seconds: z.number(),
});

/** One secret in what the live site sends to everybody. */
const Sent = strict({ ...Secret, url: z.string(), line: z.number() });

const Assets = strict({
  /** Pages, scripts and source maps searched, and their bytes. */
  pages: z.number(),
  scripts: z.number(),
  maps: z.number(),
  bytes: z.number(),
  values: z.number(),
  formats: z.number(),
  /** At most 50, and how many more there are. */
  findings: z.array(Sent),
  more: z.number(),
  /** What was named and not searched: no answer, too large, more than can be asked. Some addresses. */
  missed: z.number(),
  missedUrls: z.array(z.string()),
});

/** A file that nobody should be able to fetch, and the site sends. */
const Served = strict({ url: z.string(), what: z.string() });

const Exposed = strict({
  /** Paths asked for, and those that did not answer. */
  asked: z.number(),
  missed: z.number(),
  /** What was served, by its content, where a random path beside it is not answered so. */
  served: z.array(Served),
});

const Shared = strict({
  /** Secrets of the env under audit, and how many of them are kept encrypted or in a vault, so that they cannot be compared. */
  secrets: z.number(),
  unreadable: z.number(),
  /** The other targets compared with, each with how many keys its env has. */
  others: z.array(strict({ target: z.string(), keys: z.number() })),
  /** Targets whose env could not be read, with the reason. */
  missed: z.array(strict({ target: z.string(), because: z.string() })),
  /** Keys that share a value: the whole of it, the password in an address, or the place in a vault. At most 50. */
  shared: z.array(
    strict({
      key: z.string(),
      otherKey: z.string(),
      target: z.string(),
      as: z.enum(['value', 'password', 'reference']),
    }),
  ),
});

export const secretsFacts = {
  'secrets.history': History,
  'secrets.assets': Assets,
  'secrets.exposed': Exposed,
  'secrets.shared': Shared,
} as const satisfies Record<string, z.ZodType>;
