import type { z } from 'zod';

export const logsFacts = {} as const satisfies Record<string, z.ZodType>;
