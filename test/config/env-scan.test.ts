import { parse } from 'dotenv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scanEnv } from '../../src/config/env-scan.ts';

const valuesOf = (text: string) =>
  Object.fromEntries(scanEnv(text).assignments.map(({ key, value }) => [key, value] as const));

describe('what dotenv reads', () => {
  test.each([
    ['A=1', { A: '1' }],
    ['  A = 1  ', { A: '1' }],
    ['export A=1', { A: '1' }],
    ['A: yaml style', { A: 'yaml style' }],
    ["A='single $x #no'", { A: 'single $x #no' }],
    ['A="double\\nline"', { A: 'double\nline' }],
    ["A='not\\nescaped'", { A: 'not\\nescaped' }],
    ['A=`it\'s "both"`', { A: 'it\'s "both"' }],
    ['A="two\nlines"\nB=2', { A: 'two\nlines', B: '2' }],
    ['A=value # comment', { A: 'value' }],
    ['A=value#comment', { A: 'value' }],
    ['A="value # kept" # comment', { A: 'value # kept' }],
    ['A=', { A: '' }],
    ['A=\nB=2', { A: '', B: '2' }],
    ["A='open\nB=2", { A: "'open", B: '2' }],
    ['A=1\r\nB=2\rC=3', { A: '1', B: '2', C: '3' }],
    ['A=1\nA=2', { A: '2' }],
    ['A=$(rm -rf /)', { A: '$(rm -rf /)' }],
    ['A=`touch /tmp/x`', { A: 'touch /tmp/x' }],
  ])('%j', (text, expected) => {
    expect(valuesOf(text)).toEqual(expected);
    expect(parse(text)).toEqual(expected);
  });
});

describe('what dotenv does not tell', () => {
  test('the line of each key, after values of several lines and any line ends', () => {
    const text = '# head\r\nA=1\r\n\r\nB="x\r\ny\r\nz"\r\n  C=3\n\n\nD=4';
    expect(scanEnv(text).assignments.map(({ key, line }) => [key, line])).toEqual([
      ['A', 2],
      ['B', 4],
      ['C', 7],
      ['D', 10],
    ]);
  });

  test('lines that are no assignment', () => {
    expect(scanEnv('A=1\nwhat is this\n# fine\n\nexport B\n!\n=x\nC=3').malformed).toEqual([2, 5, 6, 7]);
    expect(scanEnv('just words').malformed).toEqual([1]);
    expect(scanEnv('# only\n\n').malformed).toEqual([]);
  });

  test('a key that is set twice is there twice', () => {
    const lines = scanEnv('A=1\nB=2\nexport A=3').assignments.filter(({ key }) => key === 'A');
    expect(lines.map(({ line, value }) => [line, value])).toEqual([
      [1, '1'],
      [3, '3'],
    ]);
  });

  test('keys that stand commented out, not prose', () => {
    expect(scanEnv('#A=1\n# export B=2\n# note: C = 3\n## D=\nE=5 # F=6').commented).toEqual([
      { key: 'A', line: 1 },
      { key: 'B', line: 2 },
      { key: 'D', line: 4 },
    ]);
  });

  test('a name that an object cannot hold is malformed, not lost', () => {
    const scan = scanEnv('__proto__=1\nconstructor=2');
    expect(scan.malformed).toEqual([1]);
    expect(scan.assignments).toEqual([{ key: 'constructor', value: '2', line: 2 }]);
  });
});

describe('keys that are called optional', () => {
  test.each([
    ['A=1 # optional\nB=2', ['A']],
    ['# Optional: error tracking\nA=1\nB=2', ['A']],
    ['# Pool size (optional)\nA=1\nB=2', ['A']],
    ['# A is optional\n# and has two lines\nA=1', ['A']],
    ['# --- Optional ---\nA=1\nB=2\n\nC=3', ['A', 'B']],
    ['# === E-mail (optional) ===\nA=1\n# the port\nB=2\n\nC=3', ['A', 'B']],
    ['# --- Optional ---\nA=1\n# --- Needed ---\nB=2', ['A']],
    ['# optional\nA=1\nB=2\n\nC=3', ['A', 'B']],
    ['# Optional\n\nA=1', []],
    ['# A host with an optional port\nA=1', []],
    ['# not optional\nA=1', []],
    ['# non-optional\nA=1', []],
    ['# optionally with a port\nA=1', []],
    ['# Optional\n# X=1\nA=1', []],
  ])('%j', (text, expected) => {
    expect(scanEnv(text).optional).toEqual(expected);
  });
});

describe('any text', () => {
  const piece = fc.oneof(
    fc.constantFrom('A', 'B_1', 'export ', '=', ': ', "'", '"', '`', '#', '\\', '\\n', '\n', '\r\n', '\r', ' ', '\t'),
    fc.constantFrom('${A}', '$', '\u2028', '\uFEFF', '\u00a0', 'é', '.', '-', 'x y', '\\"', "\\'", 'optional'),
    fc.string({ maxLength: 4 }),
  );
  const text = fc.array(piece, { maxLength: 60 }).map((parts) => parts.join(''));

  test('reads the same values as dotenv', () => {
    fc.assert(
      fc.property(text, (source) => {
        expect(valuesOf(source)).toEqual({ ...parse(source) });
      }),
      { numRuns: 5000 },
    );
  });

  test('never throws, and every line number is one of the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (source) => {
        const lines = source.replace(/\r\n?/g, '\n').split('\n').length;
        const { assignments, malformed } = scanEnv(source);
        for (const line of [...assignments.map((one) => one.line), ...malformed]) {
          expect(line).toBeGreaterThan(0);
          expect(line).toBeLessThanOrEqual(lines);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['blank lines', '\n'.repeat(1_000_000)],
    ['blanks', ' '.repeat(1_000_000)],
    ['one quoted value', `A='${'x'.repeat(1_000_000)}'`],
    ['an open quote', `A="${'\\"'.repeat(400_000)}`],
    ['open quotes on every line', 'A=\'\nB="\nC=`\n'.repeat(80_000)],
    ['words', 'word\n'.repeat(200_000)],
    ['a word and blank lines', `export${'\n'.repeat(900_000)}`],
  ])('a megabyte of %s ends', (_name, source) => {
    expect(() => scanEnv(source)).not.toThrow();
  });
});
