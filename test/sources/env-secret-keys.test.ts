import { describe, expect, test } from 'vitest';
import { credentialKind, credentialsInText, isMadePublic, referenceKind } from '../../src/sources/env/formats.ts';
import { credentialsOf } from '../../src/sources/env/credentials.ts';
import { looksRandom, placeholderKind } from '../../src/sources/env/placeholder.ts';
import { isSecret } from '../../src/sources/env/secret-keys.ts';

const names = { keys: [], ignore: [] };
const hex = (length: number) => '3f9a0c71e5b8d264'.repeat(8).slice(0, length);
const mixed = (length: number) => 'q7XvT2mK9pLrB4sNwZ8dYf3hGj6cAe1U'.repeat(4).slice(0, length);

describe('by name', () => {
  test.each([
    ['BETTER_AUTH_SECRET', true],
    ['BETTER_AUTH_SECRETS', true],
    ['BREVO_API_KEY', true],
    ['apiKey', true],
    ['ACCESS_TOKEN', true],
    ['REFRESHTOKEN_TTL', false],
    ['SMTP_PASS', true],
    ['SMTP_PASSWORD', true],
    ['PGPASSWORD', true],
    ['DB_PASSWD', true],
    ['MYSQL_PWD', true],
    ['AWS_CREDENTIALS', true],
    ['APIKEY', true],
    ['SECRET_2', true],
    ['KEYCLOAK_HOST', false],
    ['MONKEY', false],
    ['KEYBOARD', false],
    ['COMPASS_HOST', false],
    ['PASSENGER_COUNT', false],
    ['TOKENIZER_MODEL', false],
    ['SECRETARY', false],
    ['NODE_ENV', false],
  ])('%s: %s', (key, expected) => {
    expect(isSecret(key, 'some plain value', names)).toBe(expected);
  });

  test("the shell's working directory is no secret, a password under that name is", () => {
    expect(isSecret('PWD', '/srv/app', names)).toBe(false);
    expect(isSecret('PWD', 'hunter2hunter2', names)).toBe(true);
  });

  test('svcheck.yaml corrects both ways', () => {
    expect(isSecret('LICENCE', 'abc', { keys: ['LICENCE'], ignore: [] })).toBe(true);
    expect(isSecret('SECRET_MANAGER', 'aws', { keys: [], ignore: ['SECRET_MANAGER'] })).toBe(false);
  });
});

describe('by value', () => {
  test('an address with a password, whatever its key; not one without', () => {
    expect(isSecret('DATABASE_URL', 'postgres://app:pw@db/app', names)).toBe(true);
    expect(isSecret('QUEUE', 'redis://:pw@cache:6379', names)).toBe(true);
    expect(isSecret('DSN', 'host=db user=app password=pw', names)).toBe(true);
    expect(isSecret('DATABASE_URL', 'postgres://app@db/app', names)).toBe(false);
    expect(isSecret('ORIGIN', 'https://app.example.com', names)).toBe(false);
  });

  test('a known format, whatever its key', () => {
    expect(isSecret('BREVO', `xkeysib-${hex(64)}-${mixed(16)}`, names)).toBe(true);
  });

  test('what is made to be public is none', () => {
    expect(isSecret('STRIPE_KEY', `pk_live_${mixed(24)}`, names)).toBe(false);
    expect(isSecret('SENTRY_KEY', `https://${hex(32)}@o1.ingest.sentry.io/42`, names)).toBe(false);
    expect(isSecret('GOOGLE_MAPS_KEY', `AIza${mixed(35)}`, names)).toBe(false);
    expect(isSecret('GEMINI_API_KEY', `AIza${mixed(35)}`, names)).toBe(true);
    expect(isSecret('JWT_PUBLIC_KEY', '-----BEGIN PUBLIC KEY-----\nMCow', names)).toBe(false);
    expect(isSecret('VAPID_PUBLIC_KEY', `B${mixed(86)}`, names)).toBe(false);
  });

  test('a Sentry DSN with its old secret half is one', () => {
    expect(isSecret('SENTRY_DSN', `https://${hex(32)}:${hex(32)}@sentry.example.com/1`, names)).toBe(true);
  });

  test('a reference or an encrypted value is none: the secret is elsewhere', () => {
    expect(isSecret('BETTER_AUTH_SECRET', 'op://prod/auth/secret', names)).toBe(false);
    expect(isSecret('BETTER_AUTH_SECRET', `encrypted:${mixed(60)}`, names)).toBe(false);
  });

  test('keys that reach the browser are judged by their value', () => {
    expect(isSecret('PUBLIC_API_KEY', mixed(32), names)).toBe(false);
    expect(isSecret('VITE_MAPS_KEY', `AIza${mixed(35)}`, names)).toBe(false);
    expect(isSecret('VITE_STRIPE', `sk_live_${mixed(24)}`, names)).toBe(true);
    expect(isSecret('VITE_STRIPE', `sk_test_${mixed(24)}`, names)).toBe(true);
    expect(isSecret('PUBLIC_DB', 'postgres://app:pw@db/app', names)).toBe(true);
    expect(isSecret('VITE_AUTH_SECRET', mixed(43), names)).toBe(true);
    expect(isSecret('PUBLIC_SECRET_SANTA_URL', 'https://santa.example.com', names)).toBe(false);
  });

  test("Supabase's two keys are told apart by their role", () => {
    const jwt = (role: string) =>
      `eyJhbGciOiJIUzI1NiJ9.${Buffer.from(JSON.stringify({ role })).toString('base64url')}.c2ln`;
    expect(isSecret('VITE_SUPABASE_KEY', jwt('anon'), names)).toBe(false);
    expect(isSecret('SUPABASE_KEY', jwt('anon'), names)).toBe(false);
    expect(isSecret('VITE_SUPABASE_KEY', jwt('service_role'), names)).toBe(true);
  });
});

describe('formats', () => {
  test.each([
    ['stripe-key', `rk_live_${mixed(24)}`],
    ['stripe-webhook-secret', `whsec_${mixed(32)}`],
    ['brevo-smtp-key', `xsmtpsib-${hex(64)}-${mixed(16)}`],
    ['github-token', `ghp_${mixed(36)}`],
    ['github-fine-grained-token', `github_pat_${mixed(22)}_${mixed(59)}`],
    ['gitlab-token', `glpat-${mixed(20)}`],
    ['aws-access-key', 'AKIAQ3ZVKT5W7NYRBMLC'],
    ['npm-token', `npm_${mixed(36)}`],
    ['slack-token', `xoxb-123456789012-${mixed(24)}`],
    ['sendgrid-key', `SG.${mixed(22)}.${mixed(43)}`],
    ['sentry-token', `sntryu_${hex(64)}`],
    ['age-secret-key', `AGE-SECRET-KEY-1${mixed(58).toUpperCase()}`],
    ['private-key', `-----BEGIN RSA PRIVATE KEY-----\n${mixed(64)}\n-----END RSA PRIVATE KEY-----`],
    ['private-key', `-----BEGIN PRIVATE KEY-----\\n${mixed(64)}`],
    ['dotenvx-private-key', `DOTENV_PRIVATE_KEY_PRODUCTION="${hex(64)}`],
  ])('%s', (kind, value) => {
    expect(credentialKind(value)).toBe(kind);
    expect(credentialsInText(`first line\nconst key = '${value}';\n`, 10)).toMatchObject([{ kind, at: 24 }]);
  });

  test('a value with more around it is not one as a whole', () => {
    expect(credentialKind(`see ghp_${mixed(36)}`)).toBeNull();
    expect(credentialKind('-----BEGIN PRIVATE KEY-----')).toBeNull();
  });

  test('a text without any is quickly none, and the number found is bounded', () => {
    expect(credentialsInText('nothing here', 10)).toEqual([]);
    expect(credentialsInText('ghp_your_token_here', 10)).toEqual([]);
    expect(credentialsInText(`ghp_${mixed(36)} `.repeat(50), 10)).toHaveLength(10);
  });

  test('public and referring values', () => {
    expect(isMadePublic('X', 'G-ABC1234567')).toBe(true);
    expect(isMadePublic('STRIPE_PUBLIC_KEY', `sk_live_${mixed(24)}`)).toBe(false);
    expect(referenceKind('vault:secret/data/app#key')).toBe('reference');
    expect(referenceKind('sm://project/secret')).toBe('reference');
    expect(referenceKind('ENC[AES256_GCM,data:x,type:str]')).toBe('encrypted');
    expect(referenceKind('optional')).toBeNull();
  });
});

describe('addresses', () => {
  test.each([
    ['postgres://app:pw@db:5432/x', { user: 'app', password: 'pw', host: 'db' }],
    ['redis://:pw@cache', { user: '', password: 'pw', host: 'cache' }],
    ['postgres://app:p@ss@db/x', { user: 'app', password: 'p@ss', host: 'db' }],
    ['postgres://app:p/w?#@db/x', { user: 'app', password: 'p/w?#', host: 'db' }],
    ['postgres://app:pw@h1:5432,h2:5432/x', { user: 'app', password: 'pw', host: 'h1' }],
    ['postgres://db/x?user=app&password=pw', { user: '', password: 'pw', host: 'db' }],
    ["host=db user=app password='p w' dbname=x", { user: 'app', password: 'p w', host: 'db' }],
    ['https://host:8080/path/@scope', null],
    ['https://host/?mail=a:b@c', null],
    ['https://key@host/1', null],
    ['postgres://app:@db/x', null],
    ['plain text', null],
  ])('%s', (value, expected) => {
    expect(credentialsOf(value)).toEqual(expected);
  });
});

describe('placeholders', () => {
  test.each([
    '<your key>',
    '[YOUR KEY]',
    '{{ secret }}',
    '${UNSET}',
    '__API_KEY__',
    'changeme',
    'change-me-in-production',
    'CHANGE_THIS_TO_A_LONG_RANDOM_STRING',
    'replace with a real one',
    'TODO',
    'your-api-key',
    'ghp_your_token_here',
    'insert-key-here',
    'api-key-goes-here',
    'xxx',
    'sk_live_xxxxxxxxxxxx',
    '********',
    'sk_live_1234...',
    'supersecret',
    'password123',
    'postgres://user:password@host:5432/db',
    'postgres://app:changeme@db.example.com/app',
    'redis://:<password>@cache:6379',
  ])('%s', (value) => {
    expect(placeholderKind(value)).not.toBeNull();
  });

  test.each([
    'postgres://app:password@db.example.com/app',
    'production',
    'https://app.example.com',
    '["https://a.example.com"]',
    'yourself',
    'exchange',
    mixed(32),
    hex(64),
    'admin@example.com',
    '587',
  ])('not %s', (value) => {
    expect(placeholderKind(value)).toBeNull();
  });
});

describe('what looks random', () => {
  test.each([hex(32), hex(64), mixed(16), mixed(43), 'Tr0ub4dor&3x9', `xkeysib-${hex(64)}`])('%s', (text) => {
    expect(looksRandom(text)).toBe(true);
  });
  test.each([
    'development-secret-key-min-32-chars',
    'mySecretKey2024Production',
    'us-east-1a-b-c-d',
    'postgres15',
    '1234567890abcdef1234567890abcdef',
    'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    'correct horse battery staple',
    '',
  ])('not %j', (text) => {
    expect(looksRandom(text)).toBe(false);
  });
});
