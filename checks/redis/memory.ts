import type { Facts, Known } from '../../src/facts/index.ts';
import type { RedisInfo } from '../../src/facts/redis.ts';

type Config = Known<Facts['redis.config']>;

export interface Memory {
  /** Bytes; 0 is none. */
  limit: number | null;
  used: number | null;
  policy: string | null;
  /** What it may use, and who says so. */
  allowed: number | null;
  allowedBy: string;
}

/** The limit and what it is held against, INFO before CONFIG: managed services refuse CONFIG. Null: not told. */
export function memoryOf({ memory }: RedisInfo, config: Config, declared: Known<Facts['redis.declared']>): Memory {
  const podMemory = declared.state === 'known' ? declared.value.podMemory : null;
  return {
    limit: memory?.limit ?? (config.state === 'known' ? config.value.maxmemory : null),
    used: memory?.used ?? null,
    policy: policyOf({ memory }, config),
    allowed: podMemory ?? (memory?.system || null),
    allowedBy: podMemory === null ? "the host's memory" : 'redis.podMemory',
  };
}

/** maxmemory_policy of INFO memory, else CONFIG GET maxmemory-policy; null where neither tells. */
export function policyOf({ memory }: Pick<RedisInfo, 'memory'>, config: Config): string | null {
  return memory?.policy ?? (config.state === 'known' ? config.value.maxmemoryPolicy : null);
}

/** 1073741824 -> `1 GiB`. */
export function bytes(count: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = count < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(count) / 10));
  return `${Number((count / 1024 ** power).toFixed(1))} ${units[power] ?? 'B'}`;
}
