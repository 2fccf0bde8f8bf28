import { unbuiltCheck } from '../../src/core/define.ts';

export const password = unbuiltCheck({
  id: 'redis.password',
  item: 'Redis password set (strong password)',
  by: ['probe'],
  pass: 'without credentials every data command is refused (NOAUTH or NOPERM) and a static password is strong (estimated 80 bits or more; a short-lived IAM token is not rated)',
  fail: 'commands run without a password, the password is weak, or another ACL user is on with nopass',
  warn: "the session is not TLS or its certificate does not verify; the application's user may run FLUSHALL, CONFIG, DEBUG or KEYS (ACL GETUSER or DRYRUN, where permitted); protected-mode off",
});
