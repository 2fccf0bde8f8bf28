import type { z } from 'zod';

export const manifestsFacts = {} as const satisfies Record<string, z.ZodType>;
