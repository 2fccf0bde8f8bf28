import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { renderHuman } from '../../src/report/human.ts';
import { failed, renderOptions, reportOf, resultOf } from '../support/report.ts';

const manual = resultOf({
  id: 'redis.memory-limit',
  item: 'Memory limit configured',
  status: 'manual',
  by: null,
  reason: 'not-configured',
  reasons: ['not-configured'],
  because: 'no address of Redis is known',
  evidence: [],
  add: 'redis.url',
});

describe('the human report', () => {
  it('is what a person reads', () => {
    expect(renderHuman(reportOf([resultOf({}), failed, manual]), renderOptions)).toBe(
      `svcheck 0.1.0 · production · read svcheck.yaml, .env · contacted
redis.acme.test:6380
3f2a91c · from build-7 (outside) · 24 Nov 2026 19:02 UTC

Redis                                                 1 pass · 1 fail · 1 manual
  ✓ Production Redis provisioned
  ✗ Eviction policy set (allkeys-lru)                        fail redis.eviction
      noeviction, seen by INFO memory on redis.acme.test:6380 at 19:02:11
      fix: CONFIG SET maxmemory-policy allkeys-lru, and the same line in
           redis.conf
  ? Memory limit configured                            manual redis.memory-limit
      no address of Redis is known
      add: redis.url

Not Ready · 1 fail · 1 manual · 1 pass · in 2.1 s
exit 1: redis.eviction. One setting would decide 1 more line: redis.url (1).
`,
    );
  });

  it('says at exit 0 that manual lines are left and what --require ready would do', () => {
    const gate = {
      failOn: ['fail', 'error'],
      require: null,
      exit: 0,
      because: 'nothing in the gate (fail, error) failed',
    };
    const text = renderHuman(reportOf([resultOf({}), manual], { gate }), renderOptions).replaceAll('\n', ' ');
    expect(text).toContain(
      'exit 0: nothing in the gate (fail, error) failed; 1 manual line is left, so it is not Ready, and --require ready would exit 3.',
    );
  });

  it('shows evidence of every line with -v, and only what is not well with -q', () => {
    const report = reportOf([resultOf({}), failed]);
    expect(renderHuman(report, { ...renderOptions, verbose: true })).toContain(
      'Redis 7.0.15 answers, seen by INFO server',
    );
    expect(renderHuman(report, { ...renderOptions, quiet: true })).not.toContain('Production Redis provisioned');
  });

  it('is the same text in colour and without', () => {
    const report = reportOf([resultOf({}), failed, manual]);
    const coloured = renderHuman(report, { ...renderOptions, colour: true });
    expect(coloured).not.toBe(stripVTControlCharacters(coloured));
    expect(stripVTControlCharacters(coloured)).toBe(renderHuman(report, renderOptions));
  });

  it('can do with ASCII', () => {
    const text = renderHuman(reportOf([resultOf({ warnings: [{ reason: 'r', text: 'careful' }] }), failed]), {
      ...renderOptions,
      ascii: true,
    });
    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
  });

  it('stays within 80 columns where words allow it', () => {
    const long = { ...failed, because: 'word '.repeat(60).trim(), fix: 'step '.repeat(60).trim() };
    const lines = renderHuman(reportOf([long]), renderOptions).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('names who waived what, and the waivers that are not needed', () => {
    const waived = { ...failed, waived: { why: 'queues live there', owner: 'ops@acme.test', until: '2027-01-31' } };
    const note = { check: 'redis.password', reasons: ['weak'], why: 'w', owner: 'o', until: '2027-01-31' };
    const text = renderHuman(
      reportOf([waived], { waivers: { active: [], expired: [], unused: [note] } }),
      renderOptions,
    );
    expect(text).toContain('waived fail redis.eviction');
    expect(text).toContain('waived until 2027-01-31 by ops@acme.test: queues live there');
    expect(text).toContain('waiver without effect: redis.password (weak; o, until 2027-01-31)');
  });
});
