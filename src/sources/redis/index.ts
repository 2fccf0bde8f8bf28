import type { redisFacts } from '../../facts/redis.ts';
import { redisAddress } from '../env/values.ts';
import { absent, type Found, type Gatherers, type Gathering, known, passOn, unreachable } from '../gathering.ts';
import { isUnparsed, parseRedisAddress, placeOf, type RedisAddress } from './address.ts';
import { lookAtCache } from './cache.ts';
import { ConnectFailed, dial } from './connect.ts';
import { lookEnded, outOfReach } from './failures.ts';
import { parseInfo, reduceInfo } from './info.ts';
import { askAcl, askConfig, askUnauthenticated } from './looks.ts';
import { type Opened, openSession } from './open.ts';
import { ratePasswords, userOfApplication } from './passwords.ts';
import { searchQueues } from './queues.ts';
import { ErrorReply, type Reply } from './resp.ts';
import type { RedisSession } from './session.ts';

type Looked<T> = Promise<Found<T>>;

/** The address to look through, or why there is none. */
function addressOf({ target }: Gathering): RedisAddress | Found<never> {
  const given = redisAddress(target);
  if (!given) return absent('no Redis address: neither redis.url nor REDIS_URL is set', 'redis.url');
  const parsed = parseRedisAddress(given.url);
  if (!isUnparsed(parsed)) return parsed;
  const because = `${given.from} ${parsed.because}`;
  return unreachable({ cause: 'malformed', because, fix: parsed.fix, where: given.from });
}

/** The session with credentials that the facts of one audit share. */
function sharedSession(gathering: Gathering, address: RedisAddress, name = 'redis session'): Promise<Opened> {
  const close = ({ session }: Opened) => session.close();
  return gathering.share(name, () => openSession(gathering, address), close);
}

/** Looks on the shared session, or on a new one where that was lost; what ends the look becomes the fact's reason. */
async function onSession<T>(
  gathering: Gathering,
  asked: string,
  look: (session: RedisSession, address: RedisAddress) => Looked<T>,
): Looked<T> {
  const address = addressOf(gathering);
  if ('state' in address) return address;
  const where = `${asked} on ${placeOf(address)}`;
  const connection = await gathering.fact('redis.connection');
  if (connection.state !== 'known') return passOn(connection);
  if (connection.value.outcome !== 'ok') return outOfReach(connection.value, where);
  try {
    const shared = await sharedSession(gathering, address);
    const { session } = shared.session.alive ? shared : await openSession(gathering, address);
    try {
      return await look(session, address);
    } finally {
      if (session !== shared.session) session.close();
    }
  } catch (error) {
    return lookEnded(error, address, where);
  }
}

function wordsOf(reply: Reply): string {
  if (reply instanceof ErrorReply) return reply.text;
  return typeof reply === 'string' ? reply : 'something else than a word';
}

export const redisGatherers: Gatherers<typeof redisFacts> = {
  'redis.connection': {
    contacts: true,
    async gather(gathering) {
      const address = addressOf(gathering);
      if ('state' in address) return address;
      const { host, port } = address;
      const where = `PING on ${placeOf(address)}`;
      try {
        const { roundTripMs } = await sharedSession(gathering, address);
        return known({ outcome: 'ok', host, port, detail: '', roundTripMs }, where);
      } catch (error) {
        if (!(error instanceof ConnectFailed)) throw error;
        return known({ outcome: error.outcome, host, port, detail: error.message, roundTripMs: null }, where);
      }
    },
  },
  'redis.unauthenticated': {
    contacts: true,
    async gather(gathering) {
      const address = addressOf(gathering);
      if ('state' in address) return address;
      const where = `a session without credentials on ${placeOf(address)}`;
      try {
        const { session, tls } = await gathering.onHost(address.host, () => dial(gathering, address, gathering.signal));
        try {
          return known({ tls, answers: await askUnauthenticated(session, gathering.signal) }, where);
        } finally {
          session.close();
        }
      } catch (error) {
        return lookEnded(error, address, where);
      }
    },
  },
  'redis.info': {
    contacts: true,
    gather: (gathering) =>
      onSession(gathering, 'INFO', async (session, address) => {
        const where = `INFO on ${placeOf(address)}`;
        const ping = await session.ask(gathering.signal, 'PING');
        const info = await session.ask(gathering.signal, 'INFO');
        if (typeof info === 'string' && parseInfo(info).size > 0) {
          return known(reduceInfo(info, wordsOf(ping)), where);
        }
        const because = info instanceof ErrorReply ? info.text.slice(0, 200) : 'the answer to INFO holds no field';
        const cause = info instanceof ErrorReply ? 'not-permitted' : 'malformed';
        const fix = `let the user of this session run INFO: ACL SETUSER ${address.user ?? 'default'} +info +ping`;
        return unreachable({ cause, because, fix, where });
      }),
  },
  'redis.config': {
    contacts: true,
    gather: (gathering) =>
      onSession(gathering, 'CONFIG GET', async (session, address) =>
        known(await askConfig(session, gathering.signal), `CONFIG GET on ${placeOf(address)}`),
      ),
  },
  'redis.acl': {
    contacts: true,
    gather: (gathering) =>
      onSession(gathering, 'ACL LIST', async (session, address) => {
        const user = userOfApplication(gathering.target) ?? address.user ?? 'default';
        return known(await askAcl(session, gathering.signal, user), `ACL LIST and DRYRUN on ${placeOf(address)}`);
      }),
  },
  'redis.queues': {
    contacts: true,
    gather: (gathering) =>
      onSession(gathering, 'SCAN', async (session, address) => {
        const { queuePrefix: prefix, queues: names } = gathering.target.settings.redis;
        const until = performance.now() + gathering.timeoutMs / 2;
        const search = { prefix, names, db: address.db, until };
        const where = `SCAN ${prefix}:*:meta on ${placeOf(address)}`;
        return known(await searchQueues(session, gathering.signal, search), where);
      }),
  },
  'redis.cache': {
    contacts: true,
    async gather(gathering) {
      const { cachePrefixes } = gathering.target.settings.redis;
      if (cachePrefixes.length === 0) return absent('the prefixes of cached keys are not named', 'redis.cachePrefixes');
      return onSession(gathering, 'SCAN', (_shared, address) => lookAtCache(gathering, address, cachePrefixes));
    },
  },
  'redis.password-strength': { contacts: false, gather: ({ target }) => ratePasswords(target) },
  'redis.declared': {
    contacts: false,
    gather: async ({ target }) => {
      const { podMemory, via } = target.settings.redis;
      if (podMemory === undefined && via === 'direct') {
        return absent('svcheck.yaml says nothing of how Redis runs', 'redis.podMemory');
      }
      return known({ podMemory: podMemory ?? null, via }, 'redis.podMemory and redis.via of svcheck.yaml');
    },
  },
};
