import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ignoredOf, isDmarc, parseDmarc } from '../../src/sources/email/dmarc/record.ts';
import { parseUris } from '../../src/sources/email/dmarc/uri.ts';

const read = (rest: string) => parseDmarc(`v=DMARC1; ${rest}`);

describe('which TXT records are DMARC Policy Records (RFC 9989 section 4.7)', () => {
  it.each([
    'v=DMARC1',
    'v=DMARC1;',
    'v=DMARC1; p=none',
    'v=DMARC1;p=none',
    'v = DMARC1 ; p = none',
    'v\t=\tDMARC1\t;\tp=none',
    'V=DMARC1; p=none',
    'v=DMARC1; ',
  ])('%s', (text) => {
    expect(isDmarc(text)).toBe(true);
    expect(ignoredOf(text)).toBeNull();
  });

  it.each([
    [' v=DMARC1; p=none', 'leading-space'],
    ['\tv=DMARC1; p=none', 'leading-space'],
    ['v=dmarc1; p=none', 'version'],
    ['v=Dmarc1; p=none', 'version'],
    ['v=DMARC2; p=none', 'version'],
    ['v=DMARC1 p=none', 'version'],
    ['v=DMARC1: p=none', 'version'],
    ['v=DMARC1, p=none', 'version'],
    ['"v=DMARC1; p=none"', 'version'],
    ['v=DMARC1\\; p=none', 'version'],
    ['p=none; v=DMARC1', 'not-first'],
    ['p=reject; rua=mailto:a@acme.test', 'no-version'],
  ])('not %s', (text, why) => {
    expect(isDmarc(text)).toBe(false);
    expect(ignoredOf(text)).toEqual({ text, why });
  });

  it.each(['v=spf1 -all', 'v=DKIM1; p=MIGf', 'k=rsa; p=none1', 'hello', ''])('nor is %s meant as one', (text) => {
    expect(isDmarc(text)).toBe(false);
    expect(ignoredOf(text)).toBeNull();
  });
});

describe('tags', () => {
  it('all of them, as published', () => {
    const record = parseDmarc(
      'v=DMARC1; p=reject; sp=quarantine; np=none; adkim=s; aspf=s; psd=n; t=y; fo=1:d:s; rua=mailto:a@acme.test; ruf=mailto:b@acme.test',
    );
    expect(record).toMatchObject({
      p: 'reject',
      sp: 'quarantine',
      np: 'none',
      adkim: 's',
      aspf: 's',
      psd: 'n',
      testing: true,
      rua: [{ uri: 'mailto:a@acme.test', host: 'acme.test', size: null }],
      ruf: [{ uri: 'mailto:b@acme.test', host: 'acme.test', size: null }],
      pct: null,
      removed: [],
      invalid: [],
      duplicates: [],
      problems: [],
    });
    expect(record.tags.map(({ name }) => name)).toEqual([
      'p',
      'sp',
      'np',
      'adkim',
      'aspf',
      'psd',
      't',
      'fo',
      'rua',
      'ruf',
    ]);
  });

  it('their defaults', () => {
    expect(parseDmarc('v=DMARC1')).toMatchObject({
      p: null,
      sp: null,
      np: null,
      adkim: 'r',
      aspf: 'r',
      psd: 'u',
      testing: false,
      rua: [],
      ruf: [],
      tags: [],
      invalid: [],
      problems: [],
    });
  });

  it.each(['p', 'sp', 'np'] as const)('%s= is none, quarantine or reject, in any case', (name) => {
    for (const value of ['none', 'quarantine', 'reject'] as const) {
      expect(read(`${name}=${value}`)[name]).toBe(value);
      expect(read(`${name} = ${value.toUpperCase()} `)[name]).toBe(value);
    }
    for (const value of ['block', 'rejects', 'reject rua=mailto:a@acme.test', 'quarantine,', '"reject"']) {
      expect(read(`${name}=${value}`)).toMatchObject({ [name]: null, invalid: [name] });
    }
  });

  it.each([
    ['t', 'y', { testing: true, invalid: [] }],
    ['t', 'Y', { testing: true, invalid: [] }],
    ['t', 'n', { testing: false, invalid: [] }],
    ['t', 'yes', { testing: false, invalid: ['t'] }],
    ['psd', 'y', { psd: 'y', invalid: [] }],
    ['psd', 'u', { psd: 'u', invalid: [] }],
    ['psd', 'no', { psd: 'u', invalid: ['psd'] }],
    ['adkim', 'S', { adkim: 's', invalid: [] }],
    ['adkim', 'strict', { adkim: 'r', invalid: ['adkim'] }],
    ['aspf', 'r', { aspf: 'r', invalid: [] }],
    ['aspf', 'x', { aspf: 'r', invalid: ['aspf'] }],
  ])('%s=%s', (name, value, expected) => expect(read(`p=none; ${name}=${value}`)).toMatchObject(expected));

  it.each(['0', '1', 'd', 's', '0:d', '1:d:s', 'd:1', 's:d', 'd:s:0', 'D:S', 'd:1:s'])('fo=%s', (value) =>
    expect(read(`p=none; fo=${value}`).invalid).toEqual([]),
  );
  it.each(['2', '0:1', 'd:d', '', 'd,s', '1:', 'all'])('not fo=%s', (value) => {
    const { invalid, problems } = read(`p=none; fo=${value}`);
    expect(invalid.length + problems.length).toBe(1);
  });

  it.each([
    ['pct=50', 50],
    ['pct=0', 0],
    ['pct=100', 100],
    ['pct=101', null],
    ['pct=abc', null],
    ['pct=-1', null],
  ])('%s was removed, and is kept for receivers of old', (text, pct) =>
    expect(read(`p=none; ${text}`)).toMatchObject({ pct, removed: ['pct'], invalid: [] }),
  );
  it('rf= and ri= were removed', () => expect(read('p=none; rf=afrf; ri=3600').removed).toEqual(['rf', 'ri']));
  it('unknown tags are ignored', () => {
    expect(read('p=reject; foo=bar')).toMatchObject({ p: 'reject', invalid: [], problems: [], removed: [] });
  });
  it('names are case-sensitive (RFC 6376 section 3.2)', () =>
    expect(read('P=reject')).toMatchObject({ p: null, invalid: [] }));
  it('a tag that stands twice', () => {
    expect(read('p=reject; p=none; x=1; x=2')).toMatchObject({ p: 'reject', duplicates: ['p', 'x'] });
  });
  it('what is no tag is left out', () => {
    const { p, problems } = read('p=reject; nonsense; a1=b; =c; d=');
    expect({ p, problems: problems.length }).toEqual({ p: 'reject', problems: 4 });
  });
  it('an empty piece in the middle is no tag', () =>
    expect(read(';p=reject')).toMatchObject({ p: 'reject', problems: ['"" is no tag=value'] }));
});

describe('report addresses (dmarc-urilist)', () => {
  it.each([
    ['mailto:a@acme.test', 'acme.test'],
    ['MAILTO:a@ACME.test', 'acme.test'],
    ['mailto:a%2Bb@acme.test?subject=x', 'acme.test'],
    ['mailto:%22a%40b%22@acme.test', 'acme.test'],
    ['mailto:a@b\u00fccher.test', null],
    ['mailto:a@xn--bcher-kva.test', 'xn--bcher-kva.test'],
    ['https://reports.acme.test/dmarc', 'reports.acme.test'],
    ['a@acme.test', null],
    ['mailto:', null],
    ['mailto:a', null],
    ['mailto:@acme.test', null],
    ['mailto:a@', null],
    ['mailto:a b@acme.test', null],
    ['mailto:a@acme.test;b', null],
    ['mailto:a@acme..test', null],
    ['mailto:a%zz@acme.test', null],
  ])('%s', (uri, host) => expect(parseUris(uri)).toEqual([{ uri, host, size: null }]));

  it('several, with white space around', () => {
    expect(parseUris('mailto:a@one.test , mailto:b@two.test').map(({ host }) => host)).toEqual([
      'one.test',
      'two.test',
    ]);
  });
  it.each(['!10m', '!50K', '!1', '! 2 g'])('a size %s is removed syntax', (size) => {
    expect(parseUris(`mailto:a@acme.test${size}`)).toEqual([{ uri: 'mailto:a@acme.test', host: 'acme.test', size }]);
  });
  it('another exclamation mark must be encoded', () => expect(parseUris('mailto:a!b@acme.test')[0]?.host).toBeNull());
  it('a comma at the end adds none', () => expect(parseUris('mailto:a@acme.test,')).toHaveLength(1));
  it('one that has no valid address is invalid', () => {
    expect(read('p=none; rua=a@acme.test').invalid).toEqual(['rua']);
    expect(read('p=none; rua=a@acme.test,mailto:b@acme.test').invalid).toEqual([]);
  });
});

describe('whatever stands there', () => {
  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        ignoredOf(text);
        parseDmarc(`v=DMARC1;${text}`);
        parseUris(text);
      }),
    );
  });

  it('is bounded', () => {
    const record = parseDmarc(
      `v=DMARC1; p=none; rua=${'mailto:a@acme.test,'.repeat(3000)}; ${'x=y; '.repeat(3000)}${'bad; '.repeat(3000)}`,
    );
    expect(record.rua).toHaveLength(20);
    expect(record.tags).toHaveLength(50);
    expect(record.text).toHaveLength(1000);
    expect(record.problems.length).toBeLessThanOrEqual(10);
  });

  it('a record that is printed reads the same', () => {
    const policy = fc.constantFrom('none', 'quarantine', 'reject');
    const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
    const made = fc.record({
      p: some(policy),
      sp: some(policy),
      np: some(policy),
      t: some(fc.constantFrom('y', 'n')),
      psd: some(fc.constantFrom('y', 'n', 'u')),
      adkim: some(fc.constantFrom('r', 's')),
      aspf: some(fc.constantFrom('r', 's')),
      pct: some(fc.integer({ min: 0, max: 100 })),
      rua: some(fc.constantFrom('mailto:a@acme.test', 'mailto:a@acme.test,https://b.test/x')),
    });
    const space = fc.constantFrom('', ' ', '\t ');
    fc.assert(
      fc.property(made, space, space, (tags, before, after) => {
        const entries = Object.entries(tags).filter(([, value]) => value !== null);
        const printed = [
          'v=DMARC1',
          ...entries.map(([name, value]) => `${before}${name}${after}=${before}${value ?? ''}${after}`),
        ].join(';');
        const record = parseDmarc(printed);
        expect(isDmarc(printed)).toBe(true);
        expect(Object.fromEntries(record.tags.map(({ name, value }) => [name, value.trim()]))).toEqual(
          Object.fromEntries(entries.map(([name, value]) => [name, String(value)])),
        );
        expect(record).toMatchObject({
          p: tags.p,
          sp: tags.sp,
          np: tags.np,
          testing: tags.t === 'y',
          psd: tags.psd ?? 'u',
          pct: tags.pct,
          invalid: [],
        });
        const again = parseDmarc(`v=DMARC1; ${record.tags.map(({ name, value }) => `${name}=${value}`).join('; ')}`);
        expect({ ...again, text: '' }).toEqual({ ...record, text: '' });
      }),
    );
  });
});
