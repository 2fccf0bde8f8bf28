import { type Formed, formedIn } from '../secrets/known.ts';
import { jwtOf } from '../secrets/rules/jwt.ts';

/** For a provider's test mode: nothing for the browser, but no leak in a repository either (Stripe, "API keys"). */
const ofTestMode = /^[rs]k_test_[0-9A-Za-z]{16,247}$/;

/** The kind of credential that a value is as a whole, test modes too; null where it is none that is known. */
export function credentialKind(value: string): string | null {
  const trimmed = value.trim();
  const own = formedIn(trimmed, 4).find(
    (one) => one.at === 0 && (one.kind === 'private-key' || one.value.length === trimmed.length),
  );
  if (own) return own.kind;
  if (ofTestMode.test(trimmed)) return 'stripe-key';
  return jwtRole(trimmed) === 'service_role' ? 'supabase-service-key' : null;
}

/** Every live credential of a known format in a text, documentation's examples among them. At most `most`. */
export const credentialsInText = (text: string, most: number): Formed[] => formedIn(text, most);

/** Formats that are made to be public (the same documentation; Sentry "Public keys"; Mapbox, Supabase, Clerk "API keys"). */
const publicFormats: readonly RegExp[] = [
  /^pk_(?:live|test)_\w+/,
  /^https:\/\/[0-9a-f]{16,64}@[^\s:/@]+(?::\d+)?\/\d+$/,
  /^pk\.eyJ[\w-]+\.[\w-]+$/,
  /^sb_publishable_\w+$/,
  /^phc_[0-9A-Za-z]{20,}$/,
  /^-----BEGIN (?:[A-Z]+ )*(?:PUBLIC KEY|CERTIFICATE)-----/,
  /^(?:ssh-(?:ed25519|rsa)|ecdsa-sha2-\w+) AAAA/,
  /^age1[0-9a-z]{58}$/,
  /^(?:G|GTM|UA|AW)-[0-9A-Z-]{4,20}$/,
];

/** Names of the public half of a pair, and of keys that a page carries. */
const publicName = /(?:^|_)(?:(?:PUBLIC|PUBLISHABLE)_?KEYS?|(?:RE|H)?CAPTCHA_?SITE_?KEY|TURNSTILE_?SITE_?KEY)(?:_|$)/i;
const googleKey = /^AIza[\w-]{35}$/;

/** True for a value that is made to be read by everybody. Google's keys are, where they are for Maps, Firebase or a page. */
export function isMadePublic(key: string, value: string): boolean {
  const trimmed = value.trim();
  if (publicFormats.some((format) => format.test(trimmed)) || jwtRole(trimmed) === 'anon') return true;
  if (googleKey.test(trimmed)) return /^(?:PUBLIC|VITE)_|MAPS|FIREBASE/i.test(key);
  return publicName.test(key) && credentialKind(trimmed) === null;
}

/** Supabase's keys are JSON Web Tokens whose role tells the public one from the secret one. */
function jwtRole(value: string): string | null {
  const role = /^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+$/.test(value) ? jwtOf(value)?.claims['role'] : null;
  return typeof role === 'string' ? role : null;
}

/**
 * A value that stands for a secret kept elsewhere or encrypted: 1Password `op://`, Vault `vault:`, Google and AWS
 * Secret Manager `sm://`, `arn:aws:secretsmanager:`, dotenvx `encrypted:`, SOPS `ENC[…]`.
 */
export function referenceKind(value: string): 'reference' | 'encrypted' | null {
  if (/^(?:op:\/\/|vault:|(?:gcp)?sm:\/\/|arn:aws:(?:secretsmanager|ssm):|awssm:\/\/|akv:\/\/)\S+$/.test(value))
    return 'reference';
  if (/^encrypted:[0-9A-Za-z+/=]{40,}$|^ENC\[AES256_GCM,/.test(value)) return 'encrypted';
  return null;
}
