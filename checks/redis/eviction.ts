import { z } from 'zod';
import { defineCheck } from '../../src/core/define.ts';
import { type Fault, failOrPass, type Warning } from '../../src/core/verdict.ts';
import type { Facts, Known } from '../../src/facts/index.ts';
import { policyOf } from './memory.ts';

/** maxmemory-policy of Redis 8 and Valkey 9; Dragonfly says `eviction` for its cache mode. */
const policies = [
  'noeviction',
  'allkeys-lru',
  'allkeys-lfu',
  'allkeys-random',
  'allkeys-lrm',
  'volatile-lru',
  'volatile-lfu',
  'volatile-random',
  'volatile-ttl',
  'volatile-lrm',
  'eviction',
] as const;

const reasons = {
  'policy-expected': 'the policy is the expected one',
  'policy-differs': 'the policy is another one',
  'jobs-evicted': 'keys were evicted in an instance that holds BullMQ queues',
  'not-reported': 'neither INFO nor CONFIG tells the policy',
  'bullmq-needs-noeviction': 'BullMQ queues live in an instance that evicts keys',
} as const;
type Reason = keyof typeof reasons;
type Queues = Known<Facts['redis.queues']>;

export const eviction = defineCheck({
  id: 'redis.eviction',
  item: 'Eviction policy set (allkeys-lru)',
  rule: {
    pass: 'the policy is the expected one (allkeys-lru; read from INFO memory first, for CONFIG is refused on managed services); where BullMQ queues live in the same instance the pass carries a loud warning, for BullMQ needs noeviction, with the remedy (a Redis of its own for queues); svcheck.yaml can expect noeviction for a queue instance',
    fail: 'any other policy; evicted_keys above 0 in an instance that holds BullMQ keys (jobs may have been lost)',
  },
  why: 'A full cache that evicts nothing refuses every write; a queue whose keys are evicted loses jobs without a trace.',
  remedy:
    "CONFIG SET maxmemory-policy allkeys-lru for a cache; BullMQ's queues need noeviction, so give them a Redis of their own.",
  docs: [
    'https://redis.io/docs/latest/develop/reference/eviction/',
    'https://docs.bullmq.io/guide/going-to-production#max-memory-policy',
  ],
  settings: z.strictObject({ policy: z.enum(policies).default('allkeys-lru') }),
  loosening: ['policy'],
  reasons,
  ways: (make) => [
    make.probe({
      how: 'maxmemory_policy and evicted_keys of INFO; BullMQ keys by SCAN PREFIX:*:meta',
      settings: ['redis.url'],
      needs: ['redis.info'],
      wants: ['redis.config', 'redis.queues'],
      judge({ 'redis.info': info, 'redis.config': config, 'redis.queues': queues }, { expect }) {
        const policy = policyOf(info, config);
        const evicted = info.stats?.evictedKeys ?? null;
        const found = queues.state === 'known' ? queues.value.found : [];
        const names = found.slice(0, 5).join(', ');
        const warnings: Warning<Reason>[] = [];
        if (found.length > 0 && policy !== null && policy !== 'noeviction') {
          const text = `BullMQ queues (${names}) live under ${policy}: jobs can be evicted. Give queues a Redis of their own with maxmemory-policy noeviction`;
          warnings.push({ reason: 'bullmq-needs-noeviction', text });
        }
        const rest = {
          seen: { policy, expected: expect.policy, evictedKeys: evicted, queues: [...found], ...searched(queues) },
          warnings,
        };
        const faults: Fault<Reason>[] = [];
        if (found.length > 0 && evicted !== null && evicted > 0) faults.push(jobsEvicted(evicted, names));
        if (policy === null && faults.length === 0) {
          return { status: 'unclear', reason: 'not-reported', because: reasons['not-reported'], ...rest };
        }
        if (policy !== null && policy !== expect.policy) faults.push(differs(policy, expect.policy));
        return failOrPass(faults, { reason: 'policy-expected', because: `${policy}${unsearched(queues)}` }, rest);
      },
    }),
    make.attest('Is the eviction policy of Redis the one that its use needs?', 90),
  ],
});

function jobsEvicted(evicted: number, names: string): Fault<Reason> {
  const because = `${evicted} keys were evicted from an instance that holds BullMQ queues (${names}): jobs may have been lost`;
  const fix =
    'give the queues a Redis of their own with "maxmemory-policy noeviction", and compare the jobs added with those done';
  return { reason: 'jobs-evicted', because, fix };
}

function differs(policy: string, expected: string): Fault<Reason> {
  const because = `maxmemory-policy is ${policy}, not ${expected}`;
  const fix = `CONFIG SET maxmemory-policy ${expected}, and "maxmemory-policy ${expected}" in redis.conf; an instance for queues: expect: { redis.eviction: { policy: noeviction } }`;
  return { reason: 'policy-differs', because, fix };
}

function searched(queues: Queues) {
  if (queues.state !== 'known') return {};
  const { prefix, scanned, complete, missing } = queues.value;
  return {
    queuePrefix: prefix,
    keysScanned: scanned,
    scannedAll: complete,
    ...(missing.length > 0 ? { queuesMissing: [...missing] } : {}),
  };
}

/** What a pass must own up to: queues that nobody could look for. */
function unsearched(queues: Queues): string {
  if (queues.state !== 'known') return `; BullMQ queues were not looked for: ${queues.because}`;
  const { complete, found, scanned, prefix } = queues.value;
  if (complete || found.length > 0) return '';
  return `; the first ${scanned} keys hold no BullMQ queue under ${prefix}: (redis.queues names them)`;
}
