import { describe, expect, it } from 'vitest';
import { audit } from '../src/audit.ts';
import { defaultLimits } from '../src/engine/limits.ts';
import { targetOf } from './support/target.ts';

const now = new Date('2026-11-24T12:00:00Z');

/** An audit of env.auth-secret alone, with a secret of 40 hexadecimal digits. */
async function auditWith(settings: Record<string, unknown>) {
  const target = targetOf({
    settings,
    env: { BETTER_AUTH_SECRET: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b' },
    live: false,
  });
  const report = await audit(target, {
    version: '0.0.0',
    phases: ['pre-deploy'],
    only: ['env.auth-secret'],
    skip: [],
    active: false,
    vantage: 'undeclared',
    limits: defaultLimits,
    gate: { failOn: ['fail', 'error'], require: null },
    applyWaivers: true,
    now,
    asOf: now,
    interrupt: new AbortController().signal,
  });
  return { ...report, line: report.results.find(({ id }) => id === 'env.auth-secret') };
}

describe('expectations that make a rule milder', () => {
  it('are listed where they differ from the default', async () => {
    const report = await auditWith({ expect: { 'env.auth-secret': { bits: 64 } } });
    expect(report.loosened).toEqual([{ check: 'env.auth-secret', setting: 'bits', value: 64 }]);
    expect((await auditWith({ expect: { 'env.auth-secret': { bits: 128 } } })).loosened).toEqual([]);
    expect((await auditWith({})).loosened).toEqual([]);
  });

  it('decide, unless the gate bars them', async () => {
    const strict = { expect: { 'env.auth-secret': { length: 64 } } };
    expect((await auditWith(strict)).line).toMatchObject({ status: 'fail', reasons: ['too-short'] });
    const barred = await auditWith({ ...strict, gate: { 'never-waive': ['env.*'] } });
    expect(barred.line).toMatchObject({ status: 'pass' });
    expect(barred.loosened).toEqual([]);
  });
});
