import { describe, expect, it } from 'vitest';
import { digestOf } from '../src/audit.ts';
import { canonicalize } from '../src/core/canonical.ts';
import { failed, reportOf, resultOf } from './support/report.ts';

describe('canonical JSON', () => {
  it('writes the example of RFC 8785 section 3.2.3: keys by UTF-16 code units', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    expect(
      [...canonicalize(value).matchAll(/"(Carriage|One|Control|Latin|Euro|Emoji|Hebrew)/g)].map((match) => match[1]),
    ).toEqual(['Carriage', 'One', 'Control', 'Latin', 'Euro', 'Emoji', 'Hebrew']);
  });

  it('writes the example of section 3.2.2: numbers, literals and strings as ECMAScript does', () => {
    const value = {
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000f\nA\'B"\\\\"/',
      literals: [null, true, false],
    };
    expect(canonicalize(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('leaves out what is undefined', () => {
    expect(canonicalize({ b: undefined, a: [1, { d: 2, c: 3 }] })).toBe('{"a":[1,{"c":3,"d":2}]}');
  });
});

describe('the digest of a report', () => {
  const { digest: _, ...report } = reportOf([resultOf({}), failed]);

  it('does not depend on how long it took', () => {
    const slower = {
      ...report,
      finishedAt: '2026-11-24T20:00:00.000Z',
      results: report.results.map((result) => ({ ...result, ms: 999 })),
    };
    expect(digestOf(slower)).toBe(digestOf(report));
    expect(digestOf(report)).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it('depends on everything else', () => {
    const others = [
      { ...report, target: 'staging' },
      { ...report, commit: null },
      { ...report, results: [resultOf({}), { ...failed, because: 'other' }] },
      { ...report, results: [failed, resultOf({})] },
    ];
    expect(new Set([report, ...others].map(digestOf)).size).toBe(5);
  });
});
