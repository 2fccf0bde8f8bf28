import { z } from 'zod';
import { defineCheck } from '../../src/core/define.ts';
import { type Fault, failOrPass, type Warning } from '../../src/core/verdict.ts';
import type { Facts, Known } from '../../src/facts/index.ts';
import type { RedisInfo } from '../../src/facts/redis.ts';

const reasons = {
  appendonly: 'the append-only file is on, and its last write and rewrite went well',
  'managed-durability': 'the product keeps the data by its own means, as svcheck.yaml expects of it',
  off: 'the append-only file is off',
  'aof-write-failed': 'the last write to the append-only file failed',
  'aof-rewrite-failed': 'the last rewrite of the append-only file failed',
  'not-reported': 'the server does not report how it persists',
  'appendfsync-no': 'writes reach the disk when the operating system likes',
  'rdb-failed': 'the last snapshot (RDB) failed',
} as const;
type Reason = keyof typeof reasons;

export const persistence = defineCheck({
  id: 'redis.persistence',
  item: 'Persistence enabled (appendonly yes)',
  rule: {
    pass: "aof_enabled, last AOF write and rewrite ok (INFO persistence; CONFIG only where it is permitted); a managed product's own durability where it says so (expect names it)",
    fail: 'off, or its last write failed',
    warn: 'appendfsync no; the last RDB save failed; no copy of the RDB or AOF in the backup source',
  },
  why: 'Without the append-only file a restart loses every job and session since the last snapshot, or all of them.',
  docs: ['https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/'],
  settings: z.strictObject({ managed: z.string().min(1).nullable().default(null) }),
  loosening: ['managed'],
  reasons,
  ways: (make) => [
    make.probe({
      how: 'INFO persistence; CONFIG GET appendonly and appendfsync where permitted',
      settings: ['redis.url'],
      needs: ['redis.info'],
      wants: ['redis.config'],
      judge({ 'redis.info': info, 'redis.config': config }, { expect }) {
        const { persistence: reported, product } = info;
        const on = reported?.aof ?? (config.state === 'known' ? config.value.appendonly : null);
        const rest = { seen: { product, ...reported, ...configured(config) }, warnings: warningsOf(info, config) };
        const expected = expect.managed?.toLowerCase() === product.toLowerCase();
        if (on !== true && expected) {
          const because = `${product} keeps the data by its own means, as expected of it`;
          return { status: 'pass', reason: 'managed-durability', because, ...rest };
        }
        const named =
          expect.managed !== null && !expected ? `; svcheck.yaml expects ${expect.managed}, INFO says ${product}` : '';
        if (on === null)
          return {
            status: 'unclear',
            reason: 'not-reported',
            because: `${product} reports no append-only file${named}`,
            ...rest,
          };
        const faults = on ? statusFaults(reported) : [off(named)];
        if (faults.length === 0 && !(reported?.aofLastWrite && reported.aofLastRewrite)) {
          const because = 'appendonly is on, but how its last write and rewrite went is not reported';
          return { status: 'unclear', reason: 'not-reported', because, ...rest };
        }
        const because = 'appendonly is on, its last write and rewrite went well';
        return failOrPass(faults, { reason: 'appendonly', because }, rest);
      },
    }),
    make.attest('Does Redis write an append-only file, or does its provider keep the data otherwise?', 90),
  ],
});

function off(named: string): Fault<Reason> {
  const fix =
    'CONFIG SET appendonly yes, and "appendonly yes" in redis.conf; for a managed product, name it: expect: { redis.persistence: { managed: ElastiCache } }';
  return { reason: 'off', because: `appendonly is off (aof_enabled 0)${named}`, fix };
}

function statusFaults(reported: RedisInfo['persistence']): Fault<Reason>[] {
  const faults: Fault<Reason>[] = [];
  const { aofLastWrite: write, aofLastRewrite: rewrite } = reported ?? { aofLastWrite: null, aofLastRewrite: null };
  const fix = 'see the log of Redis and the free space of its disk (df -h of CONFIG GET dir), then run BGREWRITEAOF';
  if (write !== null && write !== 'ok') {
    faults.push({ reason: 'aof-write-failed', because: `aof_last_write_status is ${write}`, fix });
  }
  if (rewrite !== null && rewrite !== 'ok') {
    faults.push({ reason: 'aof-rewrite-failed', because: `aof_last_bgrewrite_status is ${rewrite}`, fix });
  }
  return faults;
}

function warningsOf(info: RedisInfo, config: Known<Facts['redis.config']>): Warning<Reason>[] {
  const warnings: Warning<Reason>[] = [];
  const saved = info.persistence?.rdbLastSave ?? null;
  if (config.state === 'known' && config.value.appendonly === true && config.value.appendfsync === 'no') {
    const text = 'appendfsync is no, a crash can lose half a minute: CONFIG SET appendfsync everysec';
    warnings.push({ reason: 'appendfsync-no', text });
  }
  if (saved !== null && saved !== 'ok') {
    warnings.push({
      reason: 'rdb-failed',
      text: `rdb_last_bgsave_status is ${saved}: see the log of Redis, then run BGSAVE`,
    });
  }
  return warnings;
}

function configured(config: Known<Facts['redis.config']>) {
  if (config.state !== 'known' || config.value.appendfsync === null) return {};
  return { appendfsync: config.value.appendfsync };
}
