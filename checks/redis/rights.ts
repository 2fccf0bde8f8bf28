import type { Warning } from '../../src/core/verdict.ts';
import type { Facts, Known } from '../../src/facts/index.ts';

interface Seen {
  'redis.unauthenticated': Facts['redis.unauthenticated'];
  'redis.acl': Known<Facts['redis.acl']>;
  'redis.config': Known<Facts['redis.config']>;
  'redis.declared': Known<Facts['redis.declared']>;
}
type Access = 'plaintext' | 'certificate-unverified' | 'dangerous-commands' | 'protected-mode-off';

/** What makes a password worth less: a session that others can read, rights that nobody needs, protected mode off. */
export function accessWarnings(seen: Seen): Warning<Access>[] {
  const { 'redis.acl': acl, 'redis.config': config } = seen;
  const warnings = [...sessionWarning(seen)];
  const { user, ...may } = acl.state === 'known' ? acl.value.application : { user: '' };
  const commands = Object.entries(may).flatMap(([command, allowed]) =>
    allowed === true ? [command.toUpperCase()] : [],
  );
  if (commands.length > 0) {
    const without = commands.map((command) => `-${command.toLowerCase()}`).join(' ');
    // The default user is the administrator's too.
    const remedy =
      user === 'default'
        ? `give it a user of its own: ACL SETUSER app on >… ~* &* +@all ${without}, then ACL SAVE`
        : `ACL SETUSER ${user} ${without}, then ACL SAVE`;
    const text = `the application's user ${user} may run ${commands.join(', ')}: ${remedy}`;
    warnings.push({ reason: 'dangerous-commands', text });
  }
  if (config.state === 'known' && config.value.protectedMode === false) {
    warnings.push({ reason: 'protected-mode-off', text: 'protected-mode is off: CONFIG SET protected-mode yes' });
  }
  return warnings;
}

function sessionWarning({ 'redis.unauthenticated': { tls }, 'redis.declared': declared }: Seen): Warning<Access>[] {
  if (tls?.verified) return [];
  if (tls) return [{ reason: 'certificate-unverified', text: `the certificate does not verify: ${tls.detail}` }];
  const via = declared.state === 'known' ? declared.value.via : 'direct';
  const text =
    via === 'direct'
      ? 'the session is not encrypted, the password goes in plain text: use rediss://'
      : `the session is not encrypted from here to the declared ${via}; the leg behind it was not seen`;
  return [{ reason: 'plaintext', text }];
}
