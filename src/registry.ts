import { z } from 'zod';
import { checks } from '../checks/index.ts';
import type { RegistryFacts } from './config/registry.ts';
import { matches } from './core/glob.ts';

/** What config is told of the registry. */
export const registryFacts: RegistryFacts = {
  expect: z.strictObject(Object.fromEntries(checks.map((check) => [check.id, check.settings.optional()]))),
  reasons: new Map(checks.map((check) => [check.id, Object.keys(check.reasons)])),
  matchesSome: (glob) => checks.some(({ id }) => matches(glob, id)),
};
