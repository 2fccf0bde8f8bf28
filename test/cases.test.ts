import { describe, expect, it } from 'vitest';
import { checks } from '../checks/index.ts';
import type { Check, Look, Rules } from '../src/core/check.ts';
import type { Known } from '../src/facts/index.ts';
import { factOf, isFactName, type JudgementCase, readCases } from './support/cases.ts';

const cases = readCases();

function lookOf(check: Check, { look, file }: JudgementCase): Look {
  const way = typeof look === 'number' ? check.ways[look] : check.ways.find((one) => one.by === look && 'judge' in one);
  if (!way || !('judge' in way)) throw new Error(`${file}: ${check.id} has no look ${look}`);
  return way;
}

function factsFor(one: JudgementCase, look: Look): Record<string, unknown> {
  for (const name of [...Object.keys(one.facts), ...Object.keys(one.unreachable)]) {
    if (!isFactName(name) || ![...look.needs, ...look.wants].includes(name)) {
      throw new Error(`${one.file}: the look does not use the fact ${name}`);
    }
  }
  const at = one.now;
  const wanted = look.wants.map((name): [string, Known<unknown>] => {
    const failed = one.unreachable[name];
    if (failed) return [name, { state: 'unreachable', ...failed, where: name, at }];
    if (!(name in one.facts))
      return [name, { state: 'absent', reason: 'not-configured', because: 'not in the case', add: name }];
    return [name, { state: 'known', value: factOf(one, name), where: name, at }];
  });
  return { ...Object.fromEntries(wanted), ...Object.fromEntries(look.needs.map((name) => [name, factOf(one, name)])) };
}

function judge(one: JudgementCase) {
  const check = checks.find(({ id }) => id === one.id);
  if (!check) throw new Error(`${one.file}: no check ${one.id}`);
  const look = lookOf(check, one);
  const now = new Date(one.now);
  const rules: Rules<unknown> = {
    now,
    asOf: one['as-of'] ? new Date(one['as-of']) : now,
    expect: check.settings.parse(one.expect),
    vantage: one.vantage,
    goLive: one['go-live'] ? new Date(one['go-live']) : null,
    target: one.target,
  };
  return { look, judgement: look.judge(factsFor(one, look) as never, rules as never) };
}

describe('each case', () => {
  it.each(cases.map((one) => [one.file, one] as const))('%s', (_file, one) => {
    const { judgement } = judge(one);
    const { status, reason, reasons, warnings, because, fix } = one.judgement;
    const warned = 'warnings' in judgement ? (judgement.warnings ?? []).map((warning) => warning.reason) : [];
    expect({
      status: judgement.status,
      reasons: judgement.status === 'fail' ? judgement.reasons : [judgement.reason],
      warnings: warned,
    }).toEqual({ status, reasons: reasons ?? [reason], warnings });
    expect(one.expected).toBe(status === 'pass' && warnings.length > 0 ? 'warn' : status);
    if (because !== undefined) expect(judgement.because).toMatch(new RegExp(because));
    if (fix !== undefined) expect('fix' in judgement ? judgement.fix : '').toMatch(new RegExp(fix));
    expect(judgement.because).not.toBe('');
  });
});

describe('the cases of each check', () => {
  const looked = checks.filter((check) => check.ways.some((way) => 'judge' in way));

  it.each(looked.map((check) => [check.id, check] as const))('%s: every look both ways, every reason', (id, check) => {
    const own = cases.filter((one) => one.id === id).map((one) => ({ one, ...judge(one) }));
    for (const way of check.ways) {
      if (!('judge' in way)) continue;
      // A look whose other half this version lacks cannot pass yet: its best answer is to say so.
      const statuses = new Set(
        own
          .filter(({ look }) => look === way)
          .map(({ judgement }) =>
            judgement.status === 'unclear' && judgement.reason === 'not-built' ? 'pass' : judgement.status,
          ),
      );
      expect([...statuses], `${id}: a pass and a fail case for the look by ${way.by}: ${way.how}`).toEqual(
        expect.arrayContaining(['pass', 'fail']),
      );
    }
    const said = own.flatMap(({ judgement }) => [
      ...(judgement.status === 'fail' ? judgement.reasons : [judgement.reason]),
      ...('warnings' in judgement ? (judgement.warnings ?? []).map((warning) => warning.reason) : []),
    ]);
    const declared = Object.keys(check.reasons);
    expect(
      declared.filter((reason) => !said.includes(reason)),
      `${id}: reasons without a case`,
    ).toEqual([]);
  });

  it('every case belongs to a check with a look', () => {
    expect(cases.filter((one) => !looked.some(({ id }) => id === one.id)).map((one) => one.file)).toEqual([]);
  });
});
