import type { z } from 'zod';

export const tlsFacts = {} as const satisfies Record<string, z.ZodType>;
