import type { Target } from '../config/target.ts';
import { postgresAddress, redisAddress, siteAddress } from '../sources/env/values.ts';

/** Settings that have another source than svcheck.yaml: the env under audit. */
const inherited: Readonly<Record<string, (target: Target) => boolean>> = {
  'postgres.url': (target) => postgresAddress(target) !== null,
  'redis.url': (target) => redisAddress(target) !== null,
  'site.url': (target) => siteAddress(target) !== null,
  'env.files': (target) => target.env.entries.size > 0,
};

/** Whether a setting, written with dots, has a value for this target. */
export function isConfigured(target: Target, setting: string): boolean {
  const own = inherited[setting];
  if (own?.(target)) return true;
  let value: unknown = target.settings;
  for (const step of setting.split('.')) {
    value = typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined;
  }
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}
