import { describe, expect, test } from 'vitest';
import { Secret } from '../../src/config/secret.ts';
import type { EnvUnderAudit } from '../../src/config/target.ts';
import type { Facts } from '../../src/facts/index.ts';
import type { Gathering } from '../../src/sources/gathering.ts';
import { gatherShared } from '../../src/sources/secrets/shared.ts';
import { type LookOptions, targetOf } from '../support/target.ts';

function envOf(file: string, values: Record<string, string>): EnvUnderAudit {
  const entries = Object.entries(values).map(([key, value], index) => ({
    key,
    value: new Secret(value),
    file,
    line: index + 1,
  }));
  return {
    files: [{ state: 'read', file, entries, duplicates: [], malformed: [], commented: [] }],
    entries: new Map(entries.map((entry) => [entry.key, entry])),
  };
}

const look = (
  env: Record<string, string>,
  others: Record<string, EnvUnderAudit>,
  settings: LookOptions['settings'] = {},
) =>
  gatherShared({
    target: { ...targetOf({ env, settings }), otherEnvs: new Map(Object.entries(others)) },
  } as unknown as Gathering);

async function sharedWith(
  env: Record<string, string>,
  other: Record<string, string>,
): Promise<Facts['secrets.shared']> {
  const found = await look(env, { staging: envOf('.env.staging', other) });
  if (found.state !== 'known') throw new Error(found.because);
  return found.value;
}

const random = 'q7XvT2mK9pLrB4sNwZ8dYf3hGj6cAe1U';
const pairs = ({ shared }: Facts['secrets.shared']) => shared.map(({ key, otherKey, as }) => [key, otherKey, as]);

describe('secrets that two targets share', () => {
  test('under the same key, and under another one', async () => {
    const env = { BETTER_AUTH_SECRET: random, LOG_LEVEL: 'info', BREVO_API_KEY: `${random}x` };
    const value = await sharedWith(env, { BETTER_AUTH_SECRET: random, MAIL_TOKEN: ` ${random}x `, LOG_LEVEL: 'info' });
    expect(value).toMatchObject({ secrets: 2, unreadable: 0, others: [{ target: 'staging', keys: 3 }], missed: [] });
    expect(pairs(value)).toEqual([
      ['BETTER_AUTH_SECRET', 'BETTER_AUTH_SECRET', 'value'],
      ['BREVO_API_KEY', 'MAIL_TOKEN', 'value'],
    ]);
    expect(JSON.stringify(value)).not.toContain(random);
  });

  test('none: other values, and settings that are no secrets', async () => {
    const env = {
      BETTER_AUTH_SECRET: random,
      NODE_ENV: 'production',
      PUBLIC_STRIPE_KEY: `pk_live_${random.slice(0, 24)}`,
    };
    expect(pairs(await sharedWith(env, { ...env, BETTER_AUTH_SECRET: `${random}y` }))).toEqual([]);
  });

  test('the password in an address, however it is written there', async () => {
    const env = {
      DATABASE_URL: 'postgres://app:pW9%2Fx7Kq2Z@db.acme.internal/app',
      REDIS_URL: 'redis://:s8Kq2Zr9Lx@cache/0',
    };
    const other = { DATABASE_URL: 'postgres://other:pW9/x7Kq2Z@localhost/dev', REDIS_PASSWORD: 's8Kq2Zr9Lx' };
    expect(pairs(await sharedWith(env, other))).toEqual([
      ['DATABASE_URL', 'DATABASE_URL', 'password'],
      ['REDIS_URL', 'REDIS_PASSWORD', 'password'],
    ]);
  });

  test('a short password counts where both are secrets, and not where the other is none', async () => {
    const env = { DATABASE_URL: 'postgres://app:app@db/app' };
    expect(pairs(await sharedWith(env, { DATABASE_URL: 'postgres://app:app@localhost/dev' }))).toHaveLength(1);
    expect(pairs(await sharedWith(env, { APP_NAME: 'app' }))).toEqual([]);
  });

  test('one of several versions', async () => {
    const env = { BETTER_AUTH_SECRETS: `2:${random},1:${random}old` };
    expect(pairs(await sharedWith(env, { BETTER_AUTH_SECRETS: `1:${random}old` }))).toHaveLength(1);
    expect(pairs(await sharedWith(env, { BETTER_AUTH_SECRET: random }))).toHaveLength(1);
    expect(pairs(await sharedWith(env, { BETTER_AUTH_SECRETS: `1:${random}other` }))).toEqual([]);
  });

  test('the same place of a vault; values that are not known here are said', async () => {
    const env = {
      A_KEY: 'op://prod/a/key',
      B_KEY: 'op://prod/b/key',
      C_KEY: `encrypted:${random}${random}`,
      D_KEY: random,
    };
    const value = await sharedWith(env, {
      A_KEY: 'op://prod/a/key',
      B_KEY: random.slice(1),
      C_KEY: `encrypted:${random}${random}`,
    });
    expect(pairs(value)).toEqual([['A_KEY', 'A_KEY', 'reference']]);
    // B is in the open there, C encrypted: neither can be compared.
    expect(value).toMatchObject({ secrets: 4, unreadable: 2 });
  });

  test('an env that cannot be read is said', async () => {
    const missing: EnvUnderAudit = {
      files: [{ state: 'missing', file: '.env.staging', because: '.env.staging does not exist' }],
      entries: new Map(),
    };
    expect(await look({ A_KEY: random }, { staging: missing })).toMatchObject({
      state: 'known',
      value: { missed: [{ target: 'staging', because: '.env.staging does not exist' }], shared: [] },
    });
  });

  test('no other target, no env', async () => {
    expect(await look({ A_KEY: random }, {})).toMatchObject({ state: 'absent', add: 'targets' });
    const nothing = { ...targetOf({}), env: { files: [], entries: new Map() }, otherEnvs: new Map() };
    expect(await gatherShared({ target: nothing } as unknown as Gathering)).toMatchObject({
      state: 'absent',
      add: 'env.files',
    });
  });
});
