import type { z } from 'zod';

export const envFacts = {} as const satisfies Record<string, z.ZodType>;
