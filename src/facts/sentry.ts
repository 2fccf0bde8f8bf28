import type { z } from 'zod';

export const sentryFacts = {} as const satisfies Record<string, z.ZodType>;
