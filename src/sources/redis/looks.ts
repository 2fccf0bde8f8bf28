import type { z } from 'zod';
import type { redisFacts } from '../../facts/redis.ts';
import { absentKey, type ReadableSetting } from './commands.ts';
import { type Dangerous, type AclUser, allows, dangerous, dryRuns, parseAclLine } from './acl.ts';
import { ErrorReply, type Reply } from './resp.ts';
import type { RedisSession } from './session.ts';

type Fact<N extends keyof typeof redisFacts> = z.infer<(typeof redisFacts)[N]>;
type Answers = Fact<'redis.unauthenticated'>['answers'];

/** What a session that sent no credentials may do: PING, INFO, a GET of a key that does not exist, and DBSIZE. */
export async function askUnauthenticated(session: RedisSession, signal: AbortSignal): Promise<Answers> {
  const answers: Answers = [];
  for (const [command, ...args] of [['PING'], ['INFO'], ['GET', absentKey()], ['DBSIZE']] as const) {
    const last = answers.at(-1);
    // Redis closes the connection after -DENIED: the rest would be told the same.
    if (last?.outcome === 'denied') answers.push({ ...last, command });
    else answers.push({ command, ...classify(await session.ask(signal, command, ...args)) });
  }
  return answers;
}

function classify(reply: Reply): { outcome: Answers[number]['outcome']; said: string } {
  if (!(reply instanceof ErrorReply)) return { outcome: 'answered', said: '' };
  const outcomes = { NOAUTH: 'noauth', NOPERM: 'noperm', DENIED: 'denied' } as const;
  const outcome = Object.hasOwn(outcomes, reply.code) ? outcomes[reply.code as keyof typeof outcomes] : 'other';
  return { outcome, said: reply.text.slice(0, 200) };
}

/** CONFIG GET, one name at a time: several at once are Redis 7.0's. The first refusal ends it. */
export async function askConfig(session: RedisSession, signal: AbortSignal): Promise<Fact<'redis.config'>> {
  let refused: string | null = null;
  const get = async (name: ReadableSetting): Promise<string | null> => {
    if (refused !== null) return null;
    const reply = await session.ask(signal, 'CONFIG', 'GET', name);
    if (reply instanceof ErrorReply) refused = reply.text.slice(0, 200);
    const value = Array.isArray(reply) && reply[0] === name ? reply[1] : null;
    return typeof value === 'string' ? value : null;
  };
  const values = {
    maxmemory: numeric(await get('maxmemory')),
    maxmemoryPolicy: (await get('maxmemory-policy'))?.slice(0, 40) || null,
    appendonly: yesNo(await get('appendonly')),
    appendfsync: (await get('appendfsync'))?.slice(0, 20) || null,
    protectedMode: yesNo(await get('protected-mode')),
    maxclients: numeric(await get('maxclients')),
  };
  return { refused, ...values };
}

const numeric = (text: string | null) => (text !== null && /^\d{1,19}$/.test(text) ? Number(text) : null);
const yesNo = (text: string | null) => (text === 'yes' ? true : text === 'no' ? false : null);

/** Who this session is, which other users are on with nopass, and what the application's user may run. */
export async function askAcl(session: RedisSession, signal: AbortSignal, user: string): Promise<Fact<'redis.acl'>> {
  const whoami = await session.ask(signal, 'ACL', 'WHOAMI');
  const list = await session.ask(signal, 'ACL', 'LIST');
  const users = Array.isArray(list)
    ? list.flatMap((line) => (typeof line === 'string' ? (parseAclLine(line) ?? []) : []))
    : null;
  const refusal = list instanceof ErrorReply ? list : whoami instanceof ErrorReply ? whoami : null;
  const open = users?.filter(({ name, enabled, nopass }) => enabled && nopass && name !== 'default');
  return {
    refused: refusal?.text.slice(0, 200) ?? null,
    whoami: typeof whoami === 'string' ? whoami.slice(0, 100) : null,
    openUsers: open?.slice(0, 50).map(({ name }) => name) ?? null,
    application: await rightsOf(session, signal, user, users),
  };
}

async function rightsOf(session: RedisSession, signal: AbortSignal, user: string, users: readonly AclUser[] | null) {
  const known = users?.find(({ name }) => name === user);
  const rights: Record<Dangerous, boolean | null> = { flushall: null, config: null, debug: null, keys: null };
  for (const command of dangerous) {
    const dry = await session.ask(signal, 'ACL', 'DRYRUN', user, ...dryRuns[command]);
    // OK, or a sentence: `User app has no permissions to run the 'flushall' command` (Redis 7.0); older ones know no DRYRUN.
    if (dry === 'OK') rights[command] = true;
    else if (typeof dry === 'string') rights[command] = /no permissions to run/.test(dry) ? false : null;
    else rights[command] = known ? known.enabled && allows(known.rules, command) : null;
  }
  return { user: user.slice(0, 100), ...rights };
}
