import type { z } from 'zod';

export const gitFacts = {} as const satisfies Record<string, z.ZodType>;
