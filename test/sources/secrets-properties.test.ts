import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gzipSync } from 'node:zlib';
import { BatchSearch, type Looked } from '../../src/sources/secrets/batch.ts';
import { packingOf, unpack } from '../../src/sources/secrets/containers.ts';
import { Matcher } from '../../src/sources/secrets/matcher.ts';
import { ObjectSet } from '../../src/sources/secrets/objects.ts';
import { rules } from '../../src/sources/secrets/rules/index.ts';
import { importsIn, sourceMapOf } from '../../src/sources/secrets/scripts.ts';
import { soughtIn } from '../../src/sources/secrets/sought.ts';
import { envEntries } from '../../src/sources/secrets/trees.ts';
import { tarOf, zipOf } from './secrets-made.ts';

/** What an application is given as a secret: random bytes as base64 or hexadecimal, or a password of all characters. */
const secret = fc.oneof(
  fc.uint8Array({ minLength: 12, maxLength: 48 }).map((bytes) => Buffer.from(bytes).toString('base64')),
  fc.uint8Array({ minLength: 12, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex')),
  fc.string({ unit: 'grapheme-ascii', minLength: 16, maxLength: 40 }),
  fc.string({ unit: 'grapheme', minLength: 16, maxLength: 40 }),
);

const filler = fc.oneof(
  fc.lorem({ maxCount: 40 }),
  fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes).toString('base64')),
  fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
);

type Encoding = (value: string, before: string) => string | Buffer;
const encodings: Readonly<Record<string, Encoding>> = {
  plain: (value) => value,
  JSON: (value) => JSON.stringify({ a: value }),
  'JSON in JSON': (value) => JSON.stringify(JSON.stringify({ a: value })),
  'an address': (value) => encodeURIComponent(value),
  'a form': (value) => new URLSearchParams({ a: value }).toString(),
  hexadecimal: (value) => Buffer.from(value).toString('hex'),
  'hexadecimal capitals': (value) => Buffer.from(value).toString('hex').toUpperCase(),
  base64: (value) => Buffer.from(value).toString('base64'),
  'base64 within': (value, before) => Buffer.from(before + value + before).toString('base64'),
  base64url: (value, before) => Buffer.from(before + value).toString('base64url'),
  'base64 in lines': (value, before) =>
    Buffer.from(before + value + before)
      .toString('base64')
      .replace(/.{76}/g, '$&\n'),
  'UTF-16': (value) => Buffer.from(value, 'utf16le'),
  gzip: (value, before) => gzipSync(before + value),
  zip: (value, before) => zipOf([{ name: 'a', bytes: Buffer.from(before + value) }]),
  tar: (value, before) => tarOf([{ name: 'a', bytes: Buffer.from(before + value) }]),
};

/** Everything that a matcher finds in a file, also in what is packed into it. */
function found(matcher: Matcher, bytes: Buffer): string[] {
  const packing = packingOf(bytes.subarray(0, 512));
  const texts: Buffer[] = [bytes];
  if (packing) unpack(bytes, packing, (member) => texts.push(member.bytes) > 10_000);
  return texts.flatMap((text) => matcher.all(text, 50)).flatMap(({ key }) => key ?? []);
}

describe.each(Object.entries(encodings))('a secret as %s', (name, encode) => {
  const packed = ['gzip', 'zip', 'tar'].includes(name);

  test('is always found, wherever it stands', () => {
    fc.assert(
      fc.property(secret, filler, filler, fc.nat(3), (value, before, after, shift) => {
        const sought = soughtIn('KEY', value);
        fc.pre(sought.some((one) => one.telling));
        const matcher = new Matcher(sought, rules);
        const encoded = Buffer.from(encode(sought[0]?.value ?? '', before.slice(0, shift)) as Buffer);
        // Not so that what is before ends as a part of it: a backslash, a percent sign.
        const text = packed ? encoded : Buffer.concat([Buffer.from(`${before} `), encoded, Buffer.from(` ${after}`)]);
        expect(found(matcher, text)).toContain('KEY');
      }),
      { numRuns: 150 },
    );
  });
});

describe('random text', () => {
  const matcher = new Matcher(soughtIn('KEY', 'q7XvT2mK9pLrB4sNwZ8dYf3hGj6cAe1U'), rules);
  const nothing = (bytes: Buffer) => {
    expect(matcher.all(bytes, 10).map(({ kind, value }) => [kind, value])).toEqual([]);
  };

  test.each([
    ['bytes', fc.uint8Array({ maxLength: 20_000 }).map((bytes) => Buffer.from(bytes))],
    ['base64', fc.uint8Array({ maxLength: 20_000 }).map((bytes) => Buffer.from(Buffer.from(bytes).toString('base64')))],
    [
      'base64url',
      fc.uint8Array({ maxLength: 20_000 }).map((bytes) => Buffer.from(Buffer.from(bytes).toString('base64url'))),
    ],
    [
      'hexadecimal',
      fc.uint8Array({ maxLength: 20_000 }).map((bytes) => Buffer.from(Buffer.from(bytes).toString('hex'))),
    ],
    ['words', fc.lorem({ maxCount: 400 }).map((text) => Buffer.from(text))],
    ['characters', fc.string({ unit: 'binary', maxLength: 5000 }).map((text) => Buffer.from(text))],
    [
      'identifiers with the beginnings of tokens',
      fc
        .array(fc.tuple(fc.constantFrom(...rules.flatMap(({ keywords }) => keywords)), fc.lorem({ maxCount: 2 })), {
          maxLength: 60,
        })
        .map((parts) => Buffer.from(parts.map(([keyword, word]) => keyword + word.replaceAll(' ', '_')).join('\n'))),
    ],
  ])('holds no secret: %s', (_, arbitrary) => {
    fc.assert(fc.property(arbitrary, nothing), { numRuns: 60 });
  });
});

describe('objects as git writes them', () => {
  const value = 'q7XvT2mK9pLrB4sNwZ8dYf3hGj6cAe1U';
  const matcher = new Matcher(soughtIn('KEY', value), rules);
  const object = 'a'.repeat(40);

  test('are told apart however the stream is cut, secrets across its cuts found', () => {
    const one = fc.record({
      size: fc.oneof(fc.nat(3000), fc.constantFrom(0, 1, 524_287, 524_288, 524_289, 1_048_576, 2_000_000)),
      at: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null }),
    });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 6 }), fc.integer({ min: 1, max: 70_000 }), (list, cut) => {
        const expected: string[] = [];
        const parts = list.flatMap(({ size, at }) => {
          const content = Buffer.alloc(size, 'lorem ipsum ');
          const holds = at !== null && size >= value.length;
          if (holds) content.write(value, Math.floor((size - value.length) * at));
          expected.push(holds ? 'hit' : 'clean');
          return [Buffer.from(`${object} blob ${size}\n`), content, Buffer.from('\n')];
        });
        const stream = Buffer.concat(parts);
        const looked: Looked[] = [];
        const search = new BatchSearch(matcher, (each) => looked.push(each));
        const step = Math.max(cut, Math.floor(stream.length / 400));
        for (let at = 0; at < stream.length; at += step) search.push(stream.subarray(at, at + step));
        expect(looked.map(({ outcome }) => outcome)).toEqual(expected);
        expect(looked.map(({ bytes }) => bytes)).toEqual(list.map(({ size }) => size));
      }),
      { numRuns: 40 },
    );
  });

  test('those that are missing are said', () => {
    const looked: Looked[] = [];
    new BatchSearch(matcher, (each) => looked.push(each)).push(Buffer.from(`${object} missing\n${object} blob 1\nx\n`));
    expect(looked.map(({ outcome }) => outcome)).toEqual(['unreadable', 'clean']);
  });
});

describe('parsers of what a stranger wrote', () => {
  const bytes = fc.uint8Array({ maxLength: 4000 }).map((list) => Buffer.from(list));
  const whole = zipOf([
    { name: 'a/b', bytes: Buffer.from('content of some length') },
    { name: 'c', bytes: Buffer.from('x'), stored: true },
  ]);
  const archive = tarOf([{ name: 'a', bytes: Buffer.from('content') }]);

  test('archives: never a throw, never without an end', () => {
    const damaged = fc
      .tuple(
        fc.constantFrom(whole, archive, gzipSync('content')),
        fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), { maxLength: 8 }),
      )
      .map(([sound, changes]) => {
        const copy = Buffer.from(sound);
        for (const [at, byte] of changes) copy[at % copy.length] = byte;
        return copy;
      });
    fc.assert(
      fc.property(fc.oneof(bytes, damaged), fc.constantFrom('zip', 'tar', 'gzip'), (content, packing) => {
        let members = 0;
        unpack(content, packing, () => (members += 1) > 100_000);
        expect(members).toBeLessThan(100_000);
      }),
      { numRuns: 400 },
    );
  });

  test('trees, scripts, source maps: never a throw', () => {
    fc.assert(
      fc.property(bytes, (content) => {
        expect(envEntries(content, 20).every((entry) => /^[0-9a-f]*$/.test(entry))).toBe(true);
        expect(envEntries(Buffer.concat([Buffer.from('100644 .env\0'), content]), 20).length).toBeGreaterThan(-1);
      }),
    );
    const base = new URL('https://app.example.com/_app/start.js');
    fc.assert(
      fc.property(fc.string({ maxLength: 2000 }), (text) => {
        for (const address of importsIn(`"./${text}.js"${text}`, base)) expect(URL.canParse(address)).toBe(true);
        sourceMapOf(`//# sourceMappingURL=${text}`, [], base);
      }),
    );
  });

  test('names of objects: what was added is there, nothing else, also after packing', () => {
    const name = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((list) => Buffer.from(list).toString('hex'));
    fc.assert(
      fc.property(fc.array(name, { maxLength: 3000 }), fc.array(name), (list, others) => {
        const set = new ObjectSet(20);
        for (const one of list) set.add(one);
        const again = new ObjectSet(20, Buffer.from(set.packed));
        const there = new Set(list);
        expect([set.size, again.size]).toEqual([there.size, there.size]);
        for (const one of [...list, ...others])
          expect([set.has(one), again.has(one)]).toEqual([there.has(one), there.has(one)]);
      }),
      { numRuns: 30 },
    );
  });
});
