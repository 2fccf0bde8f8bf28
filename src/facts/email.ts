import type { z } from 'zod';

export const emailFacts = {} as const satisfies Record<string, z.ZodType>;
