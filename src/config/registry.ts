import type { z } from 'zod';

/** What config must know of the registry of checks, which it does not import. */
export interface RegistryFacts {
  /** The `expect` settings of all checks, by id. */
  expect: z.ZodObject;
  /** From check id to the closed list of its reasons; empty where this version has no look for it. */
  reasons: ReadonlyMap<string, readonly string[]>;
  /** Whether a glob matches any check or section. */
  matchesSome(glob: string): boolean;
}
