import type { z } from 'zod';

export const networkFacts = {} as const satisfies Record<string, z.ZodType>;
