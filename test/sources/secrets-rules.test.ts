import { describe, expect, test } from 'vitest';
import { Matcher } from '../../src/sources/secrets/matcher.ts';
import { base62Crc32, grafanaCrc32 } from '../../src/sources/secrets/rules/checksums.ts';
import { digestOf, rules } from '../../src/sources/secrets/rules/index.ts';
import { isDull, isLookalike } from '../../src/sources/secrets/rules/lookalike.ts';

const matcher = new Matcher([], rules);
const kindsIn = (text: string): string[] => matcher.all(Buffer.from(text, 'latin1'), 20).map(({ kind }) => kind);
/** The bar keeps a secret scanner from taking the example for one. */
const example = (text: string): string => text.replace('|', '');

describe('the list', () => {
  test('holds 120 kinds or more, each with its source, keywords that the search can use, and examples both ways', () => {
    expect(rules.length).toBeGreaterThanOrEqual(120);
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    for (const { id, what, source, keywords, examples } of rules) {
      expect(id, id).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
      expect(what.length, id).toBeGreaterThan(5);
      expect(new URL(source).protocol, id).toBe('https:');
      expect(keywords.length, id).toBeGreaterThan(0);
      for (const keyword of keywords) expect(keyword.length, `${id}: ${keyword}`).toBeGreaterThanOrEqual(4);
      expect(examples.real.length, id).toBeGreaterThan(0);
      expect(examples.no.length, id).toBeGreaterThan(0);
    }
  });

  test('its digest changes with a rule', () => {
    expect(digestOf(rules)).toMatch(/^[0-9a-f]{64}$/);
    expect(digestOf(rules.slice(1))).not.toBe(digestOf(rules));
  });
});

describe.each(rules.map((rule) => [rule.id, rule] as const))('%s', (id, { examples }) => {
  test.each(examples.real.map((real) => [real]))('finds %s', (real) => {
    const text = example(real);
    const around: [string, string][] = [
      ['', ''],
      ['"', '"'],
      ['KEY=', '\n'],
      ["key: '", "'"],
      ['x = ', ';'],
      ['{"log":"one\\n', '\\ntwo"}'],
      ['?a=1%26t%3D', '%26b'],
      ['(', ')'],
    ];
    for (const [before, after] of around) {
      // Not where the surroundings would belong to it.
      if (after.startsWith('%') && /[%=/]/.test(text)) continue;
      expect(kindsIn(`${before}${text}${after}`), `${before}…${after}`).toEqual([id]);
    }
    expect(kindsIn(`${'x'.repeat(5000)} ${text} ${'y'.repeat(5000)}`)).toEqual([id]);
  });

  test.each(examples.no.map((no) => [no]))('not %s', (no) => {
    for (const text of [no, `"${no}"`, `KEY=${no}\n`]) expect(kindsIn(text)).toEqual([]);
  });
});

describe('what stands beside a token', () => {
  const token = example('sk_|live_q7XvT2mK9pLrB4sNwZ8dYf3h');
  test.each([`a${token}`, `9${token}`])('a letter or digit before makes it another word: %s', (text) => {
    expect(kindsIn(text)).toEqual([]);
  });
  test.each([
    `\\n${token}`,
    `\\r\\n${token}`,
    `%3D${token}`,
    `\\u003d${token}`,
    `\\x3d${token}`,
    `_${token}`,
    `.${token}`,
  ])('an escape does not: %s', (text) => {
    expect(kindsIn(text)).toEqual(['stripe-key']);
  });
  test('a longer run of characters is no token of exactly that length', () => {
    const real = 'figd_q7XvT2mK9pLrB4sNwZ8dYf3hGj6cAe1U0qWm5xRt';
    expect(kindsIn(real)).toEqual(['figma-token']);
    expect(kindsIn(`${real}a`)).toEqual([]);
    expect(kindsIn(`${real}-a`)).toEqual([]);
  });
});

describe('checksums', () => {
  test("GitHub's and npm's, as their announcements describe them", () => {
    expect(base62Crc32(example('ghp_|q7XvT2mK9pLrB4sNwZ8dYf3hGj6cAe1Lfer6'))).toBe(true);
    expect(base62Crc32(example('npm_|q7XvT2mK9pLrB4sNwZ8dYf3hGj6cAe1Lfer6'))).toBe(true);
    expect(base62Crc32(example('ghp_|q7XvT2mK9pLrB4sNwZ8dYf3hGj6cAe1Lfer7'))).toBe(false);
    // Longer tokens have none that is documented.
    expect(base62Crc32(`ghs_${'q7XvT2mK9pLrB4sNwZ8dYf3hGj6cAe1U'.repeat(2)}`)).toBeNull();
  });

  test('decide, however random a token looks', () => {
    expect(kindsIn(example('ghp_|q7XvT2mK9pLrB4sNwZ8dYf3hGj6cAe1Lfer6'))).toEqual(['github-token']);
    expect(kindsIn('ghp_q7XvT2mK9pLrB4sNwZ8dYf3hGj6cAe1Lfer7')).toEqual([]);
  });

  test("Grafana's", () => {
    const real = rules.find(({ id }) => id === 'grafana-token')?.examples.real[0] ?? '';
    expect(grafanaCrc32(example(real))).toBe(true);
    expect(grafanaCrc32(`${example(real).slice(0, -1)}x`)).toBe(false);
  });
});

describe('look-alikes', () => {
  test.each([
    ['thisisnotarealkeyatall00', 62],
    ['MyVerySecretKeyForTheDevelopment', 62],
    ['TestTestTestTestTestTestTestTest', 62],
    ['1234567890abcdef1234567890abcdef', 16],
    ['00000000000000000000000000000000', 16],
    ['deadbeefdeadbeefdeadbeefdeadbeef', 16],
    ['AAAABBBBCCCCDDDDEEEE', 32],
    ['abcdefghijklmnopqrstuvwxyz012345', 36],
  ] as const)('%s', (text, alphabet) => {
    expect(isDull(text, alphabet)).toBe(true);
  });

  test.each([
    'sk_live_1234567890123456',
    'ghp_your_token_here',
    'sk_live_xxxxxxxxxxxxxxxxxxxxxxxx',
    'AKIAIOSFODNN7EXAMPLE',
    'xoxb-fake-token-of-a-test',
    'glpat-REDACTED000000000000',
  ])('%s', (text) => {
    expect(isLookalike(text, 62)).toBe(true);
  });

  test('not one in a thousand generated values is taken for one', () => {
    const alphabets = {
      16: 'abcdef0123456789',
      32: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567',
      36: 'abcdefghijklmnopqrstuvwxyz0123456789',
      62: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
    } as const;
    let state = 1;
    const random = (below: number): number => {
      state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
      return ((state ^ (state >>> 13)) >>> 0) % below;
    };
    for (const [size, characters] of Object.entries(alphabets)) {
      for (const length of [20, 24, 32, 40, 64]) {
        const values = Array.from({ length: 2000 }, () =>
          Array.from({ length }, () => characters[random(characters.length)]).join(''),
        );
        const wrong = values.filter((value) => isLookalike(value, Number(size) as 16 | 32 | 36 | 62));
        expect(wrong.length, `${length} of ${size}: ${wrong[0] ?? ''}`).toBeLessThanOrEqual(6);
      }
    }
  });
});
