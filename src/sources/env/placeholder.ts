import { credentialsOf } from './credentials.ts';

const kinds: readonly [string, RegExp][] = [
  ['angle-brackets', /^<[^<>@]*>$|^\[[A-Za-z][\w -]*\]$|^\{\{.*\}\}$|^\$\{[^}]*\}$|^__\w+__$/],
  ['change-me', /^(?:please[-_ ]?)?(?:change|replace)[-_ ]?(?:me|this|it|with)(?![a-z])/i],
  ['change-me', /^(?:todo|tbd|fixme|placeholder|undefined|dummy|example|sample|n\/a)$/i],
  ['your', /(?:^|[-_ ])your(?:[-_ ]\w|(?:api|key|secret|token|pass|domain|name|host|db|database|app|user))/i],
  ['your', /^(?:insert|enter|put|add|paste|set)[-_ ].*(?:here|key|secret|token|password|value)$/i],
  ['your', /(?:^|[-_ ])(?:key|secret|token|password|value)[-_ ](?:goes[-_ ])?here$/i],
  ['xxx', /^[x*.•#?-]{3,}$|x{6,}|(?:^|[-_])x{3,}(?:$|[-_])/i],
  ['ellipsis', /(?:\.\.\.|…)$/],
  ['documented', /^(?:my[-_]?)?(?:super[-_]?|top[-_]?)?secret[-_]?(?:key|password|token|value)?$|^my[-_]?secret/i],
  ['documented', /^(?:password|passw0rd|p@ssw0rd|letmein|admin|test|secret)\d{0,4}$/i],
];

/** Kinds that tell only of a secret: a user may well be called admin, and a greeting end with an ellipsis. */
const ofSecretsOnly: readonly string[] = ['documented', 'ellipsis'];

/** The kind of placeholder that a key's value is, with what only tells of secrets left out for the others. */
export function placeholderFor(value: string, secret: boolean): string | null {
  const kind = placeholderKind(value);
  return kind !== null && !secret && ofSecretsOnly.includes(kind) ? null : kind;
}

/** Users whose password in an address is as much a placeholder as they are. */
const documentedUser = /^(?:user|username|my_?user|your.*|<.*>|dbuser)$/i;

/**
 * The kind of placeholder that a value is: `<…>`, changeme, your-…, xxx, an ellipsis, a documented example; null where
 * it is none. In an address the password counts.
 */
export function placeholderKind(value: string): string | null {
  const text = value.trim();
  const credentials = credentialsOf(text);
  if (!credentials) return kinds.find(([, pattern]) => pattern.test(text))?.[0] ?? null;
  const kind = kinds.find(([, pattern]) => pattern.test(credentials.password))?.[0] ?? null;
  // `postgres://app:password@…` may be somebody's real, bad password; `postgres://user:password@…` is documentation.
  return kind === 'documented' && !documentedUser.test(credentials.user) ? null : kind;
}

/**
 * Whether a text looks like generated characters and not like words: in its longest unbroken part, letters of both
 * cases and digits change places often. Runs of base64 text are under 2 characters long on average, of words over 4.
 */
export function looksRandom(text: string): boolean {
  const [longest = ''] = text.split(/[^A-Za-z0-9]+/).sort((a, b) => b.length - a.length);
  if (longest.length < 8 || isSequence(longest)) return false;
  if (/^(?=.*\d)(?=.*[a-f])[0-9a-f]{16,}$/i.test(longest)) return new Set(longest).size >= 8;
  const runs = longest.match(/[A-Z]?[a-z]+|[A-Z]+|\d+/g) ?? [];
  return longest.length / runs.length < 2.8;
}

/** 1234…, abcd…, 0000…: most characters follow from the one before. */
function isSequence(text: string): boolean {
  let steps = 0;
  for (let at = 1; at < text.length; at += 1) {
    if (Math.abs(text.charCodeAt(at) - text.charCodeAt(at - 1)) <= 1) steps += 1;
  }
  return steps > text.length / 2;
}
