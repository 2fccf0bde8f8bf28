import { type ScannedFile, scanEnvFile } from '../../config/env-file.ts';
import type { Target } from '../../config/target.ts';
import type { Facts } from '../../facts/index.ts';
import { type Found, known } from '../gathering.ts';
import { credentialsOf } from './credentials.ts';
import { credentialKind } from './formats.ts';
import { placeholderFor } from './placeholder.ts';
import { isSecret, reachesBrowser } from './secret-keys.ts';
import { noEnv, whereOf } from './trouble.ts';
import { placeOf } from './values.ts';

type Variables = Facts['env.variables'];

/** Lists are bounded: an env file has tens of keys. */
const most = 200;

/** The env under audit against .env.example: which keys are there, and what is wrong with them, without any value. */
export async function gatherVariables(target: Target): Promise<Found<Variables>> {
  const { env, settings, base } = target;
  const none = noEnv(env);
  if (none) return none;
  const example = await scanEnvFile(base, settings.env.example);
  const keys = keysOf(target, example);
  const named = new Set(example.state === 'read' ? [...keys.map(({ key }) => key), ...commentedIn(example)] : []);
  const undocumented = [...env.entries.values()].filter(({ key, file }) => file !== 'process' && !named.has(key));
  const read = env.files.filter((file) => file.state === 'read');
  return known(
    {
      files: whereOf(env).split(', '),
      example: example.state === 'read' ? { state: 'read', file: example.file } : example,
      keys,
      browser: browserSecrets(target).slice(0, most),
      undocumented: example.state === 'read' ? undocumented.map(({ key }) => key).slice(0, most) : [],
      duplicates: read
        .flatMap(({ file, duplicates }) =>
          duplicates.map(({ key, lines }) => ({ file, key, lines: lines.slice(0, 20) })),
        )
        .slice(0, most),
      malformed: read.flatMap(({ file, malformed }) =>
        malformed.length > 0 ? [{ file, lines: malformed.slice(0, 20) }] : [],
      ),
    },
    whereOf(env, ...(example.state === 'read' ? [example.file] : [])),
  );
}

const commentedIn = (example: ScannedFile): string[] =>
  example.state === 'read' ? example.scan.commented.map(({ key }) => key) : [];

function keysOf({ env, settings }: Target, example: ScannedFile): Variables['keys'] {
  if (example.state !== 'read') return [];
  const { assignments, optional } = example.scan;
  const values = new Map(assignments.map(({ key, value }) => [key, value]));
  return [...values].slice(0, 1000).map(([key, inExample]) => {
    const value = env.entries.get(key)?.value.reveal().trim();
    const state = value === undefined ? 'missing' : value === '' ? 'empty' : 'set';
    const secret = value !== undefined && isSecret(key, value, settings.secrets);
    const copied = secret && value !== '' && value === inExample.trim();
    const placeholder = state === 'set' && value ? placeholderFor(value, secret) : null;
    return {
      key,
      state,
      placeholder: placeholder ?? (copied ? 'example-value' : null),
      optional: optional.includes(key),
    };
  });
}

/** Keys with VITE_ or PUBLIC_ before them whose value is a secret, or the same as a secret key's. */
function browserSecrets({ env, settings }: Target): Variables['browser'] {
  const all = [...env.entries.values()].map((entry) => ({ entry, value: entry.value.reveal() }));
  const secrets = new Map(
    all
      .filter(({ entry, value }) => value.length >= 8 && !reachesBrowser(entry.key))
      .filter(({ entry, value }) => isSecret(entry.key, value, settings.secrets))
      .map(({ entry, value }) => [value, entry.key]),
  );
  return all.flatMap(({ entry, value }) => {
    if (!reachesBrowser(entry.key) || settings.secrets.ignore.includes(entry.key)) return [];
    const same = secrets.get(value);
    if (!same && !isSecret(entry.key, value, settings.secrets)) return [];
    const kind = same
      ? `the value of ${same}`
      : (credentialKind(value) ?? (credentialsOf(value) ? 'an address with a password' : 'a secret by its name'));
    return [{ key: entry.key, place: placeOf(entry), kind }];
  });
}
