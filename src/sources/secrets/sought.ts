import { Secret } from '../../config/secret.ts';
import type { Target } from '../../config/target.ts';
import { credentialsOf, decoded } from '../env/credentials.ts';
import { looksRandom, placeholderKind } from '../env/placeholder.ts';
import { secretsOf } from '../env/secret-keys.ts';
import { isPlainWord } from '../seal.ts';

/** A value that is searched for. */
export interface Sought {
  /** The key of the env, or the setting of svcheck.yaml, that has it. */
  key: string;
  value: string;
  /** Long or irregular enough that it does not stand somewhere by chance; else it counts only where it is set as something. */
  telling: boolean;
}

const SHORTEST = 8;
/** Of a longer value its beginning tells enough. */
const LONGEST = 4096;

/**
 * What is worth a search of one value: 8 characters or more, no placeholder, no word that stands everywhere. Of an
 * address, its password, and the whole where the password alone would not tell; of a list of secrets each; of a text of
 * several lines (a key in PEM) also each line that tells, for a file may hold the lines apart.
 */
export function soughtIn(key: string, value: string): Sought[] {
  if (placeholderKind(value) !== null || isPlace(value)) return [];
  const parts = new Set(partsOf(value.trim()).map((part) => part.slice(0, LONGEST)));
  return [...parts]
    .filter((part) => part.length >= SHORTEST && !isPlainWord(part) && placeholderKind(part) === null)
    .map((part) => ({ key, value: part, telling: isTelling(part) }));
}

function partsOf(value: string): string[] {
  const credentials = credentialsOf(value);
  if (credentials) {
    const { user, password } = credentials;
    return [password, decoded(password), ...(user === password ? [] : [value])];
  }
  // BETTER_AUTH_SECRETS, `2:…,1:…`.
  if (/^\d+:[^,]+(?:,\d+:|$)/.test(value))
    return value.split(',').map((entry) => entry.replace(/^\s*\d+:\s*/, '').trim());
  const unfolded = value.replaceAll('\\r', '').replaceAll('\\n', '\n');
  const lines = unfolded.split(/\r?\n/).map((line) => line.trim());
  if (lines.length < 2) return [value];
  // The first line of a key's body is the same for every key of its kind; the middle of it is its own.
  return [
    unfolded,
    ...lines
      .filter((line) => line.length >= 32 && looksRandom(line))
      .slice(1, -1)
      .slice(0, 4),
  ];
}

/** A file's path or an address without a password: it stands in manifests by right, whatever its key is called. */
const isPlace = (value: string): boolean =>
  !looksRandom(value) &&
  (/^(?:\.{0,2}\/|~\/|[A-Za-z]:\\)\S*$/.test(value) ||
    (/^[a-z][a-z0-9+.-]*:\/\//i.test(value) && credentialsOf(value) === null));

const kindsOfCharacters = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/];

/** A sentence tells nothing, however long. */
function isTelling(value: string): boolean {
  if (looksRandom(value)) return true;
  if (/^[A-Za-z\s.,!?'-]+$/.test(value)) return false;
  return value.length >= 16 || kindsOfCharacters.filter((kind) => kind.test(value)).length > 2;
}

/** `key: value`, `KEY=value`, `"value"`: a word that is set as something, not one of a sentence. */
export function isAssigned(bytes: Buffer, from: number, to: number, begin: number, end: number): boolean {
  const before = bytes.toString('latin1', Math.max(begin, from - 4), from);
  const after = bytes.toString('latin1', to, Math.min(end, to + 1));
  return /[=:]\s*["'`]?$/.test(before) && /^(?:["'`,;\s\\]|$)/.test(after);
}

/** Settings of svcheck.yaml that hold what a deployment uses; headers that say nothing secret are not among them. */
const plainHeader = /\.(?:accept|accept-\w+|content-type|user-agent|host|cache-control|x-forwarded-\w+)$/i;

/** Every value that is searched for: the secrets of the env under audit, and those that svcheck.yaml holds. */
export function soughtOf(target: Target): Sought[] {
  const ofEnv = secretsOf(target.env, target).flatMap(({ key, value }) => soughtIn(key, value.reveal()));
  const ofSettings = settingsSecrets(target.settings, '').flatMap(({ key, value }) => soughtIn(key, value.reveal()));
  const seen = new Set<string>();
  return [...ofEnv, ...ofSettings].filter(({ value }) => !seen.has(value) && seen.add(value));
}

/** The Secrets that stand in the settings, each with the path to it: `postgres.url`. */
function settingsSecrets(value: unknown, path: string): { key: string; value: Secret }[] {
  if (value instanceof Secret) return plainHeader.test(path) ? [] : [{ key: path, value }];
  if (!value || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, item]) => settingsSecrets(item, path === '' ? name : `${path}.${name}`));
}
