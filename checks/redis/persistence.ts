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
  'no-copy-in-backups': 'the backup source holds no copy of the RDB or AOF',
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
  remedy: 'CONFIG SET appendonly yes, and the same line in redis.conf; appendfsync everysec.',
  docs: ['https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/'],
  settings: z.strictObject({ managed: z.string().min(1).nullable().default(null) }),
  loosening: ['managed'],
  reasons,
  ways: (make) => [
    make.probe({
      how: 'INFO persistence; CONFIG GET appendonly and appendfsync where permitted',
      settings: ['redis.url'],
      needs: ['redis.info'],
      wants: ['redis.config', 'backups.listing'],
      judge({ 'redis.info': info, 'redis.config': config, 'backups.listing': listing }, { expect }) {
        const { persistence: reported, product } = info;
        const on = reported?.aof ?? (config.state === 'known' ? config.value.appendonly : null);
        const seen = { product, ...reported, ...configured(config) };
        const warnings = warningsOf(info, config);
        const { managed, note } = managedBy(product, expect.managed);
        if (on !== true && managed) {
          const because = `${product} keeps the data by its own means, as expected of it`;
          return { status: 'pass', reason: 'managed-durability', because, seen, warnings };
        }
        const rest = { seen, warnings: [...warnings, ...copyWarning(listing)] };
        const faults = on === false ? [off(note)] : statusFaults(reported);
        const reports = on !== null && reported?.aofLastWrite && reported.aofLastRewrite;
        if (faults.length === 0 && !reports) {
          const what =
            on === null ? 'no append-only file' : 'not how the last write and rewrite of its append-only file went';
          return { status: 'unclear', reason: 'not-reported', because: `${product} reports ${what}${note}`, ...rest };
        }
        const because = 'appendonly is on, its last write and rewrite went well';
        return failOrPass(faults, { reason: 'appendonly', because }, rest);
      },
    }),
    make.attest('Does Redis write an append-only file, or does its provider keep the data otherwise?', 90),
  ],
});

/** Whether INFO says the product that svcheck.yaml names; else what differs. */
function managedBy(product: string, expected: string | null): { managed: boolean; note: string } {
  const managed = expected?.toLowerCase() === product.toLowerCase();
  return {
    managed,
    note: expected === null || managed ? '' : `; svcheck.yaml expects ${expected}, INFO says ${product}`,
  };
}

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

/** dump.rdb, appendonly.aof and appendonlydir/ are Redis' own names; a copy may bear the product's. */
const copyOfRedis = /\.(?:rdb|aof)(?:$|[.-])|appendonly|redis|valkey|keydb|dragonfly/i;

function copyWarning(listing: Known<Facts['backups.listing']>): Warning<Reason>[] {
  if (listing.state !== 'known' || listing.value.backups.some(({ name }) => copyOfRedis.test(name))) return [];
  const { place, pattern, matched } = listing.value;
  const text = `none of the ${matched} files in ${place} that match ${pattern} is a copy of the RDB or AOF: copy dump.rdb there too`;
  return [{ reason: 'no-copy-in-backups', text }];
}

function configured(config: Known<Facts['redis.config']>) {
  if (config.state !== 'known' || config.value.appendfsync === null) return {};
  return { appendfsync: config.value.appendfsync };
}
