import { z } from 'zod';

const strict = z.strictObject;

const Repository = strict({
  /** The commit of HEAD; null before the first one. */
  commit: z.string().nullable(),
  /** A clone without its whole history, or without all objects, or without a working tree. */
  shallow: z.boolean(),
  partial: z.boolean(),
  bare: z.boolean(),
  /** Tracked files that differ from the commit, by the index and the files' size and time; null where there is no working tree. */
  changed: z.number().nullable(),
  /** How many files are tracked, and the first 5000 of their paths. */
  tracked: z.number(),
  files: z.array(z.string()),
});

/** One secret in a tracked file. The value itself is nowhere in it. */
const Leak = strict({
  file: z.string(),
  /** 1-based; 0 in a binary file. */
  line: z.number(),
  /** `env-value`: a secret of the env under audit; `env-file`: a secret in a tracked env file; else a provider's format. */
  kind: z.string(),
  /** The key whose value it is, where that is known. */
  key: z.string().nullable(),
  /** HMAC of the value with kind and file, keyed by the first commit; null where that is not there. */
  fingerprint: z.string().nullable(),
  /** The last day of an entry under `allow` for this fingerprint; null where there is none. */
  allowedUntil: z.string().nullable(),
});

export const vaultKinds = [
  'external-secrets',
  'sealed-secrets',
  'secrets-store-csi',
  'vault-operator',
  'sops',
  'dotenvx',
  'dotenv-vault',
  'git-crypt',
  'reference',
] as const;

const TrackedSecrets = strict({
  /** Tracked files searched, and how many of the env's secrets were searched for. */
  files: z.number(),
  values: z.number(),
  /** Files that were not searched: too large, or their object is not here. Their paths, at most 20. */
  unsearched: z.number(),
  unsearchedFiles: z.array(z.string()),
  /** At most 50, and how many more there are. */
  leaks: z.array(Leak),
  more: z.number(),
  /** Traces of a vault in tracked files; one file for each kind. */
  vault: z.array(strict({ kind: z.enum(vaultKinds), file: z.string() })),
});

export const gitFacts = {
  'git.repository': Repository,
  'git.tracked-secrets': TrackedSecrets,
} as const satisfies Record<string, z.ZodType>;
