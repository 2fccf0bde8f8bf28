import type { z } from 'zod';

export const redisFacts = {} as const satisfies Record<string, z.ZodType>;
