import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ReportSchema } from '../../src/core/report-schema.ts';
import { render } from '../../src/report/index.ts';
import { failed, renderOptions, reportOf, resultOf } from '../support/report.ts';

const report = reportOf([
  resultOf({}),
  failed,
  { ...failed, id: 'redis.password', status: 'error', reason: 'timeout' },
  resultOf({ id: 'redis.memory-limit', status: 'manual', reason: 'not-configured', because: 'no address' }),
]);

describe('json', () => {
  it('is the report, and the shape that ships', async () => {
    const text = await render('json', report, renderOptions);
    expect(JSON.parse(text)).toEqual(report);
    expect(z.safeParse(ReportSchema, JSON.parse(text)).success).toBe(true);
  });
});

describe('ndjson', () => {
  it('is a result a line, then the rest', async () => {
    const lines = (await render('ndjson', report, renderOptions)).trimEnd().split('\n');
    const parsed = lines.map((line) => JSON.parse(line) as { type: string; id?: string });
    expect(parsed.map(({ type }) => type)).toEqual(['result', 'result', 'result', 'result', 'report']);
    expect(parsed[1]?.id).toBe('redis.eviction');
  });
});

describe('junit', () => {
  it('tells fail, error and undecided apart', async () => {
    const xml = await render('junit', report, renderOptions);
    expect(xml).toContain('<testsuite name="Redis" tests="4" failures="1" errors="1" skipped="1"');
    expect(xml).toContain('<failure type="other-policy" message="noeviction">');
    expect(xml).toContain('<error type="timeout" message="noeviction">');
    expect(xml).toContain('<skipped message="not-configured: no address"/>');
  });
});
