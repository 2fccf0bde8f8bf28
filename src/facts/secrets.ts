import type { z } from 'zod';

export const secretsFacts = {} as const satisfies Record<string, z.ZodType>;
