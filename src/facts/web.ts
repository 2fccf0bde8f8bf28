import type { z } from 'zod';

export const webFacts = {} as const satisfies Record<string, z.ZodType>;
