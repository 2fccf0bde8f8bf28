import type { EnvEntry } from '../../config/target.ts';
import type { Facts } from '../../facts/index.ts';
import { type Found, type Gathering, known } from '../gathering.ts';
import { estimate } from '../strength.ts';
import { referenceKind } from './formats.ts';
import { placeholderKind } from './placeholder.ts';
import { noEnv, whereOf } from './trouble.ts';
import { placeOf } from './values.ts';
import { wordBitsOf } from './words.ts';

type AuthSecret = Facts['env.auth-secrets']['secrets'][number];

/**
 * Values that Better Auth itself publishes: the default that it falls back to outside production
 * (packages/better-auth/src/utils/constants.ts), the one before it, and that of its test helpers.
 */
const published = new Set([
  'better-auth-secret-12345678901234567890',
  'better-auth-secret-123456789',
  'better-auth.secret',
]);

/** More versions than anybody keeps; each costs an estimate. */
const mostVersions = 10;

/**
 * The secrets that Better Auth would use, as it chooses them (packages/better-auth/src/context/create-context.ts):
 * BETTER_AUTH_SECRETS, whose first entry is the current one, with BETTER_AUTH_SECRET or AUTH_SECRET for what is older.
 */
export async function gatherAuthSecrets({ target }: Gathering): Promise<Found<Facts['env.auth-secrets']>> {
  const { env } = target;
  const none = noEnv(env);
  if (none) return none;
  const set = (key: string) => {
    const entry = env.entries.get(key);
    return entry && entry.value.length > 0 ? entry : null;
  };
  const versioned = set('BETTER_AUTH_SECRETS');
  const single = set('BETTER_AUTH_SECRET') ?? set('AUTH_SECRET');
  const parsed = versioned ? versionsOf(versioned.value.reveal()) : { versions: [], malformed: null };
  const secrets: AuthSecret[] = [];
  for (const [index, { version, value }] of parsed.versions.entries()) {
    if (versioned) secrets.push(await measured(versioned, value, version, index === 0));
  }
  if (single) secrets.push(await measured(single, single.value.reveal(), null, versioned === null));
  return known({ secrets, malformed: parsed.malformed }, whereOf(env));
}

async function measured(entry: EnvEntry, value: string, version: number | null, current: boolean): Promise<AuthSecret> {
  const held = referenceKind(value) ?? 'value';
  const { bits, weakness } = held === 'value' ? await estimate(value) : { bits: 0, weakness: '' };
  return {
    key: entry.key,
    place: placeOf(entry),
    version,
    current,
    held,
    length: [...value].length,
    placeholder: placeholderKind(value),
    published: published.has(value.trim().toLowerCase()),
    bits,
    weakness,
    wordBits: held === 'value' ? wordBitsOf(value) : null,
  };
}

interface Versions {
  versions: { version: number | null; value: string }[];
  malformed: string | null;
}

/** `2:secret,1:secret` as packages/better-auth/src/context/secret-utils.ts reads it; it refuses what is malformed here. */
export function versionsOf(text: string): Versions {
  if (referenceKind(text) !== null) return { versions: [{ version: null, value: text }], malformed: null };
  const versions: { version: number; value: string }[] = [];
  const entries = text.split(',').map((entry) => entry.trim());
  if (entries.length > mostVersions) return { versions, malformed: `it has ${entries.length} entries` };
  for (const [index, entry] of entries.entries()) {
    const place = `entry ${index + 1}`;
    const [, digits, value = ''] = /^(\d{1,9}):\s*(.*)$/s.exec(entry) ?? [];
    if (digits === undefined) return { versions, malformed: `${place} does not begin with a version and a colon` };
    const version = Number(digits);
    if (value === '') return { versions, malformed: `${place} (version ${version}) is empty` };
    if (versions.some((other) => other.version === version))
      return { versions, malformed: `version ${version} is there twice` };
    versions.push({ version, value });
  }
  return { versions, malformed: null };
}
