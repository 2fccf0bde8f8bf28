import type { z } from 'zod';

export const signInFacts = {} as const satisfies Record<string, z.ZodType>;
