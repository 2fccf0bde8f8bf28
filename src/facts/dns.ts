import type { z } from 'zod';

export const dnsFacts = {} as const satisfies Record<string, z.ZodType>;
