import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimate } from '../../src/sources/strength.ts';

describe('the estimate of a secret', () => {
  it.each([
    ['9f86d081884c7d659a2feaa0c55ad015', 128],
    ['A9F86D081884C7D659A2FEAA0C55AD01', 128],
    ['Zq8vN3rT6wY1xK5pL0sD', 119],
    ['48213975061284930175', 66],
  ])('%s is random: alphabet times length is %d bits', async (secret, bits) => {
    expect(await estimate(secret)).toEqual({ bits, weakness: '' });
  });

  it.each([
    ['changeme', 12, /known password/],
    ['password1234', 20, /known password/],
    ['correcthorsebatterystaple', 60, /words/],
    ['Acme-Production-2024!', 79, /words|year/],
    ['this-is-my-super-secret-key-for-production', 127, /words/],
    ['my-application-secret-please-change-later', 127, /words/],
    ['correct horse battery staple office table', 127, /words/],
    ['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 20, /few different characters/],
    ['abcabcabcabcabcabcabcabcabcabc', 48, /few different characters/],
    ['Passe7Passe7Passe7Passe7', 40, /repeats/],
    ['abcdefghijklmnopqrstuvwxyz', 20, /sequence/],
    ['qwertyuiopasdfghjkl', 40, /lie side by side|known password/],
  ])('%s is guessable: at most %d bits', async (secret, most, weakness) => {
    const found = await estimate(secret);
    expect(found.bits).toBeLessThanOrEqual(most);
    expect(found.weakness).toMatch(weakness);
    expect(found.weakness).not.toContain(secret);
  });

  it('takes hints for words', async () => {
    const plain = await estimate('zorvalia-zorvalia9');
    const hinted = await estimate('zorvalia-zorvalia9', ['zorvalia']);
    expect(hinted.bits).toBeLessThan(plain.bits);
  });

  it('gives random secrets their due, whatever turns up in them by chance', async () => {
    const bits: number[] = [];
    for (let i = 0; i < 60; i += 1) {
      const digest = createHash('sha256').update(`a secret ${i}`).digest();
      bits.push((await estimate(digest.subarray(0, 16).toString('hex'))).bits);
      bits.push((await estimate(digest.subarray(0, 18).toString('base64url'))).bits);
    }
    expect(bits.filter((one) => one < 128).length).toBeLessThanOrEqual(1);
    expect(Math.min(...bits)).toBeGreaterThan(100);
  });

  it('never gives more than alphabet times length, nor less than nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 200, unit: 'binary' }), async (secret) => {
        const { bits } = await estimate(secret);
        expect(bits).toBeGreaterThanOrEqual(0);
        expect(bits).toBeLessThanOrEqual(128 * 8);
      }),
      { numRuns: 50 },
    );
  });
});
