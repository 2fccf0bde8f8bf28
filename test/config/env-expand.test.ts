import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expandEnv } from '../../src/config/env-expand.ts';

const expand = (values: Record<string, string>) => Object.fromEntries(expandEnv(new Map(Object.entries(values))));

describe('references between the values of one env', () => {
  test.each([
    ['braces', '${NAME}', 'value'],
    ['bare', 'a/$NAME/b', 'a/value/b'],
    ['a default for an unset name', '${UNSET:-other}', 'other'],
    ['a default for an empty name', '${EMPTY:-other}', 'other'],
    ['the short form of a default', '${UNSET-other}', 'other'],
    ['no default where the name is set', '${NAME:-other}', 'value'],
    ['a default with an address in it', '${UNSET:-http://localhost:3000/a-b}', 'http://localhost:3000/a-b'],
    ['a nested default', '${UNSET:-${ALSO:-${NAME}}}', 'value'],
    ['another word where the name is set', '${NAME:+yes}${UNSET:+no}', 'yes'],
    ['an unset name without a default', '[${UNSET}]', '[]'],
    ['an escaped dollar', '\\$NAME \\${NAME}', '$NAME ${NAME}'],
    ['a bare name that is no key stays', 'pa$$w0rd$', 'pa$$w0rd$'],
    ['a command stays', '$(id) `id`', '$(id) `id`'],
    ['an open brace stays', '${NAME', '${NAME'],
    ['what is no name stays', '${a b} ${} ${1}', '${a b} ${} ${1}'],
  ])('%s', (_name, text, expected) => {
    expect(expand({ NAME: 'value', EMPTY: '', TEXT: text })['TEXT']).toBe(expected);
  });

  test('of references, in any order', () => {
    expect(expand({ URL: 'postgres://${USER}:${PASS}@h/db', USER: 'app', PASS: '${BASE}!', BASE: 'x$y' })).toEqual({
      URL: 'postgres://app:x$y!@h/db',
      USER: 'app',
      PASS: 'x$y!',
      BASE: 'x$y',
    });
  });

  test('a circle gives nothing', () => {
    expect(expand({ A: '[${A}]', B: '${C}', C: '${B}' })).toEqual({ A: '[]', B: '', C: '' });
  });

  test('nested doubling does not fill memory: what would be too long stays as written', () => {
    const values: Record<string, string> = { V0: 'x'.repeat(1000) };
    for (let n = 1; n <= 45; n += 1) values[`V${n}`] = `\${V${n - 1}}\${V${n - 1}}`;
    const expanded = expand(values);
    expect(expanded['V1']).toHaveLength(2000);
    expect(expanded['V7']).toBe('${V6}${V6}');
  });

  test('a very long chain and very many braces end', () => {
    const values: Record<string, string> = { V0: 'x' };
    for (let n = 1; n <= 20_000; n += 1) values[`V${n}`] = `\${V${n - 1}}`;
    const backwards = Object.fromEntries(Object.entries(values).reverse());
    expect(Object.keys(expand(backwards))).toHaveLength(20_001);
    expect(expand({ A: '${'.repeat(30_000) })['A']).toBe('${'.repeat(30_000));
    expect(() => expand({ A: '${X:-'.repeat(10_000) + '}'.repeat(10_000) })).not.toThrow();
  });

  test('any values: never throws, and what holds no dollar stays', () => {
    const value = fc.array(fc.constantFrom('$', '{', '}', 'A', 'B', ':-', ':+', '\\', 'x', '(')).map((s) => s.join(''));
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('A', 'B', 'C'), value), (values) => {
        const expanded = expand(values);
        for (const [key, text] of Object.entries(values)) if (!text.includes('$')) expect(expanded[key]).toBe(text);
      }),
    );
  });
});
