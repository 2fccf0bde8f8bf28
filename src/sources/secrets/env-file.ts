import { scanEnv } from '../../config/env-scan.ts';
import { credentialsOf } from '../env/credentials.ts';
import { looksRandom, placeholderKind } from '../env/placeholder.ts';
import { isSecret, type SecretNames } from '../env/secret-keys.ts';

/** The secrets of an env file, by their keys: those whose values are no placeholders and look generated. */
export function secretsInEnvFile(text: string, names: SecretNames): { line: number; key: string; value: string }[] {
  return scanEnv(text).assignments.filter(({ key, value }) => {
    const secret = credentialsOf(value)?.password ?? value;
    return isSecret(key, value, names) && placeholderKind(value) === null && looksRandom(secret);
  });
}
