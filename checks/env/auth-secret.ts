import { unbuiltCheck } from '../../src/core/define.ts';

export const authSecret = unbuiltCheck({
  id: 'env.auth-secret',
  item: '`BETTER_AUTH_SECRET` generated (min 32 chars random)',
  by: ['probe'],
  pass: "32 characters or more; alphabet x length, less what words, repeats and sequences take away, is 128 bits or more (32 hexadecimal characters reach it); none of the well-known defaults (Better Auth's own among them); BETTER_AUTH_SECRETS, the versioned form, is read too",
  fail: 'shorter, guessable (words, repeats, sequences, one character class with a low estimate), a default or a placeholder',
});
