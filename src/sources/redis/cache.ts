import type { Facts } from '../../facts/index.ts';
import { type Found, type Gathering, known, unreachable } from '../gathering.ts';
import { placeOf, type RedisAddress } from './address.ts';
import { numberOf, parseInfo } from './info.ts';
import { openSession } from './open.ts';
import { ErrorReply } from './resp.ts';
import type { RedisSession } from './session.ts';

/** One SCAN of 1000 keys blocks for well below a millisecond; a thousand of them pass a million keys. */
const KEYS_A_CALL = 1000;
const MAX_CALLS = 1000;

/** Counts keys by prefix in one pass. On a session of its own: others choose databases on the shared one. */
export async function lookAtCache(
  gathering: Gathering,
  address: RedisAddress,
  prefixes: readonly string[],
): Promise<Found<Facts['redis.cache']>> {
  const where = `SCAN and INFO stats on ${placeOf(address)}`;
  const { session } = await openSession(gathering, address);
  try {
    const refused = (error: ErrorReply) =>
      unreachable({
        cause: 'not-permitted',
        because: error.text.slice(0, 200),
        fix: `ACL SETUSER ${address.user ?? 'default'} +scan +select +info`,
        where,
      });
    const selected = address.db === 0 ? 'OK' : await session.ask(gathering.signal, 'SELECT', String(address.db));
    if (selected instanceof ErrorReply) return refused(selected);
    const info = await session.ask(gathering.signal, 'INFO');
    if (info instanceof ErrorReply) return refused(info);
    const fields = parseInfo(typeof info === 'string' ? info : '');
    const counted = await count(session, gathering, prefixes);
    if (counted instanceof ErrorReply) return refused(counted);
    // SCAN on a node of a cluster passes that node's keys only.
    const complete = counted.complete && fields.get('cluster_enabled') !== '1';
    const [hits, misses] = ['keyspace_hits', 'keyspace_misses'].map((field) => numberOf(fields, field));
    return known(
      {
        prefixes: prefixes.map((prefix, index) => ({ prefix: prefix.slice(0, 200), keys: counted.keys[index] ?? 0 })),
        complete,
        hits: hits ?? null,
        misses: misses ?? null,
      },
      where,
    );
  } finally {
    session.close();
  }
}

/** Ends early once every prefix has a key: whether there are any is what is asked. */
async function count(
  session: RedisSession,
  { signal, timeoutMs }: Gathering,
  prefixes: readonly string[],
): Promise<{ keys: number[]; complete: boolean } | ErrorReply> {
  const keys = prefixes.map(() => 0);
  const until = performance.now() + timeoutMs / 2;
  let cursor = '0';
  for (let calls = 0; calls < MAX_CALLS && performance.now() < until; calls += 1) {
    const reply = await session.ask(signal, 'SCAN', cursor, 'COUNT', String(KEYS_A_CALL));
    if (reply instanceof ErrorReply) return reply;
    const [next, found] = Array.isArray(reply) ? reply : [];
    if (typeof next !== 'string' || !Array.isArray(found)) return new ErrorReply('ERR SCAN answers in another form');
    for (const key of found) {
      if (typeof key !== 'string') continue;
      for (const [index, prefix] of prefixes.entries())
        if (key.startsWith(prefix)) keys[index] = (keys[index] ?? 0) + 1;
    }
    cursor = next;
    if (cursor === '0') return { keys, complete: true };
    if (keys.every((one) => one > 0)) return { keys, complete: false };
  }
  return { keys, complete: false };
}
