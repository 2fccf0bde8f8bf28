import { z } from 'zod';
import { defineCheck } from '../../src/core/define.ts';
import { type Fault, failOrPass } from '../../src/core/verdict.ts';
import type { Facts } from '../../src/facts/index.ts';
import { placed } from './naming.ts';

type AuthSecret = Facts['env.auth-secrets']['secrets'][number];

const reasons = {
  strong: 'long enough and too random to be guessed',
  unset: 'no secret is set, so that a published default would be used',
  malformed: 'BETTER_AUTH_SECRETS is not of the form version:secret,version:secret',
  'published-default': 'the secret is one that a library publishes',
  placeholder: 'the secret is still a placeholder',
  'too-short': 'the secret has too few characters',
  guessable: 'words, repeats, sequences or too few kinds of characters leave too little to guess',
  'kept-elsewhere': 'the value is a reference or encrypted, so its strength is not to be seen',
} as const;
type Reason = keyof typeof reasons;

const settings = z.strictObject({ length: z.int().min(1).default(32), bits: z.int().min(1).default(128) });
type Expected = z.output<typeof settings>;

export const authSecret = defineCheck({
  id: 'env.auth-secret',
  item: '`BETTER_AUTH_SECRET` generated (min 32 chars random)',
  rule: {
    pass: "32 characters or more; alphabet x length, less what words, repeats and sequences take away, is 128 bits or more (32 hexadecimal characters reach it); none of the well-known defaults (Better Auth's own among them); BETTER_AUTH_SECRETS, the versioned form, is read too",
    fail: 'shorter, guessable (words, repeats, sequences, one character class with a low estimate), a default or a placeholder',
  },
  why: 'Whoever guesses this secret can sign session cookies of any user. Better Auth only warns of a weak one.',
  remedy:
    'openssl rand -base64 32, as BETTER_AUTH_SECRET in the vault of each environment; to change it without signing everybody out: BETTER_AUTH_SECRETS=2:NEW,1:OLD.',
  docs: [
    'https://www.better-auth.com/docs/installation#set-environment-variables',
    'https://www.better-auth.com/docs/reference/options#secret',
    'https://www.usenix.org/conference/usenixsecurity16/technical-sessions/presentation/wheeler',
  ],
  settings,
  loosening: ['length', 'bits'],
  reasons,
  ways: (make) => [
    make.probe({
      how: 'the length of BETTER_AUTH_SECRET and an estimate of its guesses',
      settings: ['env.files'],
      needs: ['env.auth-secrets'],
      judge({ 'env.auth-secrets': { secrets, malformed } }, { expect }) {
        const readable = secrets.filter(({ held }) => held === 'value');
        const faults = readable.flatMap((secret) => faultsOf(secret, expect));
        if (malformed !== null)
          faults.unshift({
            reason: 'malformed',
            because: `BETTER_AUTH_SECRETS: ${malformed}`,
            fix: `write it as 2:NEW,1:OLD; ${generate}`,
          });
        else if (secrets.length === 0)
          faults.push({ reason: 'unset', because: 'BETTER_AUTH_SECRET is not set', fix: `${generate}, and set it` });
        if (faults.length === 0 && readable.length < secrets.length)
          return {
            status: 'unclear',
            reason: 'kept-elsewhere',
            because: `${secrets[0]?.key} is kept in a vault or encrypted: its strength is not to be seen here`,
          };
        const weakest = Math.min(...readable.map(bitsOf));
        const because = `${readable.map(nameOf).join(', ')}: at least ${weakest} bits`;
        const seen = { secrets: secrets.map(({ key, version, length, bits }) => ({ key, version, length, bits })) };
        return failOrPass<Reason>(faults, { reason: 'strong', because }, { seen });
      },
    }),
    make.attest('Was BETTER_AUTH_SECRET made by a random generator, with 32 characters or more?', 180),
  ],
});

const generate = 'make a new one with `openssl rand -base64 32`';

const bitsOf = ({ bits, wordBits }: AuthSecret): number => Math.min(bits, wordBits ?? bits);

const nameOf = ({ key, version, length }: AuthSecret): string =>
  `${key}${version === null ? '' : ` version ${version}`} with ${length} characters`;

/** The one fault that says most: a published value is weak whatever its length. */
function faultsOf(secret: AuthSecret, expect: Expected): Fault<Reason>[] {
  const where = `${nameOf(secret)} in ${placed(secret.place)}`;
  const fix = `${generate}, and set it as ${secret.key}${secret.version === null ? '' : ` version ${secret.version + 1}, before the others`}`;
  if (secret.published)
    return [{ reason: 'published-default', because: `${where} is a default that everybody can read`, fix }];
  if (secret.placeholder)
    return [{ reason: 'placeholder', because: `${where} is a placeholder (${secret.placeholder})`, fix }];
  const faults: Fault<Reason>[] = [];
  if (secret.length < expect.length)
    faults.push({ reason: 'too-short', because: `${where}: ${expect.length} are needed`, fix });
  const bits = bitsOf(secret);
  const cause = secret.weakness || (bits < secret.bits ? 'words in a row' : 'too few characters for their kinds');
  if (bits < expect.bits)
    faults.push({ reason: 'guessable', because: `${where}: about ${bits} bits of ${expect.bits} (${cause})`, fix });
  return faults;
}
