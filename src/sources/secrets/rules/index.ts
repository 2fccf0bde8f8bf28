import { createHash } from 'node:crypto';
import { ai } from './ai.ts';
import { azure } from './azure.ts';
import { builds } from './builds.ts';
import { chat } from './chat.ts';
import { cloud } from './cloud.ts';
import { data } from './data.ts';
import { forges } from './forges.ts';
import { gitlab } from './gitlab.ts';
import { hosting } from './hosting.ts';
import { identity } from './identity.ts';
import { keys } from './keys.ts';
import { mail } from './mail.ts';
import { monitoring } from './monitoring.ts';
import { packages } from './packages.ts';
import { payments } from './payments.ts';
import type { Rule } from './rule.ts';
import { services } from './services.ts';
import { vaults } from './vaults.ts';

/** Every known format. The first rule that a text fits names it. */
export const rules: readonly Rule[] = [
  ...keys,
  ...cloud,
  ...hosting,
  ...azure,
  ...forges,
  ...gitlab,
  ...builds,
  ...packages,
  ...payments,
  ...mail,
  ...chat,
  ...monitoring,
  ...ai,
  ...data,
  ...services,
  ...vaults,
  ...identity,
];

/** Changes with every rule: what was found clean by other rules has to be looked at again. */
export const digestOf = (list: readonly Rule[]): string => {
  const hash = createHash('sha256');
  for (const { id, keywords, pattern, checksum, accept } of list)
    hash.update([id, ...keywords, pattern.source, String(checksum), String(accept)].join('\0'));
  return hash.digest('hex');
};
