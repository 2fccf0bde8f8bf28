/** One kind of credential that its provider makes recognisable. */
interface Format {
  kind: string;
  pattern: RegExp;
  /** Literal beginnings, for a quick look at a whole file. */
  begins: readonly string[];
  /** A credential for a provider's test mode: nothing for the browser, but no leak in a repository either. */
  testMode?: true;
}

/**
 * Formats by which providers make their credentials recognisable. Sources: the providers' documentation (Stripe "API
 * keys", Brevo "Authentication schemes", GitHub "About authentication", GitLab "Token prefixes", AWS IAM "Unique
 * identifiers", npm "About access tokens", Slack "Token types", Sentry "Auth tokens", age(1), RFC 7468).
 */
const formats: readonly Format[] = [
  { kind: 'stripe-key', pattern: /\b[sr]k_live_[0-9A-Za-z]{16,247}/, begins: ['sk_live_', 'rk_live_'] },
  { kind: 'stripe-key', pattern: /\b[sr]k_test_[0-9A-Za-z]{16,247}/, begins: [], testMode: true },
  { kind: 'stripe-webhook-secret', pattern: /\bwhsec_[0-9A-Za-z+/]{24,}/, begins: ['whsec_'] },
  { kind: 'brevo-api-key', pattern: /\bxkeysib-[0-9a-f]{64}-[0-9A-Za-z]{16}/, begins: ['xkeysib-'] },
  { kind: 'brevo-smtp-key', pattern: /\bxsmtpsib-[0-9a-f]{64}-[0-9A-Za-z]{16}/, begins: ['xsmtpsib-'] },
  {
    kind: 'github-token',
    pattern: /\bgh[pousr]_[0-9A-Za-z]{36,255}|\bgithub_pat_[0-9A-Za-z]{22}_[0-9A-Za-z]{59}/,
    begins: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_'],
  },
  { kind: 'gitlab-token', pattern: /\bgl(?:pat|dt|rt|ptt|soat)-[\w-]{20,}/, begins: ['glpat-', 'gldt-', 'glrt-'] },
  { kind: 'aws-access-key', pattern: /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/, begins: ['AKIA', 'ASIA'] },
  { kind: 'npm-token', pattern: /\bnpm_[0-9A-Za-z]{36}\b/, begins: ['npm_'] },
  { kind: 'slack-token', pattern: /\bxox[abeprs]-[0-9A-Za-z-]{20,}/, begins: ['xox'] },
  {
    kind: 'slack-webhook',
    pattern: /https:\/\/hooks\.slack\.com\/services\/T[0-9A-Z]+\/B[0-9A-Z]+\/[0-9A-Za-z]{20,}/,
    begins: ['https://hooks.slack.com/services/'],
  },
  { kind: 'sendgrid-key', pattern: /\bSG\.[\w-]{22}\.[\w-]{43}/, begins: ['SG.'] },
  { kind: 'mailgun-key', pattern: /\bkey-[0-9a-f]{32}\b/, begins: ['key-'] },
  { kind: 'openai-key', pattern: /\bsk-(?:proj|svcacct|admin)-[\w-]{40,}|\bsk-[0-9A-Za-z]{48}\b/, begins: ['sk-'] },
  { kind: 'sentry-token', pattern: /\bsntry[su]_[0-9A-Za-z+/=_]{40,}/, begins: ['sntrys_', 'sntryu_'] },
  { kind: 'google-oauth-secret', pattern: /\bGOCSPX-[\w-]{28}/, begins: ['GOCSPX-'] },
  { kind: 'digitalocean-token', pattern: /\bdo[por]_v1_[0-9a-f]{64}/, begins: ['dop_v1_', 'doo_v1_', 'dor_v1_'] },
  { kind: 'shopify-token', pattern: /\bshp(?:at|ca|pa|ss)_[0-9a-f]{32}/, begins: ['shpat_', 'shpca_', 'shpss_'] },
  { kind: 'doppler-token', pattern: /\bdp\.(?:pt|st|ct|sa)\.[0-9A-Za-z._-]{40,}/, begins: ['dp.'] },
  { kind: 'vault-token', pattern: /\bhvs\.[\w-]{90,}/, begins: ['hvs.'] },
  { kind: 'age-secret-key', pattern: /\bAGE-SECRET-KEY-1[0-9A-Z]{58}/, begins: ['AGE-SECRET-KEY-1'] },
  {
    // With its body: the mere line stands in many a parser and many a text.
    kind: 'private-key',
    pattern:
      /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?:\\[rn]|\s)+(?:[\w-]+: .*(?:\\[rn]|\s)+)*[0-9A-Za-z+/=]{32,}/,
    begins: ['-----BEGIN '],
  },
  {
    kind: 'dotenvx-private-key',
    pattern: /\bDOTENV_PRIVATE_KEY\w*\s*=\s*["']?[0-9a-f]{64}\b/,
    begins: ['DOTENV_PRIVATE_KEY'],
  },
];

const global = formats.map((format) => ({ ...format, pattern: new RegExp(format.pattern, 'g') }));
const literal = (text: string) => text.replace(/[.\\/+*?()[\]{}|^$-]/g, '\\$&');
const anyBeginning = new RegExp([...new Set(formats.flatMap(({ begins }) => begins.map(literal)))].join('|'));

export interface Credential {
  kind: string;
  value: string;
  /** Offset in the text. */
  at: number;
}

/** The kind of credential that a value is as a whole, test modes too; null where it is none that is known. */
export function credentialKind(value: string): string | null {
  const trimmed = value.trim();
  const own = formats.find(({ pattern, kind }) => {
    const match = pattern.exec(trimmed);
    return match?.index === 0 && (kind === 'private-key' || match[0].length === trimmed.length);
  });
  return own?.kind ?? (jwtRole(trimmed) === 'service_role' ? 'supabase-service-key' : null);
}

/** Every live credential of a known format in a text, documentation's examples among them. At most `most`. */
export function credentialsInText(text: string, most: number): Credential[] {
  if (!anyBeginning.test(text)) return [];
  const found: Credential[] = [];
  for (const { kind, pattern, testMode } of global) {
    if (testMode) continue;
    for (const match of text.matchAll(pattern)) {
      if (found.length >= most) return found;
      found.push({ kind, value: match[0], at: match.index });
    }
  }
  return found;
}

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
  const payload = /^eyJ[\w-]+\.(eyJ[\w-]+)\.[\w-]+$/.exec(value)?.[1];
  if (!payload || payload.length > 4096) return null;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    const role = claims && typeof claims === 'object' && 'role' in claims ? claims.role : null;
    return typeof role === 'string' ? role : null;
  } catch {
    return null;
  }
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
