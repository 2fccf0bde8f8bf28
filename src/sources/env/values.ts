import type { EnvEntry, Target } from '../../config/target.ts';
import { referenceKind } from './formats.ts';
import { envTrouble } from './trouble.ts';

/**
 * The value of a key of the env under audit, for use inside a source only; null where it is unset or empty, where it
 * only refers to a vault, and where a file of the env cannot be read, for that file could have replaced it.
 */
export function envValue(target: Target, key: string): string | null {
  const value = target.env.entries.get(key)?.value.reveal();
  if (!value || referenceKind(value) !== null || envTrouble(target.env)) return null;
  return value;
}

/** Where an entry stands, as facts say it. */
export const placeOf = (entry: EnvEntry): { file: string; line: number } => ({ file: entry.file, line: entry.line });

/** The PostgreSQL address to look through: postgres.url, else DATABASE_URL of the env under audit. */
export function postgresAddress(target: Target): { url: string; from: string } | null {
  return address(
    target.settings.postgres.url?.reveal(),
    'postgres.url',
    envValue(target, 'DATABASE_URL'),
    'DATABASE_URL',
  );
}

/** The Redis address to look through: redis.url, else REDIS_URL of the env under audit. */
export function redisAddress(target: Target): { url: string; from: string } | null {
  return address(target.settings.redis.url?.reveal(), 'redis.url', envValue(target, 'REDIS_URL'), 'REDIS_URL');
}

/** The site's address: site.url, else ORIGIN or BETTER_AUTH_URL of the env under audit. */
export function siteAddress(target: Target): { url: string; from: string } | null {
  const { url } = target.settings.site;
  if (url) return { url, from: 'site.url' };
  return (
    address(undefined, '', envValue(target, 'ORIGIN'), 'ORIGIN') ??
    address(undefined, '', envValue(target, 'BETTER_AUTH_URL'), 'BETTER_AUTH_URL')
  );
}

function address(set: string | undefined, setting: string, inherited: string | null, key: string) {
  if (set) return { url: set, from: setting };
  return inherited ? { url: inherited, from: key } : null;
}

/** A value that may be shown: a plain word; anything else could be a secret in the wrong place. */
export function plainWord(value: string): string {
  return /^[A-Za-z][\w-]{0,31}$/.test(value) ? value : 'unprintable';
}
