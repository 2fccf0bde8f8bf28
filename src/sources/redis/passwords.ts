import type { z } from 'zod';
import type { Target } from '../../config/target.ts';
import type { redisFacts } from '../../facts/redis.ts';
import { envValue, redisAddress } from '../env/values.ts';
import { absent, type Found, known, unreachable } from '../gathering.ts';
import { isUnparsed, parseRedisAddress, type RedisAddress } from './address.ts';

type Strength = z.infer<(typeof redisFacts)['redis.password-strength']>;

/** The user that the application itself signs in as: REDIS_URL's, also where redis.url is another one for audits. */
export function userOfApplication(target: Target): string | null {
  const value = envValue(target, 'REDIS_URL');
  const parsed = value === null ? null : parseRedisAddress(value);
  return parsed === null || isUnparsed(parsed) ? null : (parsed.user ?? 'default');
}

/** The passwords of redis.url and of REDIS_URL, rated; neither leaves this function. */
export async function ratePasswords(target: Target): Promise<Found<Strength>> {
  const looked = redisAddress(target);
  if (!looked) return absent('no Redis address: neither redis.url nor REDIS_URL is set', 'redis.url');
  const inEnv = envValue(target, 'REDIS_URL');
  const both = [looked, ...(inEnv !== null && inEnv !== looked.url ? [{ url: inEnv, from: 'REDIS_URL' }] : [])];
  const passwords: Strength['passwords'] = [];
  for (const { url, from } of both) {
    const parsed = parseRedisAddress(url);
    if (isUnparsed(parsed)) {
      // A REDIS_URL that cannot be read beside a redis.url that can is env.redis-url's business.
      if (from !== looked.from) continue;
      return unreachable({ cause: 'malformed', because: `${from} ${parsed.because}`, fix: parsed.fix, where: from });
    }
    passwords.push({ of: from, user: (parsed.user ?? 'default').slice(0, 100), ...(await rate(parsed)) });
  }
  return known({ passwords }, both.map(({ from }) => from).join(' and '));
}

/**
 * Tokens that a cloud issues for minutes in place of a password: a presigned request of ElastiCache and MemoryDB, a JWT of
 * Microsoft Entra, an access token of Google.
 */
const token = /X-Amz-Signature=|^eyJ[\w-]+\.[\w-]+\.[\w-]+$|^ya29\./;

async function rate({
  password,
  user,
  host,
}: RedisAddress): Promise<Omit<Strength['passwords'][number], 'of' | 'user'>> {
  if (password === null) return { kind: 'none', length: 0, bits: null, weakness: '' };
  const length = password.length;
  if (token.test(password.reveal())) return { kind: 'token', length, bits: null, weakness: '' };
  const { estimate } = await import('../strength.ts');
  return { kind: 'static', length, ...(await estimate(password.reveal(), [user ?? 'default', host, 'redis'])) };
}
