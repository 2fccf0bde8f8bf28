import type { z } from 'zod';
import { emailDkimFacts } from './email-dkim.ts';
import { emailDmarcFacts } from './email-dmarc.ts';
import { emailExtrasFacts } from './email-extras.ts';
import { spfFacts } from './email-spf.ts';

export const emailFacts = {
  ...spfFacts,
  ...emailDkimFacts,
  ...emailDmarcFacts,
  ...emailExtrasFacts,
} as const satisfies Record<string, z.ZodType>;
