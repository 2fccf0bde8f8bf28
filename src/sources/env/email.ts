import type { Target } from '../../config/target.ts';
import type { Facts } from '../../facts/index.ts';
import { type Found, known } from '../gathering.ts';
import { referenceKind } from './formats.ts';
import { placeholderKind } from './placeholder.ts';
import { noEnv, whereOf } from './trouble.ts';
import { placeOf, plainWord } from './values.ts';

type Email = Facts['env.email'];

interface KeyForm {
  /** The usual name first; the first that is set counts. */
  names: readonly [string, ...string[]];
  pattern: RegExp;
  form: string;
}

/** Sources: Brevo's documentation "Authentication schemes"; AWS IAM "Unique identifiers" and "Manage access keys". */
const keysOf: Readonly<Record<string, readonly KeyForm[]>> = {
  brevo: [
    {
      names: ['BREVO_API_KEY', 'SENDINBLUE_API_KEY'],
      pattern: /^xkeysib-[0-9a-f]{64}-[0-9A-Za-z]{16}$/,
      form: 'xkeysib-, 64 hexadecimal digits, a dash and 16 letters or digits',
    },
  ],
  ses: [
    {
      names: ['AWS_ACCESS_KEY_ID', 'AWS_SES_ACCESS_KEY_ID', 'SES_ACCESS_KEY_ID'],
      pattern: /^(?:AKIA|ASIA)[A-Z2-7]{16}$/,
      form: 'AKIA or ASIA and 16 capital letters or digits',
    },
    {
      names: ['AWS_SECRET_ACCESS_KEY', 'AWS_SES_SECRET_ACCESS_KEY', 'SES_SECRET_ACCESS_KEY'],
      pattern: /^[0-9A-Za-z/+=]{40}$/,
      form: '40 characters of base64',
    },
  ],
};

/** By which a container's or a cluster's role reaches the process (AWS SDKs reference, "Credential providers"). */
const roleKeys = [
  'AWS_ROLE_ARN',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
];

/** Which e-mail provider the env names, and the form of the keys that it needs. */
export async function gatherEmail(target: Target): Promise<Found<Email>> {
  const { env } = target;
  const none = noEnv(env);
  if (none) return none;
  const entry = env.entries.get('EMAIL_PROVIDER');
  // As it is: an application that compares words does not trim or fold them.
  const value = entry?.value.reveal() ?? '';
  const provider = value === '' ? null : plainWord(value);
  const keys = (keysOf[provider?.toLowerCase() ?? ''] ?? []).map((form) => keyOf(target, form));
  const role =
    provider?.toLowerCase() === 'ses' ? roleKeys.filter((key) => (env.entries.get(key)?.value.length ?? 0) > 0) : [];
  return known({ provider, place: entry ? placeOf(entry) : null, keys, role }, whereOf(env));
}

function keyOf({ env }: Target, { names, pattern, form }: KeyForm): Email['keys'][number] {
  const entry = names.map((name) => env.entries.get(name)).find((one) => one && one.value.length > 0);
  if (!entry) return { key: names[0], place: null, state: 'unset', form };
  const value = entry.value.reveal().trim();
  const state =
    referenceKind(value) ??
    (pattern.test(value) ? 'well-formed' : placeholderKind(value) ? 'placeholder' : 'malformed');
  return { key: entry.key, place: placeOf(entry), state, form };
}
