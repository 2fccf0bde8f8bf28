import { z } from 'zod';
import { defineCheck } from '../../src/core/define.ts';
import { type Fault, failOrPass } from '../../src/core/verdict.ts';
import { bytes, type Memory, memoryOf } from './memory.ts';

const reasons = {
  limited: 'there is a limit, below the memory that it may use',
  'no-limit': 'maxmemory is 0: there is none',
  'above-memory': 'the limit is not below the memory that it may use',
  'nearly-full': 'nearly all of it is used, and nothing is evicted',
  'not-reported': 'neither INFO nor CONFIG tells the limit',
  'memory-unknown': 'nobody tells how much memory it may use',
  'policy-unknown': 'nearly all of it is used, and nobody tells whether something is evicted then',
} as const;
type Reason = keyof typeof reasons;

export const memoryLimit = defineCheck({
  id: 'redis.memory-limit',
  item: 'Memory limit configured',
  rule: {
    pass: "maxmemory above 0 and below the memory it may use (podMemory, else the manifests', else the host's); shows used against limit",
    fail: 'no limit; above the memory it may use; used above 90% under noeviction (an LRU cache lives full by design)',
  },
  why: 'Without a limit below its memory Redis grows until the kernel kills it; at the limit under noeviction it refuses every write.',
  remedy:
    'CONFIG SET maxmemory to about three quarters of what the container or host may use, and the same line in redis.conf.',
  docs: ['https://redis.io/docs/latest/develop/reference/eviction/#maxmemory-configuration-directive'],
  settings: z.strictObject({ 'max-used-percent': z.number().min(1).max(100).default(90) }),
  loosening: ['max-used-percent'],
  reasons,
  ways: (make) => [
    make.probe({
      how: 'maxmemory of INFO memory (CONFIG GET where permitted) against redis.podMemory, else the memory of the host',
      settings: ['redis.url'],
      needs: ['redis.info'],
      wants: ['redis.config', 'redis.declared'],
      judge({ 'redis.info': info, 'redis.config': config, 'redis.declared': declared }, { expect }) {
        const memory = memoryOf(info, config, declared);
        const { limit, used, allowed, allowedBy, policy } = memory;
        const percent = limit && used !== null ? Math.round((used / limit) * 100) : null;
        const rest = { seen: { maxmemory: limit, used, percent, policy, allowed, allowedBy } };
        if (limit === null)
          return { status: 'unclear', reason: 'not-reported', because: reasons['not-reported'], ...rest };
        const full = percent !== null && percent > expect['max-used-percent'];
        const usage = `${used === null ? '?' : bytes(used)} of ${bytes(limit)} used`;
        const faults = [...limitFaults(memory, limit), ...(full && policy === 'noeviction' ? [nearlyFull(usage)] : [])];
        if (faults.length === 0 && allowed === null) {
          const because = `${usage}, but how much memory it may use is not told: redis.podMemory would decide it`;
          return { status: 'unclear', reason: 'memory-unknown', because, ...rest };
        }
        if (faults.length === 0 && full && policy === null) {
          return { status: 'unclear', reason: 'policy-unknown', because: `${usage}, the policy is not told`, ...rest };
        }
        const because = `${usage}, within ${bytes(allowed ?? 0)} by ${allowedBy}`;
        return failOrPass(faults, { reason: 'limited', because }, rest);
      },
    }),
    make.attest('Has Redis a memory limit below the memory that it may use?', 90),
  ],
});

function nearlyFull(usage: string): Fault<Reason> {
  const fix =
    'raise maxmemory, or let it evict: CONFIG SET maxmemory-policy allkeys-lru (not where BullMQ queues live)';
  return { reason: 'nearly-full', because: `${usage} under noeviction`, fix };
}

function limitFaults({ allowed, allowedBy }: Memory, limit: number): Fault<Reason>[] {
  const some = allowed === null ? '256mb' : `${Math.max(1, Math.floor((allowed * 0.75) / 1024 ** 2))}mb`;
  const fix = `CONFIG SET maxmemory ${some}, and "maxmemory ${some}" in redis.conf`;
  if (limit === 0) return [{ reason: 'no-limit', because: 'maxmemory is 0: no limit', fix }];
  if (allowed === null || limit < allowed) return [];
  const because = `maxmemory ${bytes(limit)} is not below the ${bytes(allowed)} of ${allowedBy}`;
  return [{ reason: 'above-memory', because, fix }];
}
