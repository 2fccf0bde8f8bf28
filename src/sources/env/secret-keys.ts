import type { EnvEntry, EnvUnderAudit, Target } from '../../config/target.ts';
import { credentialsOf } from './credentials.ts';
import { credentialKind, isMadePublic, referenceKind } from './formats.ts';
import { looksRandom } from './placeholder.ts';

/** `secrets.keys` and `secrets.ignore` of svcheck.yaml. */
export interface SecretNames {
  keys: readonly string[];
  ignore: readonly string[];
}

/** Words of a name that make its value a secret, run together with another word too where that is usual: APIKEY. */
const secretWord =
  /^(?:SECRETS?|TOKENS?|KEYS?|PASS(?:WORDS?|WD|PHRASES?|CODES?)?|PWDS?|CREDENTIALS?|[A-Z]+(?:PASSWORD|PASSWD|APIKEY|SECRETKEY)|(?:API|ACCESS|AUTH|SECRET|PRIVATE|SIGNING)(?:KEY|TOKEN|SECRET)|CLIENTSECRET)\d*$/;

/** `betterAuth.secretKey`, `BETTER_AUTH-SECRET` -> the words in capitals. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.toUpperCase());
}

/** True for a key whose value reaches the browser: Vite puts VITE_ into the bundle, SvelteKit PUBLIC_. */
export const reachesBrowser = (key: string): boolean => /^(?:PUBLIC|VITE)_/.test(key);

const hasSecretName = (key: string): boolean => wordsOf(key).some((word) => secretWord.test(word));

/** Names that no key made for a page bears. */
const neverPublic = /^(?:SECRETS?|PASS(?:WORDS?|WD|PHRASES?)?|PWD|CREDENTIALS?|CLIENTSECRET|SECRETKEY)$/;

/**
 * Whether a value is a secret: by the words of its key, by an address with a password, by a known format; not what is
 * made to be public, nor what only points to a secret. A key that reaches the browser is judged by its value.
 */
export function isSecret(key: string, value: string, names: SecretNames): boolean {
  if (names.ignore.includes(key)) return false;
  if (names.keys.includes(key)) return true;
  if (referenceKind(value) !== null || isMadePublic(key, value)) return false;
  if (credentialKind(value) !== null || credentialsOf(value) !== null) return true;
  if (reachesBrowser(key)) return wordsOf(key).some((word) => neverPublic.test(word)) && looksRandom(value);
  // The shell's working directory.
  if (/^(?:OLD)?PWD$/.test(key) && value.startsWith('/')) return false;
  return hasSecretName(key);
}

/** The entries of an env that are secrets and have a value. */
export function secretsOf(env: EnvUnderAudit, { settings }: Pick<Target, 'settings'>): EnvEntry[] {
  return [...env.entries.values()].filter(
    ({ key, value }) => value.length > 0 && isSecret(key, value.reveal(), settings.secrets),
  );
}
