import type { z } from 'zod';

export const workspaceFacts = {} as const satisfies Record<string, z.ZodType>;
