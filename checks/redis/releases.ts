import type { RedisInfo } from '../../src/facts/redis.ts';

/** Until when a product's maker fixes what is found in a series: the end of that day, UTC. Null: no end is announced. */
interface Line {
  source: string;
  /** When the dates were taken from there. */
  taken: string;
  series: Readonly<Record<string, string | null>>;
}

const redis: Line = {
  source: 'https://redis.io/docs/latest/operate/oss_and_stack/install/version-mgmt/',
  taken: '2026-09-30',
  series: {
    // The page lists what is supported; the ends of 5.0, 6.0 and 7.0 are from https://endoflife.date/redis.
    '5.0': '2022-04-27',
    '6.0': '2022-05-31',
    '6.2': '2027-04-01',
    '7.0': '2024-07-29',
    '7.2': '2029-12-01',
    '7.4': '2029-12-01',
    '8.0': '2026-12-01',
    '8.2': '2030-09-01',
    '8.4': null,
    '8.6': null,
    '8.8': null,
    '8.10': null,
  },
};

/** Extended security support where a series has it. */
const valkey: Line = {
  source: 'https://valkey.io/topics/releases/',
  taken: '2026-09-30',
  series: { '7.2': '2029-04-16', '8.0': '2027-09-15', '8.1': '2030-03-31', '9.0': '2028-10-21', '9.1': '2031-05-19' },
};

/** The end of ElastiCache's Extended Support, into which clusters go by themselves. */
const elastiCache: Line = {
  source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html',
  taken: '2026-09-30',
  series: { '3': '2023-07-31', '4': '2029-01-31', '5': '2029-01-31', '6': '2030-01-31', '7': null },
};
const elastiCacheValkey: Line = { ...elastiCache, series: { '7': null, '8': null, '9': null } };

export type Support =
  | { state: 'supported' | 'ended'; until: string | null; because: string }
  /** Versions that only the provider chooses and keeps. */
  | { state: 'provider-run'; because: string }
  | { state: 'unknown'; because: string };

/** Whether the maker of what runs still fixes this version on that date. */
export function supportOf({ product, engine, version }: RedisInfo, asOf: Date): Support {
  const named = version === null ? product : `${product} ${version}`;
  if (product === 'Upstash')
    return { state: 'provider-run', because: `${named}: the provider keeps its version current` };
  const line = lineOf(product, engine);
  if (line === null) return { state: 'unknown', because: `no end of support is published for ${named}` };
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version ?? '') ?? [];
  if (major === undefined || minor === undefined) {
    return { state: 'unknown', because: `${product} does not report its version` };
  }
  const name = [`${major}.${minor}`, major].find((one) => Object.hasOwn(line.series, one));
  if (name !== undefined) return decided(named, line.series[name] ?? null, asOf);
  const known = Object.keys(line.series).map(rank);
  const own = rank(`${major}.${minor}`);
  if (own < Math.min(...known)) {
    return { state: 'ended', until: null, because: `${named} is older than every version that is still supported` };
  }
  if (own > Math.max(...known)) {
    return { state: 'supported', until: null, because: `${named} is newer than what was known on ${line.taken}` };
  }
  return { state: 'unknown', because: `${named} is not among the versions at ${line.source}` };
}

function decided(named: string, until: string | null, asOf: Date): Support {
  if (until === null) return { state: 'supported', until, because: `${named} is supported, with no end announced` };
  const ended = hasPassed(until, asOf);
  const because = ended ? `the support of ${named} ended on ${until}` : `${named} is supported until ${until}`;
  return { state: ended ? 'ended' : 'supported', until, because };
}

/** Whether a day is over, in UTC. */
export function hasPassed(day: string, asOf: Date): boolean {
  return asOf.toISOString().slice(0, 10) > day;
}

function lineOf(product: RedisInfo['product'], engine: RedisInfo['engine']): Line | null {
  if (product === 'Redis') return redis;
  if (product === 'Valkey') return valkey;
  if (product === 'ElastiCache') return engine === 'Valkey' ? elastiCacheValkey : elastiCache;
  return null;
}

const rank = (series: string): number => {
  const [major = 0, minor = 0] = series.split('.').map(Number);
  return major * 1000 + minor;
};
