/** What the ACL of Redis says, by its own words (redis.io/docs/latest/operate/oss_and_stack/management/security/acl). Pure. */

export interface AclUser {
  name: string;
  enabled: boolean;
  nopass: boolean;
  /** The rules as written, in order; never a password or its digest. */
  rules: readonly string[];
}

/** A line of ACL LIST: `user app on #2bd8… ~app:* resetchannels -@all +@read`. Null for anything else. */
export function parseAclLine(line: string): AclUser | null {
  const [word, name, ...rules] = line.trim().split(/\s+/);
  if (word !== 'user' || !name) return null;
  return {
    name: name.slice(0, 100),
    enabled: rules.includes('on'),
    nopass: rules.includes('nopass'),
    rules: rules.filter((rule) => !/^[#><!]/.test(rule)),
  };
}

export const dangerous = ['flushall', 'config', 'debug', 'keys'] as const;
export type Dangerous = (typeof dangerous)[number];

/** The categories of each (ACL CAT of Redis 7.0). */
const categories: Record<Dangerous, readonly string[]> = {
  flushall: ['keyspace', 'write', 'slow', 'dangerous', 'all'],
  config: ['admin', 'slow', 'dangerous', 'all'],
  debug: ['admin', 'slow', 'dangerous', 'all'],
  keys: ['keyspace', 'read', 'slow', 'dangerous', 'all'],
};

/** Whether a user with these rules may run a command, for servers without ACL DRYRUN: rules count in order, the last wins. */
export function allows(rules: readonly string[], command: Dangerous): boolean {
  let may = false;
  for (const rule of rules.map((one) => one.toLowerCase())) {
    if (rule === 'allcommands') may = true;
    else if (rule === 'nocommands' || rule === 'reset') may = false;
    else if (rule.startsWith('+') || rule.startsWith('-')) {
      const name = rule.slice(1);
      const meant = name.startsWith('@') ? categories[command].includes(name.slice(1)) : name.split('|')[0] === command;
      // `-config|resetstat` takes away one subcommand only.
      if (meant && !(rule.startsWith('-') && name.includes('|'))) may = rule.startsWith('+');
    }
  }
  return may;
}

/** How ACL DRYRUN is asked for each: nothing of it is run. */
export const dryRuns: Record<Dangerous, readonly string[]> = {
  flushall: ['FLUSHALL'],
  config: ['CONFIG', 'GET', 'maxmemory'],
  debug: ['DEBUG', 'OBJECT', 'svcheck'],
  keys: ['KEYS', 'svcheck:*'],
};
