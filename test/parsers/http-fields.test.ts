import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCookies } from '../../src/sources/http/cookies.ts';
import { noncesOf, parseCspFields, parseMetaPolicy } from '../../src/sources/http/csp.ts';
import { listOf, parseContentType, parseMetaReferrer, parseReferrerPolicy } from '../../src/sources/http/fields.ts';
import { parseHsts } from '../../src/sources/http/hsts.ts';

/** Text as a stranger may send it: any characters, and the ones that grammars are made of more often. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc
    .array(
      fc.constantFrom('max-age', '=', ';', '"', '\\', ',', ' ', '\t', '31536000', "'nonce-a'", '*', 'a', '\u001b'),
      {
        maxLength: 200,
      },
    )
    .map((pieces) => pieces.join('')),
);

describe('Strict-Transport-Security (RFC 6797 section 6.1)', () => {
  const valid = { includeSubDomains: false, preload: false, unknown: [], errors: [] };

  test.each([
    ['max-age=31536000', { ...valid, maxAge: 31_536_000 }],
    ['MAX-AGE=1 ; IncludeSubDomains;preload', { ...valid, maxAge: 1, includeSubDomains: true, preload: true }],
    ['max-age="31536000"', { ...valid, maxAge: 31_536_000 }],
    ['max-age="31\\536"', { ...valid, maxAge: 31_536 }],
    [';; max-age = 0 ;', { ...valid, maxAge: 0 }],
    ['max-age=5; report="a;b\\";c"; x', { ...valid, maxAge: 5, unknown: ['report', 'x'] }],
    ['max-age=99999999999999999999', { ...valid, maxAge: Number.MAX_SAFE_INTEGER }],
  ])('%s is valid', (value, expected) => {
    expect(parseHsts(value)).toEqual({ ...expected, value });
  });

  test.each([
    ['', 'no max-age'],
    ['includeSubDomains', 'no max-age'],
    ['max-age', 'max-age is no number of seconds'],
    ['max-age=', 'the value of max-age is neither a token nor quoted'],
    ['max-age=-1', 'max-age is no number of seconds'],
    ['max-age=1.5', 'max-age is no number of seconds'],
    ['max-age=1; max-age=1', 'max-age stands there twice'],
    ['max-age=1; INCLUDESUBDOMAINS; includeSubDomains', 'includeSubDomains stands there twice'],
    ['max-age=1; includeSubDomains=true', 'includeSubDomains takes no value'],
    ['max-age=1, max-age=1', 'the value of max-age is neither a token nor quoted'],
    ['max-age=1; a b', '"a b" is no directive'],
    ['max-age="1', 'the value of max-age is neither a token nor quoted'],
    [`max-age=1; ${'a; '.repeat(60)}`, 'too long'],
    ['a'.repeat(5000), 'too long'],
  ])('%.60s breaks the grammar', (value, error) => {
    expect(parseHsts(value).errors).toContain(error);
  });

  test('never throws, is bounded, and a valid value has seconds', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const parsed = parseHsts(text);
        expect(JSON.stringify(parsed).length).toBeLessThan(20_000);
        if (parsed.errors.length === 0) expect(parsed.maxAge).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test('what is written by the grammar is read back', () => {
    const quoted = fc.boolean();
    fc.assert(
      fc.property(fc.nat(), fc.boolean(), fc.boolean(), quoted, (seconds, sub, preload, inQuotes) => {
        const age = inQuotes ? `"${seconds}"` : String(seconds);
        const value = [`max-age=${age}`, ...(sub ? ['includeSubDomains'] : []), ...(preload ? ['preload'] : [])].join(
          '; ',
        );
        const expected = { value, maxAge: seconds, includeSubDomains: sub, preload, unknown: [], errors: [] };
        expect(parseHsts(value)).toEqual(expected);
      }),
    );
  });
});

describe('Content-Security-Policy (CSP Level 3)', () => {
  test('commas and further lines part policies, semicolons directives; the first of a name counts', () => {
    const policies = parseCspFields(["Default-Src 'self' ; img-src *;default-src *, sandbox", "script-src\t'none'"]);
    expect(policies).toEqual([
      {
        directives: [
          { name: 'default-src', values: ["'self'"] },
          { name: 'img-src', values: ['*'] },
        ],
        repeated: ['default-src'],
      },
      { directives: [{ name: 'sandbox', values: [] }], repeated: [] },
      { directives: [{ name: 'script-src', values: ["'none'"] }], repeated: [] },
    ]);
  });

  test('what is empty is no policy, and what is not ASCII no directive', () => {
    expect(parseCspFields(['', ' ; ;', ','])).toEqual([]);
    expect(parseCspFields(["script-src 'self'; img-src h\u00e9"])?.[0]?.directives.map(({ name }) => name)).toEqual([
      'script-src',
    ]);
  });

  test('a meta element has no report-uri, frame-ancestors or sandbox, and its commas part nothing', () => {
    const parsed = parseMetaPolicy("frame-ancestors 'none'; sandbox; report-uri /r; img-src a,b");
    expect(parsed?.directives).toEqual([{ name: 'img-src', values: ['a,b'] }]);
  });

  test.each([
    ['text', `script-src ${'a'.repeat(40_000)}`],
    ['sources', `script-src ${'a '.repeat(1000)}`],
    ['policies', 'sandbox,'.repeat(20)],
  ])('too many %s are not read', (_what, text) => {
    expect(parseCspFields([text])).toBeNull();
  });

  test('nonces are found in any directive', () => {
    const policies = parseCspFields(["script-src 'nonce-a+/=' 'sha256-x'; style-src 'NONCE-b' nonce-c 'nonce-'"]) ?? [];
    expect(noncesOf(policies)).toEqual(['a+/=', 'b']);
  });

  test('never throws and is bounded', () => {
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 5 }), (lines) => {
        const policies = parseCspFields(lines);
        expect(policies === null || policies.length <= 10).toBe(true);
        for (const line of lines) parseMetaPolicy(line);
      }),
    );
  });
});

describe('the short fields', () => {
  test('lists are joined over lines and commas', () => {
    expect(listOf(['DENY, sameorigin', ' Deny '])).toEqual(['deny', 'sameorigin', 'deny']);
    expect(listOf([', nosniff'])).toEqual(['', 'nosniff']);
    expect(listOf([])).toEqual([]);
  });

  test.each([
    [['no-referrer'], 'no-referrer'],
    [['unsafe-url, strict-origin', 'future-policy'], 'strict-origin'],
    [['no-referrer', 'Unsafe-URL'], 'unsafe-url'],
    [['default'], null],
    [[''], null],
  ])('Referrer-Policy %j is %s', (lines, effective) => {
    expect(parseReferrerPolicy(lines).effective).toBe(effective);
  });

  test.each([
    [['always'], 'unsafe-url'],
    [['never', 'nonsense'], 'no-referrer'],
    [['constructor'], null],
    [[], null],
  ])('meta referrer %j is %s', (contents, policy) => {
    expect(parseMetaReferrer(contents)).toBe(policy);
  });

  test.each([
    ['Text/HTML; charset="UTF-8"', 'text/html', 'utf-8'],
    ['application/json', 'application/json', null],
    [undefined, null, null],
    ['; charset=x', null, 'x'],
  ])('Content-Type %s', (value, type, charset) => {
    expect(parseContentType(value)).toEqual({ type, charset });
  });

  test('never throw and are bounded', () => {
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 20 }), (lines) => {
        expect(listOf(lines).length).toBeLessThanOrEqual(50);
        parseReferrerPolicy(lines);
        parseMetaReferrer(lines);
        parseContentType(lines[0]);
      }),
    );
  });
});

describe('Set-Cookie (RFC 6265bis)', () => {
  const now = new Date('2026-11-24T12:00:00Z');
  const parse = (...lines: string[]) => parseCookies(lines, { url: new URL('https://app.acme.test/'), now });
  const plain = {
    host: 'app.acme.test',
    secure: false,
    httpOnly: false,
    sameSite: null,
    domain: null,
    path: null,
    persistent: false,
    removal: false,
    https: true,
  };

  test('attributes are read without regard to case, the value is left behind', async () => {
    const line = '__Host-s=top=secret; PATH=/; secure; HttpOnly; samesite=Strict; Max-Age=60';
    const cookies = await parse(line);
    const flags = { secure: true, httpOnly: true, sameSite: 'Strict', path: '/', persistent: true };
    expect(cookies).toEqual([{ ...plain, ...flags, name: '__Host-s' }]);
    expect(JSON.stringify(cookies)).not.toContain('secret');
  });

  test('a comma belongs to Expires, an unknown SameSite stays as sent, the dot of a domain goes', async () => {
    const [cookie] = await parse('a=b; Expires=Tue, 01 Dec 2026 12:00:00 GMT; SameSite=Sloppy; Domain=.Acme.test');
    expect(cookie).toEqual({ ...plain, name: 'a', persistent: true, sameSite: 'Sloppy', domain: 'acme.test' });
  });

  test.each(['a=; Path=/', 'a=b; Max-Age=0', 'a=b; Max-Age=-5', 'a=b; Expires=Thu, 01 Jan 1970 00:00:00 GMT'])(
    '%s takes a cookie away',
    async (line) => {
      expect(await parse(line)).toMatchObject([{ name: 'a', removal: true }]);
    },
  );

  test('10,000 cookies are bounded', async () => {
    expect(await parse(...Array.from({ length: 10_000 }, (_, at) => `c${at}=v`))).toHaveLength(300);
  });

  test('never throws', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyText, { maxLength: 5 }), async (lines) => {
        await parse(...lines);
      }),
    );
  });
});
