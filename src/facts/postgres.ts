import type { z } from 'zod';

export const postgresFacts = {} as const satisfies Record<string, z.ZodType>;
