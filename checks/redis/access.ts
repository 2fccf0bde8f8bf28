import type { Fault } from '../../src/core/verdict.ts';
import type { Facts, Known } from '../../src/facts/index.ts';

type Answers = Facts['redis.unauthenticated']['answers'];
type Passwords = Facts['redis.password-strength']['passwords'];

/** PING is no data command: a proxy in front may answer it by itself. */
const data = (answers: Answers) => answers.filter(({ command }) => command !== 'PING');

const setPassword =
  'set a password of 32 random hexadecimal characters (openssl rand -hex 16): requirepass in redis.conf, or ACL SETUSER default resetpass >…, and the same in REDIS_URL';

/** Commands that ran for a session without credentials; protected mode is Redis' own word that no password is set. */
export function openCommands(answers: Answers): Fault<'no-password'>[] {
  const ran = data(answers).filter(({ outcome }) => outcome === 'answered');
  if (ran.length > 0) {
    const because = `without credentials ${ran.map(({ command }) => command).join(', ')} ran`;
    return [{ reason: 'no-password', because, fix: setPassword }];
  }
  const denied = answers.find(({ outcome }) => outcome === 'denied');
  if (!denied) return [];
  const because = `only protected mode keeps others out, no password is set: ${denied.said.slice(0, 80)}`;
  return [{ reason: 'no-password', because, fix: setPassword }];
}

/** A command that was neither run nor refused for want of credentials; null where there is none. */
export function unrefused(answers: Answers): string | null {
  const other = data(answers).find(({ outcome }) => outcome === 'other');
  return other ? `without credentials ${other.command} is answered with ${other.said}` : null;
}

export function openUserFault(acl: Known<Facts['redis.acl']>): Fault<'nopass-user'>[] {
  const users = acl.state === 'known' ? (acl.value.openUsers ?? []) : [];
  if (users.length === 0) return [];
  const because = `on with nopass: ${users.slice(0, 5).join(', ')}${users.length > 5 ? ` and ${users.length - 5} more` : ''}`;
  const fix = `ACL SETUSER ${users[0] ?? ''} off, or give it a password: ACL SETUSER ${users[0] ?? ''} resetpass >…; then ACL SAVE`;
  return [{ reason: 'nopass-user', because, fix }];
}

export function strengthFaults(passwords: Passwords, least: number): Fault<'weak-password'>[] {
  return passwords.flatMap(({ of, bits, length, weakness }) => {
    if (bits === null || bits >= least) return [];
    const why = weakness ? ` (${weakness})` : '';
    const because = `the password in ${of} has ${length} characters and about ${bits} bits${why}, below ${least}`;
    return [{ reason: 'weak-password' as const, because, fix: setPassword }];
  });
}

/** A password that the server refuses is not its own: whatever it is worth says nothing. Null where it is accepted or not tried. */
export function isRefused(connection: Known<Facts['redis.connection']>): { because: string; fix: string } | null {
  if (connection.state !== 'known' || connection.value.outcome !== 'auth') return null;
  const because = `commands are refused without credentials, and so are the credentials of svcheck: ${connection.value.detail}`;
  return { because, fix: 'put the password that is in use into redis.url or REDIS_URL, so that it can be rated' };
}
