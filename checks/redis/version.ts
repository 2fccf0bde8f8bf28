import type { Fault, Warning } from '../../src/core/verdict.ts';
import type { RedisInfo } from '../../src/facts/redis.ts';
import { hasPassed, supportOf } from './releases.ts';

export interface Declared {
  'supported-until': string | null;
  by: string;
}
type Passing = 'supported' | 'provider-run' | 'declared-support';
type Failing = 'end-of-life' | 'declared-support-over';

export interface Version {
  /** `support-unknown`: neither the maker nor svcheck.yaml says until when. */
  reason: Passing | Failing | 'support-unknown';
  because: string;
  faults: readonly Fault<Failing>[];
  warnings: readonly Warning<'beyond-upstream'>[];
}

/**
 * Whether somebody supports the version. A distribution can keep what the maker has dropped (Debian 12 has Redis 7.0), but INFO
 * names no distribution, only a build id and the kernel's version: so svcheck.yaml must declare it, with a date.
 */
export function versionOf(info: RedisInfo, { 'supported-until': until, by }: Declared, asOf: Date): Version {
  const support = supportOf(info, asOf);
  const well = { faults: [], warnings: [] };
  if (support.state === 'supported') return { ...well, reason: 'supported', because: support.because };
  if (support.state === 'provider-run') return { ...well, reason: 'provider-run', because: support.because };
  if (until === null) {
    if (support.state === 'unknown') return { ...well, reason: 'support-unknown', because: support.because };
    return failing('end-of-life', support.because, upgrade(info));
  }
  const declared = `${by} supports it until ${until}`;
  if (hasPassed(until, asOf)) {
    const because = `${support.because}, and so did the support by ${by} on ${until}`;
    return failing('declared-support-over', because, upgrade(info));
  }
  const text = `${support.because}; declared in svcheck.yaml: ${declared}`;
  return { reason: 'declared-support', because: text, faults: [], warnings: [{ reason: 'beyond-upstream', text }] };
}

function failing(reason: Failing, because: string, fix: string): Version {
  return { reason, because, faults: [{ reason, because, fix }], warnings: [] };
}

function upgrade({ product }: RedisInfo): string {
  const to =
    product === 'Valkey'
      ? 'Valkey 8.1'
      : product === 'ElastiCache'
        ? 'its newest engine version'
        : 'Redis 8.2 or Valkey 8.1';
  return `upgrade to ${to}; or, where a distribution still supports it, declare that in svcheck.yaml: expect: { redis.provisioned: { supported-until: 2028-06-30, by: Debian 12 } }`;
}
