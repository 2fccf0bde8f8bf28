import type { Report, Result } from '../../src/core/report.ts';
import type { RenderOptions } from '../../src/report/options.ts';

export const resultOf = (more: Partial<Result>): Result => ({
  id: 'redis.provisioned',
  section: 'redis',
  phase: 'pre-deploy',
  item: 'Production Redis provisioned',
  status: 'pass',
  by: 'probe',
  reason: 'answers',
  reasons: ['answers'],
  because: 'Redis 7.0.15 answers',
  evidence: [{ where: 'INFO server on redis.acme.test:6380', at: '2026-11-24T19:02:11.000Z', seen: {} }],
  warnings: [],
  fix: null,
  waived: null,
  attempts: [],
  ms: 12,
  ...more,
});

export const failed = resultOf({
  id: 'redis.eviction',
  item: 'Eviction policy set (allkeys-lru)',
  status: 'fail',
  reason: 'other-policy',
  reasons: ['other-policy'],
  because: 'noeviction',
  evidence: [{ where: 'INFO memory on redis.acme.test:6380', at: '2026-11-24T19:02:11.000Z', seen: {} }],
  fix: 'CONFIG SET maxmemory-policy allkeys-lru, and the same line in redis.conf',
});

export function reportOf(results: readonly Result[], more: Partial<Report> = {}): Report {
  const count = (status: Result['status']) => results.filter((result) => result.status === status).length;
  return {
    svcheck: '0.1.0',
    schema: 1,
    target: 'production',
    commit: '3f2a91c0000000000000000000000000000000aa',
    phases: ['pre-deploy'],
    vantage: { host: 'build-7', kind: 'outside' },
    startedAt: '2026-11-24T19:02:10.000Z',
    finishedAt: '2026-11-24T19:02:12.100Z',
    digest: `sha256:${'0'.repeat(64)}`,
    status: 'not-ready',
    files: ['svcheck.yaml', '.env'],
    hosts: ['redis.acme.test:6380'],
    loosened: [],
    summary: {
      pass: count('pass'),
      fail: count('fail'),
      error: count('error'),
      manual: count('manual'),
      'n/a': count('n/a'),
      skipped: count('skipped'),
      waived: results.filter((result) => result.waived).length,
      warnings: results.flatMap((result) => result.warnings).length,
    },
    gate: { failOn: ['fail', 'error'], require: null, exit: 1, because: 'redis.eviction' },
    results,
    waivers: { active: [], expired: [], unused: [] },
    ...more,
  };
}

export const renderOptions: RenderOptions = {
  titles: new Map([['redis', 'Redis']]),
  colour: false,
  width: 80,
  verbose: false,
  quiet: false,
  ascii: false,
  elapsedMs: 2100,
};
