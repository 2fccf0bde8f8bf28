import type { z } from 'zod';

export const productFacts = {} as const satisfies Record<string, z.ZodType>;
