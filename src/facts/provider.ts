import type { z } from 'zod';

export const providerFacts = {} as const satisfies Record<string, z.ZodType>;
