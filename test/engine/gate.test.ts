import { describe, expect, it } from 'vitest';
import type { Result, Status } from '../../src/core/report.ts';
import { isReady, passGate } from '../../src/engine/gate.ts';

const line = (status: Status, more: Partial<Result> = {}): Result => ({
  id: `x.${status.replace('/', '')}`,
  section: 'x',
  phase: 'pre-deploy',
  item: 'X',
  status,
  by: null,
  reason: null,
  reasons: [],
  because: '',
  evidence: [],
  warnings: [],
  fix: null,
  waived: null,
  attempts: [],
  ms: 0,
  ...more,
});
const waived = line('fail', { waived: { why: 'w', owner: 'o', until: '2027-01-31' } });
const warned = line('pass', { warnings: [{ reason: 'r', text: 't' }] });
const usual = { failOn: ['fail', 'error'], require: null } as const;

describe('the exit code', () => {
  it.each([
    ['nothing failed', [line('pass'), line('manual'), line('n/a')], usual, 0],
    ['a fail', [line('pass'), line('fail'), line('error')], usual, 1],
    ['an error without a fail', [line('error'), line('manual')], usual, 2],
    ['a waived fail does not count', [waived], usual, 0],
    ['an advisory fail does not count', [line('fail', { advisory: true })], usual, 0],
    [
      'a status outside the gate does not count',
      [line('fail'), line('error')],
      { failOn: ['error'], require: null },
      2,
    ],
    ['an empty gate', [line('fail'), line('error')], { failOn: [], require: null }, 0],
    ['manual in the gate', [line('manual')], { failOn: ['fail', 'error', 'manual'], require: null }, 3],
    ['warnings in the gate', [warned], { failOn: ['warning'], require: null }, 3],
    ['warnings outside the gate', [warned], usual, 0],
    ['ready: manual stands in the way', [line('pass'), line('manual')], { ...usual, require: 'ready' }, 3],
    ['ready: skipped stands in the way', [line('pass'), line('skipped')], { ...usual, require: 'ready' }, 3],
    ['ready: a fail is 1, whatever the list says', [line('fail')], { failOn: [], require: 'ready' }, 1],
    ['ready: an error is 2', [line('error')], { failOn: [], require: 'ready' }, 2],
    ['ready: all well', [line('pass'), line('n/a'), waived], { ...usual, require: 'ready' }, 0],
  ] as const)('%s', (_name, results, options, exit) => {
    expect(passGate(results, options).exit).toBe(exit);
  });

  it('names the lines', () => {
    expect(passGate([line('fail', { id: 'a.b' }), line('fail', { id: 'c.d' })], usual).because).toBe('a.b, c.d');
  });
});

describe('Ready', () => {
  it('is a target whose every line is pass, n/a or a waived fail', () => {
    expect(isReady([line('pass'), line('n/a'), waived])).toBe(true);
    for (const status of ['fail', 'error', 'manual', 'skipped'] as const)
      expect(isReady([line('pass'), line(status)])).toBe(false);
  });

  it('is not a target of which nothing was looked at', () => {
    expect(isReady([])).toBe(false);
  });
});
