import type { Target } from '../../config/target.ts';

/** The value of a key of the env under audit, for use inside a source only; null where it is unset or empty. */
export function envValue(target: Target, key: string): string | null {
  return target.env.entries.get(key)?.value.reveal() || null;
}

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
