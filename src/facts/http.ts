import type { z } from 'zod';

export const httpFacts = {} as const satisfies Record<string, z.ZodType>;
