import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { loadEnv } from '../../src/config/env.ts';
import type { Target } from '../../src/config/target.ts';
import { FactStore } from '../../src/engine/store.ts';
import { defaultLimits } from '../../src/engine/limits.ts';
import type { FactName, Facts, Known } from '../../src/facts/index.ts';
import { factShapes } from '../../src/facts/index.ts';
import { versionsOf } from '../../src/sources/env/auth-secrets.ts';
import { gatherStoreAddress, isLocal, postgresStore, redisStore } from '../../src/sources/env/store-address.ts';
import { envValue, postgresAddress } from '../../src/sources/env/values.ts';
import { wordBitsOf } from '../../src/sources/env/words.ts';
import { gatherers } from '../../src/sources/index.ts';
import { sealOf } from '../../src/sources/seal.ts';
import { type LookOptions, storeFor, targetOf } from '../support/gathering.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function folderOf(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'svcheck-env-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

/** A target whose env is read from real files. */
async function targetIn(
  base: string,
  options: { files?: string[]; process?: Record<string, string>; settings?: Record<string, unknown> } = {},
): Promise<Target> {
  const { files, process: inherited, settings } = options;
  const env = await loadEnv({ base, files, process: inherited !== undefined, processEnv: inherited ?? {} });
  return { ...targetOf({ base, ...(settings ? { settings } : {}) }), env };
}

async function look<N extends FactName>(name: N, target: Target): Promise<Known<Facts[N]>> {
  const signal = new AbortController().signal;
  const store = new FactStore({
    gatherers,
    gathering: { target, now: new Date(), version: '0', active: false, vantage: 'undeclared', progress: () => {} },
    limits: defaultLimits,
    seal: sealOf(target),
    deadline: signal,
    interrupt: signal,
  });
  const fact = await store.get(name);
  await store.close();
  return fact;
}

async function valueOf<N extends FactName>(name: N, target: Target): Promise<Facts[N]> {
  const fact = await look(name, target);
  if (fact.state !== 'known') throw new Error(`${name} is not known: ${fact.because}`);
  factShapes[name].parse(fact.value);
  return fact.value;
}

/** The same with the env given as keys and values. */
async function of<N extends FactName>(
  name: N,
  env: Record<string, string>,
  options: LookOptions = {},
): Promise<Facts[N]> {
  const store = storeFor({ env, base: folderOf({}), ...options });
  const fact = await store.get(name);
  await store.close();
  if (fact.state !== 'known') throw new Error(`${name} is not known: ${fact.because}`);
  factShapes[name].parse(fact.value);
  return fact.value;
}

const random = 'q7XvT2mK9pLrB4sNwZ8dYf3hGj6cAe1U';

describe('an env that cannot be read', () => {
  const names = [
    'env.variables',
    'env.auth-secrets',
    'env.database-url',
    'env.redis-url',
    'env.email',
    'env.node-env',
    'env.cors',
  ] as const;

  test.each(names)('%s is nothing to look at where there is no env file', async (name) => {
    expect(await look(name, await targetIn(folderOf({})))).toMatchObject({ state: 'absent', add: 'env.files' });
  });

  test.each(names)('%s is out of reach where a configured file is missing, although another is there', async (name) => {
    const target = await targetIn(folderOf({ '.env': 'A=1' }), { files: ['.env', '.env.production'] });
    expect(await look(name, target)).toMatchObject({
      state: 'unreachable',
      cause: 'malformed',
      because: '.env.production does not exist',
      fix: 'create it, or correct env.files in svcheck.yaml',
      where: '.env.production',
    });
  });

  test('binary and large files say so', async () => {
    const binary = await targetIn(folderOf({ '.env': 'A=1\0' }));
    expect(await look('env.email', binary)).toMatchObject({
      cause: 'malformed',
      because: expect.stringMatching('NUL bytes'),
    });
    const large = await targetIn(folderOf({ '.env': 'A=1\n'.repeat(300_000) }));
    expect(await look('env.email', large)).toMatchObject({ cause: 'too-large' });
  });

  test("the process's environment alone is an env", async () => {
    const target = await targetIn(folderOf({}), { process: { NODE_ENV: 'production' } });
    expect(await look('env.node-env', target)).toMatchObject({ state: 'known', where: 'process' });
  });

  test('no address is taken from it: the file that is missing could have another', async () => {
    const base = folderOf({ '.env': 'DATABASE_URL=postgres://app@dev/app' });
    expect(postgresAddress(await targetIn(base))).toEqual({ url: 'postgres://app@dev/app', from: 'DATABASE_URL' });
    expect(postgresAddress(await targetIn(base, { files: ['.env', 'gone'] }))).toBeNull();
  });

  test('a reference into a vault is no value', async () => {
    expect(envValue(targetOf({ env: { DATABASE_URL: 'op://prod/db/url' } }), 'DATABASE_URL')).toBeNull();
  });
});

describe('env.variables', () => {
  const example = [
    '# Required',
    'DATABASE_URL=postgres://app:app@localhost:5432/app',
    'BETTER_AUTH_SECRET=',
    'BREVO_API_KEY=your-api-key',
    'PORT=3000',
    'SMTP_USER=',
    'MISSING=',
    '# Error tracking (optional)',
    'SENTRY_DSN=',
    '# EXTRA=1',
  ].join('\n');

  test('each key of the example, by its state and what it still is', async () => {
    const env = [
      'DATABASE_URL=postgres://app:app@localhost:5432/app',
      `BETTER_AUTH_SECRET=${random}`,
      'BREVO_API_KEY=your-api-key',
      'PORT=3000',
      'SMTP_USER=admin',
      'EXTRA=2',
      'UNKNOWN=3',
      'PORT=3001',
      'no assignment',
    ].join('\n');
    const target = await targetIn(folderOf({ '.env.example': example, '.env': env }));
    const value = await valueOf('env.variables', target);
    expect(value.keys.map(({ key, state, placeholder, optional }) => [key, state, placeholder, optional])).toEqual([
      ['DATABASE_URL', 'set', 'example-value', false],
      ['BETTER_AUTH_SECRET', 'set', null, false],
      ['BREVO_API_KEY', 'set', 'your', false],
      ['PORT', 'set', null, false],
      ['SMTP_USER', 'set', null, false],
      ['MISSING', 'missing', null, false],
      ['SENTRY_DSN', 'missing', null, true],
    ]);
    expect(value).toMatchObject({
      files: ['.env'],
      example: { state: 'read', file: '.env.example' },
      undocumented: ['UNKNOWN'],
      duplicates: [{ file: '.env', key: 'PORT', lines: [4, 8] }],
      malformed: [{ file: '.env', lines: [9] }],
      browser: [],
    });
  });

  test('without an example, and with one that cannot be read', async () => {
    const base = folderOf({ '.env': 'A=1' });
    expect(await valueOf('env.variables', await targetIn(base))).toMatchObject({
      example: { state: 'missing', file: '.env.example' },
      keys: [],
      undocumented: [],
    });
    writeFileSync(join(base, '.env.example'), Buffer.from([0xff, 0xfe]));
    expect(await valueOf('env.variables', await targetIn(base))).toMatchObject({ example: { state: 'binary' } });
  });

  test("the process's own keys are not called undocumented", async () => {
    const target = await targetIn(folderOf({ '.env.example': 'A=' }), { process: { A: '1', HOME: '/root' } });
    expect(await valueOf('env.variables', target)).toMatchObject({ files: ['process'], undocumented: [] });
  });

  test('secrets that reach the browser, by format, by address and by being the same as a secret', async () => {
    const { browser } = await of('env.variables', {
      API_TOKEN: random,
      VITE_STRIPE: `sk_live_${random}`,
      PUBLIC_DB: 'postgres://app:pw@db/app',
      PUBLIC_COPY: random,
      VITE_AUTH_SECRET: `${random}x`,
      PUBLIC_STRIPE: `pk_live_${random}`,
      VITE_SENTRY_DSN: 'https://0123456789abcdef0123456789abcdef@o1.ingest.sentry.io/1',
      PUBLIC_MAPS_KEY: `AIza${random}abc`,
      VITE_TITLE: 'The Product',
      PUBLIC_API_KEY: `${random}y`,
    });
    expect(browser.map(({ key, kind }) => [key, kind])).toEqual([
      ['VITE_STRIPE', 'stripe-key'],
      ['PUBLIC_DB', 'an address with a password'],
      ['PUBLIC_COPY', 'the value of API_TOKEN'],
      ['VITE_AUTH_SECRET', 'a secret by its name'],
    ]);
  });

  test('no value is in it, short ones neither', async () => {
    const base = folderOf({
      '.env.example': 'PIN_KEY=zq1\nA_TOKEN=zq2\n',
      '.env': 'PIN_KEY=zq1\nA_TOKEN=zq3\nPUBLIC_X=zq4\n',
    });
    expect(JSON.stringify(await look('env.variables', await targetIn(base)))).not.toMatch(/zq\d/);
  });
});

describe('env.auth-secrets', () => {
  const secretsOf = async (env: Record<string, string>) => (await of('env.auth-secrets', env)).secrets;

  test('a random one has its alphabet times its length', async () => {
    const [base64] = await secretsOf({ BETTER_AUTH_SECRET: 'kneIqi13cCF5kIK1wGIYZbbtfmxI566JIWxeWPApCSA=' });
    expect(base64).toMatchObject({
      length: 44,
      current: true,
      version: null,
      published: false,
      placeholder: null,
      wordBits: null,
    });
    expect(base64?.bits).toBeGreaterThan(200);
    const [hex] = await secretsOf({ BETTER_AUTH_SECRET: '70c830ad755c65d8ee0c65473c30d97d' });
    expect(hex).toMatchObject({ length: 32, bits: 128, weakness: '', wordBits: null });
  });

  test.each([
    ['repeats', 'a'.repeat(40)],
    ['sequences', 'abcdefghijklmnopqrstuvwxyz0123456789'],
    ['repeated parts', '3f9a3f9a3f9a3f9a3f9a3f9a3f9a3f9a'],
    ['a known password', 'passwordpasswordpasswordpassword'],
    ['words with dashes', 'development-secret-key-min-32-chars'],
    ['words run together', 'mySuperSecretKeyForProduction2024!!'],
    ['short words', 'this-is-my-app-key-do-not-use-it-ok-yes'],
    ['words with blanks', 'correct horse battery staple correct'],
  ])('%s leave less than 128 bits', async (_name, value) => {
    const [secret] = await secretsOf({ BETTER_AUTH_SECRET: value });
    expect(Math.min(secret?.bits ?? 999, secret?.wordBits ?? 999)).toBeLessThan(128);
  });

  test('the defaults that Better Auth publishes, in the order in which it reads its keys', async () => {
    expect(await secretsOf({ BETTER_AUTH_SECRET: 'better-auth-secret-12345678901234567890' })).toMatchObject([
      { published: true },
    ]);
    expect(await secretsOf({ AUTH_SECRET: random })).toMatchObject([{ key: 'AUTH_SECRET', current: true }]);
    expect(await secretsOf({ AUTH_SECRET: 'x', BETTER_AUTH_SECRET: random })).toMatchObject([
      { key: 'BETTER_AUTH_SECRET' },
    ]);
    expect(await secretsOf({ BETTER_AUTH_SECRET: '' })).toEqual([]);
  });

  test('the versioned form: the first is the current one, the single key is kept for what is older', async () => {
    const env = { BETTER_AUTH_SECRETS: `2:${random}, 1:changeme`, BETTER_AUTH_SECRET: `${random}z` };
    expect(await secretsOf(env)).toMatchObject([
      { key: 'BETTER_AUTH_SECRETS', version: 2, current: true, length: 32 },
      { key: 'BETTER_AUTH_SECRETS', version: 1, current: false, placeholder: 'change-me' },
      { key: 'BETTER_AUTH_SECRET', version: null, current: false, length: 33 },
    ]);
  });

  test.each([
    ['abc', 'entry 1 does not begin with a version and a colon'],
    ['2:a,b', 'entry 2 does not begin with a version and a colon'],
    ['-1:a', 'entry 1 does not begin with a version and a colon'],
    ['2:a,1:', 'entry 2 (version 1) is empty'],
    ['1:a,1:b', 'version 1 is there twice'],
    [Array.from({ length: 11 }, (_, n) => `${n}:a`).join(','), 'it has 11 entries'],
  ])('%s is malformed', (text, malformed) => {
    expect(versionsOf(text).malformed).toBe(malformed);
  });

  test('a colon within a secret is part of it', () => {
    expect(versionsOf('1:a:b').versions).toEqual([{ version: 1, value: 'a:b' }]);
  });

  test('a reference is not measured', async () => {
    expect(await secretsOf({ BETTER_AUTH_SECRET: 'op://prod/auth/secret' })).toMatchObject([
      { held: 'reference', bits: 0 },
    ]);
  });

  test('no part of a secret is in the fact', async () => {
    const store = storeFor({
      env: { BETTER_AUTH_SECRETS: `1:zq-${random}`, BETTER_AUTH_SECRET: 'zq7' },
      base: folderOf({}),
    });
    expect(JSON.stringify(await store.get('env.auth-secrets'))).not.toMatch(/zq|q7Xv/);
    await store.close();
  });
});

describe('words in a row', () => {
  test('count as words, random characters not at all', () => {
    expect(wordBitsOf('correct-horse-battery-staple')).toBe(51);
    expect(wordBitsOf('MyAppKey2024')).toBe(35);
    expect(wordBitsOf(random)).toBeNull();
  });
  test('ten long words are as good as 128 random bits', () => {
    const words = 'sunflower-bracket-telescope-marble-quantum-violin-harvest-granite-lantern-whisper';
    expect(wordBitsOf(words)).toBeGreaterThanOrEqual(128);
  });
  test.each([
    'qmzxkfjwpvhtbnrgclyd',
    'SlpyPmB76Agctt/fEPRsqiTrAN/QoG/fiQl2uKgA',
    'sdyGIITFYShrQCDPUoslB/D6ClFU7ROPbkvFGHwC',
    'Ye0vyfSujSkvun/cz/kLkXgaBVSNrOf+HqOXfN3a',
    'Q5qPYUXIqzjhqjsfhPj9LqeCpezjplIDbjipg9Yi',
    'T6dPPs+VRQN6A6YefBP6U+bvSNJIrGFJIYUTL+QL',
  ])('random characters are no words, though some of them stand like one: %s', (text) => {
    expect(wordBitsOf(text)).toBeNull();
  });
});

describe('env.database-url and env.redis-url', () => {
  const database = (url: string, options: LookOptions = {}) => of('env.database-url', { DATABASE_URL: url }, options);
  const redis = (url: string) => of('env.redis-url', { REDIS_URL: url });

  test.each([
    ['postgres://app:pw@db.example.com/app', 'db.example.com', 5432, 'app'],
    ['postgresql://app:pw@DB.Example.com.:6432/app?sslmode=require', 'db.example.com', 6432, 'app'],
    ['postgres://app:p%40s%2Fs@db/shop%20one', 'db', 5432, 'shop one'],
    ['postgres://app@db', 'db', 5432, 'app'],
    ['postgres://db/app', 'db', 5432, 'app'],
    ['postgres://app:pw@[2001:db8::1]:5433/app', '2001:db8::1', 5433, 'app'],
    ['postgres://app:pw@/app?host=db.example.com&port=5433', 'db.example.com', 5433, 'app'],
    ['postgres://app:p@ss@db/app', 'db', 5432, 'app'],
  ])('%s', async (url, host, port, name) => {
    expect(await database(url)).toMatchObject({ state: 'ok', hosts: [{ host, port, local: false }], database: name });
  });

  test('several hosts', async () => {
    expect((await database('postgres://app:pw@a:5432,b:5433,c/app')).hosts).toEqual([
      { host: 'a', port: 5432, local: false },
      { host: 'b', port: 5433, local: false },
      { host: 'c', port: 5432, local: false },
    ]);
  });

  test.each([
    ['redis://cache.example.com', 6379, '0'],
    ['rediss://:pw@cache.example.com:6380/3', 6380, '3'],
    ['redis://user:pw@cache.example.com/', 6379, '0'],
    ['redis://cache.example.com?db=2', 6379, '2'],
  ])('%s', async (url, port, name) => {
    expect(await redis(url)).toMatchObject({
      state: 'ok',
      hosts: [{ host: 'cache.example.com', port }],
      database: name,
    });
  });

  test.each([
    ['mysql://app:pw@db/app', 'wrong-scheme'],
    ['https://db.example.com', 'wrong-scheme'],
    ['redis://cache', 'wrong-scheme'],
    ['not an address', 'unparsable'],
    ['db.example.com/app', 'unparsable'],
    ['postgres://app:pw@db:port/app', 'unparsable'],
    ['postgres://app:pw@db:99999/app', 'unparsable'],
    ['postgres://app:p/w@db/app', 'unparsable'],
    ['postgres://app:12/w@db/app', 'unparsable'],
    ['postgres://app:12?w@db/app', 'unparsable'],
    ['postgres://app:12#w@db/app', 'unparsable'],
    ['hunter2:x', 'unparsable'],
    ['postgres://app:pw@d b/app', 'unparsable'],
    ['postgres://user:password@host:5432/db', 'placeholder'],
    ['<your database url>', 'placeholder'],
    ['op://prod/db/url', 'reference'],
    ['', 'unset'],
  ])('%s is %s', async (url, state) => {
    expect(await database(url)).toMatchObject({ state, hosts: [], database: null });
  });

  test('a database of Redis is a number', async () => {
    expect(await redis('redis://cache/sessions')).toMatchObject({ state: 'unparsable' });
    expect(await redis('postgres://cache')).toMatchObject({ state: 'wrong-scheme', scheme: 'postgres' });
  });

  test.each([
    'localhost',
    'db.localhost',
    '127.0.0.1',
    '127.8.9.1',
    '127.1',
    '2130706433',
    '0x7f.0.0.1',
    '::1',
    '::ffff:127.0.0.1',
    '0.0.0.0',
    '::',
    '',
    '/var/run/postgresql',
  ])('%j is this machine', async (host) => {
    expect(await isLocal(host)).toBe(true);
  });

  test.each(['db', '10.0.0.5', '192.168.1.1', 'fd00::1', 'localhost.example.com', 'mylocalhost', '128.0.0.1'])(
    '%s is not',
    async (host) => {
      expect(await isLocal(host)).toBe(false);
    },
  );

  test('a socket in the file system is this machine', async () => {
    for (const url of [
      'postgres:///app',
      'postgres://%2Fvar%2Frun%2Fpostgresql/app',
      'postgres:///app?host=/var/run/postgresql',
    ]) {
      expect(await database(url)).toMatchObject({ state: 'ok', hosts: [{ local: true }], database: 'app' });
    }
  });

  test('what is declared to stand between', async () => {
    expect(await database('postgres://db/app', { settings: { postgres: { via: 'proxy' } } })).toMatchObject({
      via: 'proxy',
    });
  });

  test("other targets' envs: the same server, the same database", async () => {
    const base = folderOf({
      '.env': 'DATABASE_URL=postgres://app:pw1@DB.example.com/app\nREDIS_URL=redis://cache/0',
      '.env.staging': 'DATABASE_URL=postgres://other:pw2@db.example.com:5432/app\nREDIS_URL=redis://cache:6379/1',
      '.env.dev': 'DATABASE_URL=postgres://localhost/app',
    });
    const target = await targetIn(base, { files: ['.env'] });
    const env = (file: string) => loadEnv({ base, files: [file], process: false, processEnv: {} });
    const others = new Map([
      ['staging', await env('.env.staging')],
      ['development', await env('.env.dev')],
      ['gone', await env('.env.gone')],
      ['same-file', await env('.env')],
    ]);
    const both = { ...target, otherEnvs: others };
    expect((await valueOf('env.database-url', both)).others).toEqual([
      { target: 'staging', sameServer: true, sameDatabase: true },
    ]);
    expect((await valueOf('env.redis-url', both)).others).toEqual([
      { target: 'staging', sameServer: true, sameDatabase: false },
    ]);
  });

  test('this machine is another one for each target: it is not compared', async () => {
    const base = folderOf({
      '.env': 'DATABASE_URL=postgres://127.0.0.1/app',
      b: 'DATABASE_URL=postgres://127.0.0.1/app',
    });
    const target = await targetIn(base);
    const others = new Map([['staging', await loadEnv({ base, files: ['b'], process: false, processEnv: {} })]]);
    expect((await valueOf('env.database-url', { ...target, otherEnvs: others })).others).toEqual([]);
  });

  test('any text: never throws, keeps its shape, holds no password', async () => {
    const part = fc.constantFrom(
      'postgres',
      'redis',
      '://',
      ':',
      '@',
      '/',
      '?',
      '#',
      ',',
      '[',
      ']',
      'host=',
      '%2F',
      '%',
      'db',
      '5432',
      ' ',
      '\n',
    );
    const url = fc.array(fc.oneof(part, fc.string({ maxLength: 3 })), { maxLength: 15 }).map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(url, async (text) => {
        for (const kind of [postgresStore, redisStore]) {
          const found = await gatherStoreAddress(
            targetOf({ env: { [kind.key]: `${text}user:hunter2hunter2@h/d` } }),
            kind,
          );
          if (found.state !== 'known') throw new Error(found.because);
          factShapes['env.database-url'].parse(found.value);
          if (found.value.state === 'ok') expect(found.value.hosts.length).toBeGreaterThan(0);
          expect(JSON.stringify(found.value)).not.toContain('hunter2');
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('env.email', () => {
  const brevo = `xkeysib-${'3f9a0c71e5b8d264'.repeat(4)}-${random.slice(0, 16)}`;

  test.each([
    [brevo, 'well-formed'],
    [`xsmtpsib-${'3f9a0c71e5b8d264'.repeat(4)}-${random.slice(0, 16)}`, 'malformed'],
    [brevo.slice(0, -1), 'malformed'],
    ['your-api-key', 'placeholder'],
    ['op://prod/brevo/key', 'reference'],
    ['', 'unset'],
  ])('a Brevo key %s is %s', async (key, state) => {
    const { keys } = await of('env.email', { EMAIL_PROVIDER: 'brevo', BREVO_API_KEY: key });
    expect(keys).toMatchObject([{ key: 'BREVO_API_KEY', state }]);
  });

  test('the older name of the same key', async () => {
    const { keys } = await of('env.email', { EMAIL_PROVIDER: 'brevo', SENDINBLUE_API_KEY: brevo });
    expect(keys).toMatchObject([{ key: 'SENDINBLUE_API_KEY', state: 'well-formed' }]);
  });

  test('SES: its two keys, or the traces of a role', async () => {
    const env = {
      EMAIL_PROVIDER: 'ses',
      AWS_ACCESS_KEY_ID: 'AKIAQ3ZVKT5W7NYRBMLC',
      AWS_SECRET_ACCESS_KEY: `${random}${random}`.slice(0, 40),
    };
    expect(await of('env.email', env)).toMatchObject({
      provider: 'ses',
      keys: [{ state: 'well-formed' }, { state: 'well-formed' }],
      role: [],
    });
    expect(await of('env.email', { EMAIL_PROVIDER: 'ses', AWS_ROLE_ARN: 'arn:aws:iam::1:role/app' })).toMatchObject({
      keys: [{ state: 'unset' }, { state: 'unset' }],
      role: ['AWS_ROLE_ARN'],
    });
    expect((await of('env.email', { ...env, AWS_SECRET_ACCESS_KEY: 'short' })).keys[1]).toMatchObject({
      state: 'malformed',
    });
  });

  test.each([
    ['brevo', 'brevo'],
    ['Brevo', 'Brevo'],
    ['mock', 'mock'],
    [' brevo', 'unprintable'],
    [brevo, 'unprintable'],
  ])('the provider %j is shown as %s', async (value, shown) => {
    expect(await of('env.email', { EMAIL_PROVIDER: value })).toMatchObject({ provider: shown });
  });

  test('without a provider no key is known to be needed', async () => {
    expect(await of('env.email', {})).toEqual({ provider: null, place: null, keys: [], role: [] });
  });
});

describe('env.node-env', () => {
  test.each([
    ['production', 'production'],
    ['Production', 'Production'],
    [' production', 'unprintable'],
    ['prod # really', 'unprintable'],
  ])('%j', async (value, shown) => {
    expect(await of('env.node-env', { NODE_ENV: value })).toEqual({ value: shown, place: { file: '.env', line: 1 } });
  });
  test('unset and empty', async () => {
    expect(await of('env.node-env', {})).toEqual({ value: null, place: null });
    expect((await of('env.node-env', { NODE_ENV: '' })).value).toBeNull();
  });
});

describe('env.cors', () => {
  const defects = async (value: string) =>
    (await of('env.cors', { CORS_ORIGIN: value })).origins.map(({ text, defect }) => [text, defect]);

  test.each([
    ['https://app.example.com', null],
    ['https://app.example.com:8443', null],
    ['*', 'wildcard'],
    ['https://*.example.com', 'wildcard'],
    ['null', 'null'],
    ['http://app.example.com', 'not-https'],
    ['http://localhost:5173', 'local'],
    ['https://localhost', 'local'],
    ['https://127.0.0.1:3000', 'local'],
    ['https://[::1]:3000', 'local'],
    ['https://app.example.com/', 'path'],
    ['https://app.example.com/app', 'path'],
    ['https://app.example.com?x', 'path'],
    ['https://APP.example.com', 'not-an-origin'],
    ['https://app.example.com:443', 'not-an-origin'],
    ['app.example.com', 'not-an-origin'],
    ['https://', 'not-an-origin'],
  ])('%s: %s', async (text, defect) => {
    expect(await defects(text)).toEqual([[text, defect]]);
  });

  test('lists with commas, blanks or as JSON', async () => {
    const both = [
      ['https://a.example.com', null],
      ['https://b.example.com', null],
    ];
    expect(await defects('https://a.example.com,https://b.example.com')).toEqual(both);
    expect(await defects(' https://a.example.com  https://b.example.com ')).toEqual(both);
    expect(await defects('["https://a.example.com", "https://b.example.com"]')).toEqual(both);
  });

  test('a password in an origin is not shown', async () => {
    expect(JSON.stringify(await of('env.cors', { CORS_ORIGIN: 'https://u:pw1@app.example.com' }))).not.toContain('pw1');
  });

  test("adapter-node's settings beside it", async () => {
    const env = { ORIGIN: 'https://app.example.com/x', BODY_SIZE_LIMIT: '1M' };
    expect(await of('env.cors', env, { settings: { site: { url: 'https://www.example.com' } } })).toMatchObject({
      state: 'unset',
      origin: 'https://app.example.com',
      site: 'https://www.example.com',
      unset: ['SHUTDOWN_TIMEOUT'],
    });
  });

  test.each([
    ['<origins>', 'placeholder'],
    ['op://prod/cors/origins', 'reference'],
  ])('%s is %s', async (value, state) => {
    expect(await of('env.cors', { CORS_ORIGIN: value })).toMatchObject({ state, origins: [] });
  });
});

describe('env.references', () => {
  test('the keys whose values are elsewhere or encrypted', async () => {
    const env = { A: 'op://prod/a/b', B: 'plain', C: `encrypted:${random}${random}` };
    expect(await of('env.references', env)).toEqual({
      keys: [
        { key: 'A', held: 'reference' },
        { key: 'C', held: 'encrypted' },
      ],
    });
  });
});

describe('what the env could have named, where a file of it cannot be read', () => {
  test('is out of reach, not unconfigured', async () => {
    const target = await targetIn(folderOf({}), { files: ['.env.production'] });
    for (const name of ['postgres.connection', 'redis.connection', 'http.connection'] as const) {
      expect(await look(name, target)).toMatchObject({
        state: 'unreachable',
        because: '.env.production does not exist',
      });
    }
  });

  test('is unconfigured where the env is read and does not name it', async () => {
    expect(await look('postgres.connection', await targetIn(folderOf({ '.env': 'A=1' })))).toMatchObject({
      state: 'absent',
      reason: 'not-configured',
    });
  });
});
