import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMeantAsKey, parseDkimKey } from '../../src/sources/email/dkim/record.ts';
import { parseTagList } from '../../src/sources/email/dkim/tags.ts';

const rsa = (modulusLength: number): KeyObject => generateKeyPairSync('rsa', { modulusLength }).publicKey;
const spki = (key: KeyObject): string => key.export({ format: 'der', type: 'spki' }).toString('base64');
const pkcs1 = (key: KeyObject): string => key.export({ format: 'der', type: 'pkcs1' }).toString('base64');
const rawEd25519 = (key: KeyObject): string =>
  Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64');

const key2048 = rsa(2048);
const p2048 = spki(key2048);
const ed25519 = generateKeyPairSync('ed25519').publicKey;

const recordOf = (text: string) => {
  const { record, problem } = parseDkimKey(text);
  if (!record) throw new Error(problem);
  return record;
};
const problemOf = (text: string): string => parseDkimKey(text).problem ?? 'no problem';

describe('the tag list (RFC 6376 section 3.2)', () => {
  it.each([
    ['one tag', 'p=abc', { p: 'abc' }],
    ['a final semicolon', 'p=abc;', { p: 'abc' }],
    ['a final semicolon and space', 'p=abc; ', { p: 'abc' }],
    ['white space around names and values', ' v =\tDKIM1 ;\r\n p = abc ', { v: 'DKIM1', p: 'abc' }],
    ['white space within a value is kept', 'n=a  note; p=a b', { n: 'a  note', p: 'a b' }],
    ['an equals sign within a value', 'p=abc==', { p: 'abc==' }],
    ['an empty value', 'v=DKIM1; p=', { v: 'DKIM1', p: '' }],
    ['names are case-sensitive, so these are two', 'p=a; P=b', { p: 'a', P: 'b' }],
    ['digits and underscores in a name', 'x_1=y', { x_1: 'y' }],
  ])('%s', (_what, text, expected) => {
    const list = parseTagList(text);
    expect('tags' in list && Object.fromEntries(list.tags)).toEqual(expected);
  });

  it.each([
    ['a tag that stands twice', 'p=a; k=rsa; p=b', /p= stands twice/],
    ['an unknown tag that stands twice', 'x=1; x=2; p=a', /x= stands twice/],
    ['a word without a value', 'v=DKIM1; rsa; p=a', /"rsa" is no tag=value/],
    ['an empty piece in the middle', 'v=DKIM1;; p=a', /is no tag=value/],
    ['nothing at all', '', /is no tag=value/],
    ['a name that begins with a digit', '1p=a', /"1p" is no tag name/],
    ['quotation marks of the zone file', '"v=DKIM1; p=a"', /is no tag name/],
    ['a control character', 'p=a\u0007b', /not printable ASCII/],
    ['a letter beyond ASCII', 'n=caf\u00e9; p=a', /not printable ASCII/],
    ['64 KB', `n=${'a'.repeat(65_000)}`, /65002 characters/],
  ])('refuses %s', (_what, text, expected) => {
    const list = parseTagList(text);
    expect('error' in list && list.error).toMatch(expected);
  });
});

describe('v=', () => {
  it('may be left out', () => expect(recordOf(`k=rsa; p=${p2048}`).key?.bits).toBe(2048));
  it('is DKIM1', () => expect(recordOf(`v=DKIM1; p=${p2048}`).key?.bits).toBe(2048));
  it.each(['DKIM2', 'dkim1', 'DKIM1 rsa', 'DKIM1\\', ''])('is not %s', (version) =>
    expect(problemOf(`v=${version}; p=${p2048}`)).toMatch(/^v= must be DKIM1/),
  );
  it('comes first', () => expect(problemOf(`k=rsa; v=DKIM1; p=${p2048}`)).toBe('v= is not the first tag'));
});

describe('p= with k=rsa (RFC 6376, RFC 8301)', () => {
  it.each([512, 1024, 2048, 4096])('%i bits', (bits) => {
    expect(recordOf(`v=DKIM1; k=rsa; p=${spki(rsa(bits))}`).key).toEqual({ type: 'rsa', bits });
  });
  it('as RSAPublicKey of PKCS#1', () => {
    expect(recordOf(`v=DKIM1; p=${pkcs1(key2048)}`).key).toEqual({ type: 'rsa', bits: 2048 });
  });
  it('with folding white space anywhere', () => {
    const folded = p2048.replace(/(.{40})/g, '$1 \r\n\t');
    expect(recordOf(`v=DKIM1; p=${folded}`).key?.bits).toBe(2048);
  });
  it('without its padding', () => {
    expect(recordOf(`v=DKIM1; p=${p2048.replace(/=+$/, '')}`).key?.bits).toBe(2048);
  });
  it('empty: revoked', () => expect(recordOf('v=DKIM1; k=rsa; p=').key).toBeNull());
  it('empty with white space: revoked', () => expect(recordOf('v=DKIM1; p= ;').key).toBeNull());
  it('missing', () => expect(problemOf('v=DKIM1; k=rsa')).toBe('it has no p='));
  it('in capitals is another tag', () => expect(problemOf(`v=DKIM1; P=${p2048}`)).toBe('it has no p='));
  it.each([
    ['no base64', 'MIG!fMA', 'p= is not base64'],
    ['padding in the middle', 'MIGf==MA', 'p= is not base64'],
    ['padding alone', '==', 'p= is not base64'],
    ['half of a key', p2048.slice(0, 200), 'p= is base64, but no RSA public key: part of it may be missing'],
    ['text in base64', 'aGVsbG8gd29ybGQ=', 'p= is base64, but no RSA public key: part of it may be missing'],
    [
      'the key of an EC curve',
      spki(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey),
      'k= says rsa, p= is a key of type ec',
    ],
    [
      'an RSA-PSS key',
      spki(generateKeyPairSync('rsa-pss', { modulusLength: 1024 }).publicKey),
      'k= says rsa, p= is a key of type rsa-pss',
    ],
    ['an Ed25519 key', spki(ed25519), 'k= says rsa, p= is a key of type ed25519'],
    ['a PEM file', `-----BEGIN PUBLIC KEY-----${p2048}`, 'p= is not base64'],
  ])('%s', (_what, value, expected) => expect(problemOf(`v=DKIM1; k=rsa; p=${value}`)).toBe(expected));

  it('with an exponent of 1, which anybody can sign for', () => {
    const jwk = { ...key2048.export({ format: 'jwk' }), e: 'AQ' };
    const der = createPublicKey({ key: jwk, format: 'jwk' }).export({ format: 'der', type: 'spki' });
    expect(problemOf(`p=${der.toString('base64')}`)).toBe('its exponent is 1');
  });
});

describe('p= with k=ed25519 (RFC 8463)', () => {
  it('the bare 32 octets', () => {
    expect(recordOf(`v=DKIM1; k=ed25519; p=${rawEd25519(ed25519)}`).key).toEqual({ type: 'ed25519', bits: 256 });
  });
  it("the RFC's own example", () => {
    const text = 'v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=';
    expect(recordOf(text)).toMatchObject({ keyType: 'ed25519', key: { type: 'ed25519' } });
  });
  it('not wrapped in SubjectPublicKeyInfo', () => {
    expect(problemOf(`v=DKIM1; k=ed25519; p=${spki(ed25519)}`)).toMatch(/^p= of k=ed25519 has 44 bytes/);
  });
  it('not an RSA key', () => expect(problemOf(`k=ed25519; p=${p2048}`)).toMatch(/^p= of k=ed25519 has 294 bytes/));
});

describe('the other tags', () => {
  it('k= is rsa where it is absent', () => expect(recordOf(`p=${p2048}`).keyType).toBe('rsa'));
  it.each(['dsa', 'RSA', ''])('k=%s is of no use', (type) =>
    expect(problemOf(`v=DKIM1; k=${type}; p=${p2048}`)).toMatch(/is no key type that is in use/),
  );
  it('h= lists hash algorithms', () => {
    expect(recordOf(`h=sha1 : sha256; p=${p2048}`).hashes).toEqual(['sha1', 'sha256']);
    expect(recordOf(`p=${p2048}`).hashes).toBeNull();
  });
  it('s= lists services', () => {
    expect(recordOf(`s=email:other; p=${p2048}`).services).toEqual(['email', 'other']);
    expect(recordOf(`s=*; p=${p2048}`).services).toEqual(['*']);
    expect(recordOf(`p=${p2048}`).services).toBeNull();
  });
  it('t= lists flags, unknown ones too', () => {
    expect(recordOf(`t=y:s:z; p=${p2048}`).flags).toEqual(['y', 's', 'z']);
    expect(recordOf(`p=${p2048}`).flags).toEqual([]);
  });
  it('n= is for people', () => expect(recordOf(`n=for=20you; p=${p2048}`).key?.bits).toBe(2048));
  it('g= is of RFC 4871', () => expect(recordOf(`g=*; p=${p2048}`).granularity).toBe('*'));
  it('unknown tags are ignored', () => expect(recordOf(`x=1; yz_2=; p=${p2048}`).key?.bits).toBe(2048));
});

describe('what is meant as a key', () => {
  it.each(['v=DKIM1; p=', 'k=rsa; p=MIG', 'p=abc', 'V=dkim1; P=', '"v=DKIM1; p=abc"', 'v=DKIM1\\; k=rsa\\; p=abc'])(
    '%s',
    (text) => expect(isMeantAsKey(text)).toBe(true),
  );
  it.each(['v=spf1 -all', 'v=DMARC1; p=none', 'v=STSv1; id=1', 'google-site-verification=abc', ''])('not %s', (text) =>
    expect(isMeantAsKey(text)).toBe(false),
  );
});

describe('whatever stands there', () => {
  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => void parseDkimKey(text)));
    const tags = fc.array(
      fc.tuple(fc.constantFrom('v', 'k', 'p', 'h', 's', 't', 'n', 'g', 'x'), fc.string({ maxLength: 60 })),
    );
    fc.assert(
      fc.property(tags, (list) => void parseDkimKey(list.map(([name, value]) => `${name}=${value}`).join(';'))),
    );
  });

  it('any bytes as a key give a key or a problem', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.constantFrom('rsa', 'ed25519'), (bytes, type) => {
        const { record, problem } = parseDkimKey(`k=${type}; p=${Buffer.from(bytes).toString('base64')}`);
        expect((record === null) !== (problem === null)).toBe(true);
      }),
    );
  });

  it('a record that is printed reads the same', () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
    const list = fc.array(word, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(list, list, list, (hashes, services, flags) => {
        const text = `v=DKIM1; k=rsa; h=${hashes.join(':')}; s=${services.join(' : ')}; t=${flags.join(':')}; p=${p2048}`;
        expect(recordOf(text)).toMatchObject({ hashes, services, flags, key: { bits: 2048 } });
      }),
    );
  });
});
