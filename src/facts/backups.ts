import type { z } from 'zod';

export const backupsFacts = {} as const satisfies Record<string, z.ZodType>;
