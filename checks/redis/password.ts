import { z } from 'zod';
import { defineCheck } from '../../src/core/define.ts';
import { failOrPass } from '../../src/core/verdict.ts';
import { isRefused, openCommands, openUserFault, strengthFaults, unrefused } from './access.ts';
import { accessWarnings } from './rights.ts';

const reasons = {
  'strong-password': 'commands without credentials are refused, and the password is strong',
  'short-lived-token':
    'commands without credentials are refused, and a token that expires by itself stands in place of a password',
  'no-password': 'commands run without a password',
  'nopass-user': 'a user other than default is on with nopass',
  'weak-password': 'the password can be guessed',
  'password-unknown': 'commands are refused, but no address that svcheck has holds a password to rate',
  'answers-unclear': 'commands without credentials are answered with other errors than a refusal',
  plaintext: 'the session is not encrypted',
  'certificate-unverified': 'the certificate does not verify',
  'dangerous-commands': 'the user of the application may run FLUSHALL, CONFIG, DEBUG or KEYS',
  'protected-mode-off': 'protected-mode is off',
} as const;

export const password = defineCheck({
  id: 'redis.password',
  item: 'Redis password set (strong password)',
  rule: {
    pass: 'without credentials every data command is refused (NOAUTH or NOPERM) and a static password is strong (estimated 80 bits or more; a short-lived IAM token is not rated)',
    fail: 'commands run without a password, the password is weak, or another ACL user is on with nopass',
    warn: "the session is not TLS or its certificate does not verify; the application's user may run FLUSHALL, CONFIG, DEBUG or KEYS (ACL GETUSER or DRYRUN, where permitted); protected-mode off",
  },
  why: 'Whoever reaches an open Redis reads every session and can run code on its host by CONFIG SET. A password that can be guessed is tried some hundred thousand times a second.',
  remedy:
    'openssl rand -hex 32 as requirepass, or better an ACL user for the application without +@dangerous, and the same in REDIS_URL.',
  docs: [
    'https://redis.io/docs/latest/operate/oss_and_stack/management/security/',
    'https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/',
  ],
  settings: z.strictObject({ 'min-bits': z.number().min(1).default(80) }),
  loosening: ['min-bits'],
  reasons,
  ways: (make) => [
    make.probe({
      how: 'a session without credentials: PING, INFO, GET of a key that does not exist, DBSIZE; the password of redis.url or REDIS_URL, rated; ACL LIST and DRYRUN where permitted',
      settings: ['redis.url'],
      needs: ['redis.unauthenticated', 'redis.password-strength'],
      wants: ['redis.connection', 'redis.acl', 'redis.config', 'redis.declared'],
      judge(facts, { expect }) {
        const { answers } = facts['redis.unauthenticated'];
        const { passwords } = facts['redis.password-strength'];
        const acl = facts['redis.acl'];
        const unauthenticated = Object.fromEntries(answers.map(({ command, outcome }) => [command, outcome]));
        const rated = passwords.map(({ of, user, kind, bits }) => ({ of, user, kind, bits }));
        const rest = { seen: { unauthenticated, rated }, warnings: accessWarnings(facts) };
        const foreign = isRefused(facts['redis.connection']);
        const weak = foreign ? [] : strengthFaults(passwords, expect['min-bits']);
        const faults = [...openCommands(answers), ...openUserFault(acl), ...weak];
        if (faults.length === 0 && foreign) return { status: 'error', reason: 'auth', ...foreign, seen: rest.seen };
        const other = unrefused(answers);
        if (faults.length === 0 && other)
          return { status: 'unclear', reason: 'answers-unclear', because: other, ...rest };
        const unseen = acl.state === 'known' && acl.value.openUsers ? '' : '; other users of the ACL could not be seen';
        const held = passwords.filter(({ kind }) => kind !== 'none');
        if (faults.length === 0 && held.length === 0) {
          const because = `${refused}, but neither redis.url nor REDIS_URL holds a password to rate${unseen}`;
          return { status: 'unclear', reason: 'password-unknown', because, ...rest };
        }
        const bits = held.flatMap((one) => one.bits ?? []);
        const reason = bits.length > 0 ? 'strong-password' : 'short-lived-token';
        const what =
          bits.length > 0 ? `the password has about ${Math.min(...bits)} bits` : 'a short-lived token is used';
        return failOrPass(faults, { reason, because: `${refused}; ${what}${unseen}` }, rest);
      },
    }),
    make.attest('Does Redis refuse every command without a password, and is that password long and random?', 90),
  ],
});

const refused = 'commands are refused without credentials';
