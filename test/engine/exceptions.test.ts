import { describe, expect, it } from 'vitest';
import type { Result } from '../../src/core/report.ts';
import { notApplicable, waive } from '../../src/engine/exceptions.ts';
import { failed, resultOf } from '../support/report.ts';
import { targetOf } from '../support/target.ts';

const noon = new Date('2026-11-24T12:00:00Z');
const who = { why: 'w', owner: 'ops@acme.test' };
const settingsWith = (settings: Record<string, unknown>) => targetOf({ settings }).settings;
const waiver = (reasons: string[], until = '2026-12-31') => ({ check: 'redis.eviction', reasons, until, ...who });
const two: Result = { ...failed, reasons: ['other-policy', 'evicted'] };

describe('a waiver', () => {
  it('covers a fail all of whose reasons it names', () => {
    const settings = settingsWith({ waivers: [waiver(['other-policy'])] });
    const { results, waivers } = waive([failed], settings, noon, true);
    expect(results[0]).toMatchObject({ status: 'fail', waived: { owner: 'ops@acme.test', until: '2026-12-31' } });
    expect(waivers).toMatchObject({ active: [{ check: 'redis.eviction' }], expired: [], unused: [] });
  });

  it('leaves another fault of the same check to show', () => {
    expect(
      waive([two], settingsWith({ waivers: [waiver(['other-policy'])] }), noon, true).results[0]?.waived,
    ).toBeNull();
    const both = settingsWith({ waivers: [waiver(['other-policy']), waiver(['evicted'])] });
    expect(waive([two], both, noon, true).results[0]?.waived).not.toBeNull();
  });

  it('ends with its day, UTC', () => {
    const settings = settingsWith({ waivers: [waiver(['other-policy'], '2026-11-24')] });
    expect(waive([failed], settings, new Date('2026-11-24T23:59:59Z'), true).results[0]?.waived).not.toBeNull();
    const after = waive([failed], settings, new Date('2026-11-25T00:00:00Z'), true);
    expect(after.results[0]?.waived).toBeNull();
    expect(after.waivers.expired).toHaveLength(1);
  });

  it('is unused where the line is well, and never covers an error', () => {
    const settings = settingsWith({ waivers: [waiver(['other-policy'])] });
    const well = resultOf({ id: 'redis.eviction' });
    expect(waive([well], settings, noon, true).waivers.unused).toHaveLength(1);
    const error: Result = { ...failed, status: 'error' };
    expect(waive([error], settings, noon, true).results[0]?.waived).toBeNull();
  });

  it('of a line that was skipped is not called unused', () => {
    const settings = settingsWith({ waivers: [waiver(['other-policy'])] });
    expect(waive([resultOf({ id: 'redis.eviction', status: 'skipped' })], settings, noon, true).waivers.unused).toEqual(
      [],
    );
  });

  it('does nothing under --no-waivers or gate.never-waive', () => {
    const waivers = [waiver(['other-policy'])];
    const off = waive([failed], settingsWith({ waivers }), noon, false);
    expect(off.results[0]?.waived).toBeNull();
    expect(off.waivers.active).toEqual([]);
    const barred = settingsWith({ waivers, gate: { 'never-waive': ['redis'] } });
    expect(waive([failed], barred, noon, true).results[0]?.waived).toBeNull();
  });
});

describe('a line that does not apply', () => {
  const entry = { check: 'network.waf', until: '2026-12-31', ...who };

  it('is one that an entry in force names', () => {
    expect(notApplicable(settingsWith({ 'not-applicable': [entry] }), 'network.waf', noon)).toMatchObject(who);
    expect(notApplicable(settingsWith({ 'not-applicable': [entry] }), 'network.ddos', noon)).toBeNull();
  });

  it('is named in the report when its day is over, and when the gate bars it', () => {
    const settings = settingsWith({ 'not-applicable': [entry] });
    const over = waive([], settings, new Date('2027-01-01T00:00:00Z'), true).waivers;
    expect(over.expired).toMatchObject([{ check: 'network.waf', reasons: ['not-applicable'] }]);
    const barred = settingsWith({ 'not-applicable': [entry], gate: { 'never-waive': ['network.*'] } });
    expect(waive([], barred, noon, true).waivers.unused).toMatchObject([{ check: 'network.waf' }]);
    expect(waive([], settings, noon, true).waivers).toEqual({ active: [], expired: [], unused: [] });
  });

  it('applies again after that day, and where the gate bars exceptions', () => {
    expect(
      notApplicable(settingsWith({ 'not-applicable': [entry] }), 'network.waf', new Date('2027-01-01T00:00:00Z')),
    ).toBeNull();
    const barred = settingsWith({ 'not-applicable': [entry], gate: { 'never-waive': ['network.*'] } });
    expect(notApplicable(barred, 'network.waf', noon)).toBeNull();
  });
});
