import { z } from 'zod';
import { defineCheck } from '../../src/core/define.ts';
import { type Fault, failOrPass, type Judgement } from '../../src/core/verdict.ts';
import type { Absent, Json, Unreachable } from '../../src/facts/index.ts';
import type { RedisInfo } from '../../src/facts/redis.ts';
import type { Connection } from '../../src/facts/connection.ts';
import { notConnected } from './connection.ts';
import { loadWarnings } from './load.ts';
import { bytes } from './memory.ts';
import { versionOf } from './version.ts';

const settings = z.strictObject({
  'supported-until': z.iso.date('expected a date such as 2028-06-30').nullable().default(null),
  by: z.string().default('svcheck.yaml'),
  fragmentation: z.number().min(1).default(1.5),
});

const reasons = {
  supported: 'answers, is a primary, and runs a version that its maker supports',
  'provider-run': 'answers, is a primary, and its provider keeps its version current',
  'declared-support': 'runs a version that its maker has dropped, and svcheck.yaml names who supports it instead',
  refused: 'the connection is refused, or Redis turns everybody away',
  auth: 'the credentials are refused',
  'wrong-protocol': 'something else than Redis answers, or TLS is expected by one side only',
  nxdomain: 'the host has no address',
  'ping-refused': 'the session is open, and PING is answered with an error',
  replica: 'it is a replica, which refuses writes',
  sentinel: 'it is a Sentinel, which holds no data',
  'end-of-life': 'its maker has ended the support of this version',
  'declared-support-over': 'the support that svcheck.yaml declares has ended as well',
  'role-unknown': 'INFO does not tell whether it is a primary',
  'support-unknown': 'nobody says until when this version is supported',
  'rejected-connections': 'connections were rejected for want of a free place',
  'clients-near-limit': 'nearly all places for clients are taken',
  fragmented: 'the process holds much more memory than its data',
  'replica-link-down': 'the link between primary and replica is down',
  'beyond-upstream': 'its maker has dropped the version; another one is declared to support it',
} as const;
type Reason = keyof typeof reasons;

export const provisioned = defineCheck({
  id: 'redis.provisioned',
  item: 'Production Redis provisioned',
  rule: {
    pass: 'answers PING; a supported version of its product (Redis, Valkey, KeyDB, Dragonfly, ElastiCache, Upstash told apart first; Valkey reports redis_version 7.2.4 whatever it is); role master; shows version, memory, round trip',
    fail: 'a refused connection, refused credentials, another protocol, NXDOMAIN, a replica, an end-of-life version; a section that INFO lacks is unclear, not a failure',
    warn: 'rejected_connections above 0, maxclients nearly used, memory fragmentation above 1.5, a replica link down',
  },
  why: 'The application keeps sessions, rate limits and jobs in Redis. An address that leads nowhere, to a replica or to a version without security fixes shows only under load.',
  remedy:
    'Upgrade to a supported Redis or Valkey; where a distribution supports an older one, say so: expect: { redis.provisioned: { supported-until: DATE, by: NAME } }.',
  docs: [
    'https://redis.io/docs/latest/commands/info/',
    'https://redis.io/docs/latest/operate/oss_and_stack/install/version-mgmt/',
    'https://valkey.io/topics/releases/',
  ],
  settings,
  loosening: ['supported-until', 'fragmentation'],
  reasons,
  ways: (make) => [
    make.probe({
      how: 'PING and INFO on a session with the credentials of redis.url or REDIS_URL',
      settings: ['redis.url'],
      needs: ['redis.connection'],
      wants: ['redis.info', 'redis.config'],
      judge({ 'redis.connection': connection, 'redis.info': info, 'redis.config': config }, { expect, asOf }) {
        if (connection.outcome !== 'ok') return notConnected(connection);
        if (info.state !== 'known') return notSeen(info);
        const { value } = info;
        if (value.ping.startsWith('NOPERM')) return notSeen({ ...noPing, because: value.ping });
        const version = versionOf(value, expect, asOf);
        const seen = seenIn(value, connection.roundTripMs);
        const warnings = [...loadWarnings(value, config, expect.fragmentation), ...version.warnings];
        const rest = { seen, warnings };
        const faults: Fault<Reason>[] = [...answerFaults(value), ...version.faults];
        if (faults.length > 0) return failOrPass(faults, { reason: 'supported', because: '' }, rest);
        if (value.replication?.role !== 'master') {
          return { status: 'unclear', reason: 'role-unknown', because: roleWords(value), ...rest };
        }
        if (version.reason === 'support-unknown') {
          const because = `${version.because}: supported-until of redis.provisioned would decide it`;
          return { status: 'unclear', reason: version.reason, because, ...rest };
        }
        return {
          status: 'pass',
          reason: version.reason,
          because: `${shown(value, connection)}; ${version.because}`,
          ...rest,
        };
      },
    }),
    make.attest('Is the production Redis provisioned, on a supported version, and reachable for the application?', 90),
  ],
});

const noPing = { cause: 'not-permitted', fix: 'grant it to the user of this session: ACL SETUSER USER +ping' } as const;

/** INFO that could not be had: without it nothing is known of what answers. */
function notSeen(missing: Absent | Pick<Unreachable, 'cause' | 'because' | 'fix'>): Judgement<Reason> {
  if ('cause' in missing) {
    return { status: 'error', reason: missing.cause, because: missing.because, fix: missing.fix };
  }
  return { status: 'error', reason: 'internal', because: missing.because, fix: `set ${missing.add}` };
}

function answerFaults({ ping, mode, replication }: RedisInfo): Fault<Reason>[] {
  const faults: Fault<Reason>[] = [];
  if (mode === 'sentinel') {
    const fix = 'point REDIS_URL at the primary: SENTINEL GET-MASTER-ADDR-BY-NAME names it';
    faults.push({ reason: 'sentinel', because: 'it is a Sentinel (redis_mode sentinel)', fix });
  }
  if (replication?.role === 'slave' || replication?.role === 'replica') {
    const fix = 'point REDIS_URL at the primary: master_host of INFO replication names it';
    faults.push({ reason: 'replica', because: `it is a replica (role ${replication.role})`, fix });
  }
  if (ping !== 'PONG') {
    const fix = 'mend what the answer names, then see that PING answers PONG';
    faults.push({ reason: 'ping-refused', because: `PING is answered with ${ping}`, fix });
  }
  return faults;
}

function seenIn(info: RedisInfo, roundTripMs: number | null): Json {
  const { product, engine, version, compatible, mode, runId, uptimeSeconds, memory, replication } = info;
  return {
    product,
    ...(engine ? { engine } : {}),
    version,
    ...(compatible === version ? {} : { redis_version: compatible }),
    role: replication?.role ?? null,
    mode,
    usedBytes: memory?.used ?? null,
    maxmemoryBytes: memory?.limit ?? null,
    roundTripMs,
    uptimeSeconds,
    runId,
  };
}

function roleWords({ replication }: RedisInfo): string {
  const role = replication?.role ?? null;
  return role === null ? 'INFO does not tell whether it is a primary' : `its role is ${role}, not master`;
}

function shown({ memory }: RedisInfo, { roundTripMs }: Connection): string {
  const used = memory?.used === undefined || memory.used === null ? '' : `, ${bytes(memory.used)} used`;
  return `a primary${used}${roundTripMs === null ? '' : `, PING in ${roundTripMs} ms`}`;
}
