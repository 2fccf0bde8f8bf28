import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../src/config/secret.ts';
import { Seal, sealOf } from '../../src/sources/seal.ts';
import { targetOf } from '../support/gathering.ts';

function sealWith(...values: string[]): Seal {
  const seal = new Seal();
  for (const value of values) seal.add(new Secret(value));
  return seal;
}

const value = 'p+S/ä"k\'<t>&9 !x';
const bytes = Buffer.from(value, 'utf8');

describe('every form of a value', () => {
  test.each([
    ['plain', value],
    ['JSON', JSON.stringify(value).slice(1, -1)],
    ['JSON with escaped slashes', JSON.stringify(value).slice(1, -1).replaceAll('/', '\\/')],
    ['part of an address', encodeURIComponent(value)],
    ['part of an address in lower case', encodeURIComponent(value).replace(/%../g, (code) => code.toLowerCase())],
    ['part of an address, strictly', encodeURIComponent(value).replaceAll("'", '%27').replaceAll('!', '%21')],
    ['address', encodeURI(value)],
    ['form', new URLSearchParams({ v: value }).toString().slice(2)],
    ['HTML', value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')],
    ['hexadecimal', bytes.toString('hex')],
    ['hexadecimal capitals', bytes.toString('hex').toUpperCase()],
  ])('%s', (_name, form) => {
    const clean = sealWith(value).text(`before ${form} after`);
    expect(clean).toBe('before [secret] after');
  });

  test.each([0, 1, 2, 3, 4])('base64 after %d other bytes: no three bytes of it in a row are left', (before) => {
    for (const encoding of ['base64', 'base64url'] as const) {
      const text = Buffer.concat([Buffer.alloc(before, 'a'), bytes, Buffer.from('zz')]).toString(encoding);
      const clean = sealWith(value).text(text);
      expect(clean).toContain('[secret]');
      const left = clean.split('[secret]').map((part) => part.length);
      expect(Math.max(...left)).toBeLessThanOrEqual(before * 2 + 6);
    }
  });

  test('any value in any text', () => {
    const secret = fc
      .string({ unit: 'grapheme', minLength: 8, maxLength: 40 })
      .filter((text) => text.trim().length >= 8);
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (text, before, after) => {
        if (text === text.toLowerCase() && /^[a-z/]+$/.test(text)) return;
        const clean = sealWith(text).text(before + text + after);
        expect(clean.replaceAll('[secret]', '')).not.toContain(text);
      }),
    );
  });
});

describe('what is inside a value', () => {
  const url = 'postgres://app:p%40ssw0rd-1234@db.example.com:5432/app';

  test('the password of an address, as written and decoded, and the address as a whole', () => {
    const seal = sealWith(url);
    expect(seal.text(`failed: ${url}`)).toBe('failed: [secret]');
    expect(seal.text('password p%40ssw0rd-1234 refused')).toBe('password [secret] refused');
    expect(seal.text('password p@ssw0rd-1234 refused')).toBe('password [secret] refused');
    expect(seal.text('db.example.com:5432/app as app')).toBe('db.example.com:5432/app as app');
  });

  test('a role that a text ends with', () => {
    const seal = sealWith('postgres://shop_app:J4xq9Tz7LmW2vB8n@db.example.com/shop');
    expect(seal.text('GRANT pg_monitor TO shop_app')).toBe('GRANT pg_monitor TO shop_app');
    expect(seal.text('shop_app')).toBe('shop_app');
    expect(seal.text('shop_app:J4xq9Tz7LmW2vB8n')).toBe('[secret]');
  });

  test("HTTP's Basic authentication", () => {
    const basic = Buffer.from('app:p@ssw0rd-1234').toString('base64').replace(/=+$/, '');
    expect(sealWith(url).text(`Basic ${basic}`)).toMatch(/^Basic \[secret\].?$/);
  });

  test('a bearer token, each secret of the versioned form, the lines of a key', () => {
    expect(sealWith('Bearer abcdef-123456').text('token abcdef-123456')).toBe('token [secret]');
    expect(sealWith('2:newsecret-new, 1:oldsecret-old').text('oldsecret-old newsecret-new')).toBe('[secret] [secret]');
    const line = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEA';
    expect(sealWith(`-----BEGIN PRIVATE KEY-----\n${line}\n`).text(`x ${line}`)).toBe('x [secret]');
  });
});

describe('where it may hide', () => {
  test('overlapping and adjoining secrets leave no rest', () => {
    const seal = sealWith('abcdefgh12', 'gh12345678', 'gh12345678-and-more');
    expect(seal.text('-abcdefgh12345678!')).toBe('-[secret]!');
    expect(seal.text('gh12345678-and-more')).toBe('[secret]');
  });

  test('a bounded text that ends within a secret', () => {
    const seal = sealWith('correct-horse-battery-staple');
    expect(seal.text('said: correct-horse-bat')).toBe('said: [secret]');
    expect(seal.text('said: correct-horse-bat…')).toBe('said: [secret]');
    expect(seal.text('said: correct')).toBe('said: correct');
  });

  test('a word that an address begins with is no part of a secret; a password that is cut is', () => {
    const seal = sealWith('postgres://app:s3cr3t-pass@db.test/app');
    expect(seal.text('GRANT pg_monitor TO postgres')).toBe('GRANT pg_monitor TO postgres');
    expect(seal.text('said: postgres://app:s3cr3t-pa')).toBe('said: postgres://[secret]');
  });

  test('all strings of a fact, the keys that a stranger chose too, our own field names not', () => {
    const seal = sealWith('s3cr3t-value', 'databases');
    expect(
      seal.scrub({ list: [{ deep: 'is s3cr3t-value' }], 's3cr3t-value': 1, databases: 2, n: null, t: true }),
    ).toEqual({
      list: [{ deep: 'is [secret]' }],
      '[secret]': 1,
      databases: 2,
      n: null,
      t: true,
    });
  });
});

describe('what is not searched for', () => {
  test('shorter than 8 characters', () => {
    expect(sealWith('hunter2').text('hunter2')).toBe('hunter2');
    expect(sealWith('hunter22').text('hunter22')).toBe('[secret]');
  });

  test('words that every server says', () => {
    const seal = sealWith('postgres://postgres:postgres@localhost/app', 'production', 'password');
    expect(seal.text('PostgreSQL database postgres: password authentication, production')).toBe(
      'PostgreSQL database postgres: password authentication, production',
    );
    expect(seal.text('at postgres://postgres:postgres@localhost/app')).toBe('at [secret]');
  });
});

describe('of a target', () => {
  const settings = {
    postgres: { url: 'postgres://audit:audit-pass-77@db/app' },
    redis: { url: 'redis://:redis-pass-77@cache' },
    site: { url: 'https://app.example.com', headers: { authorization: 'Bearer bear-77-bear', accept: 'text/html' } },
    registry: { url: 'https://registry.example.com', token: 'registry-token-77' },
    sentry: { dsn: 'https://0123456789abcdef0123456789abcdef@o1.ingest.sentry.io/1' },
    secrets: { keys: ['LICENCE'], ignore: ['SECRET_STORE'] },
  };
  const env = {
    NODE_ENV: 'production',
    BETTER_AUTH_SECRET: 'auth-secret-77-value',
    DATABASE_URL: 'postgres://app:env-pass-77@db/app',
    PUBLIC_TITLE: 'The Product',
    LICENCE: 'licence-number-77',
    SECRET_STORE: 'aws-secrets-manager',
    PUBLIC_STRIPE: 'pk_live_abcdefghijklmnop',
  };
  const seal = sealOf(targetOf({ settings, env }));

  test.each([
    'audit-pass-77',
    'redis-pass-77',
    'bear-77-bear',
    'registry-token-77',
    'auth-secret-77-value',
    'env-pass-77',
    'licence-number-77',
  ])('%s is sealed', (text) => {
    expect(seal.text(`(${text})`)).toBe('([secret])');
  });

  test.each([
    'production',
    'The Product',
    'text/html',
    'aws-secrets-manager',
    'pk_live_abcdefghijklmnop',
    'https://0123456789abcdef0123456789abcdef@o1.ingest.sentry.io/1',
    'https://app.example.com',
  ])('%s is not', (text) => {
    expect(seal.text(text)).toBe(text);
  });

  test('the env of another target is sealed as well', () => {
    const target = targetOf({ env: {} });
    const staging = targetOf({ env: { API_TOKEN: 'staging-token-77' } }).env;
    const both = sealOf({ ...target, otherEnvs: new Map([['staging', staging]]) });
    expect(both.text('staging-token-77')).toBe('[secret]');
  });
});
