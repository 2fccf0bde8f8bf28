import { credentialsInText } from '../env/formats.ts';
import { placeholderKind } from '../env/placeholder.ts';
import { type FieldValue, wordsOf } from './fields.ts';

export interface Leak {
  kind: 'token' | 'password';
  value: string;
}

const mask =
  /\*{2,}|•{2,}|…|\.\.\.$|\[(?:redacted|filtered|secret|masked|hidden|removed)\b|<(?:redacted|masked|hidden|secret)\b|redacted|^x+$|^-+$/i;
/** What a validator or a form says about a password, instead of the password. */
const status =
  /^(?:[a-z]+[_.-])*(?:required|invalid|valid|missing|short|long|weak|strong|small|big|incorrect|wrong|expired|mismatch|match|matches|empty|string|text|null|undefined|none|true|false|set|unset|changed|updated|reset|ok|present|absent|hidden|password|passwd|failed|failure|success|error|forgotten|unknown|provided|protected|needed|login|grant|auth|method|field)$/i;
const hashed = /^(?:\$2[abxy]\$|\$argon2|\$scrypt|\$pbkdf2|\{[A-Z0-9]+\}|pbkdf2|scrypt:|sha\d+[:$])/i;

const isMasked = (value: string): boolean => mask.test(value) || placeholderKind(value) !== null;
const isTokenLike = (value: string): boolean =>
  /^[\w.~+/=:%-]{16,4096}$/.test(value) && /\d/.test(value) && /[A-Za-z]/.test(value) && !isMasked(value);
const isPasswordLike = (value: string): boolean =>
  /^\S{4,128}$/.test(value) && !status.test(value) && !hashed.test(value) && !mask.test(value) && !/^<.*>$/.test(value);

/** Words beside `token` that make it something else: a page's, a count, its type. */
const otherTokens = new Set(
  'next page continuation cursor sync cancel cancellation type types count limit usage max min prompt completion input output hash hashed id ids name expires expiry expired valid total length'.split(
    ' ',
  ),
);

function kindOfField(words: readonly string[], path: readonly string[]): Leak['kind'] | null {
  if (words.some((word) => otherTokens.has(word))) return null;
  const last = words.at(-1) ?? '';
  const two = words.slice(-2).join(' ');
  if (/^(?:password|passwd|pwd|passphrase)$/.test(last) || two === 'password confirmation') return 'password';
  if (last === 'pass' && /auth|smtp|credential|login/i.test(path.at(-2) ?? '')) return 'password';
  if (/^(?:token|jwt|secret|apikey|authorization|cookie)$/.test(last)) return 'token';
  return /^(?:api|access|secret|private|signing|auth) key$/.test(two) ? 'token' : null;
}

const jwt = /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{16,}/g;
const bearer = /\bBearer\s{1,3}([\w.~+/-]{16,4096}=*)/gi;
const basic = /\bBasic\s{1,3}([A-Za-z0-9+/]{8,}={0,2})/g;
const userinfo = /\b([a-z][a-z0-9+.-]{1,20}:\/\/[^\s"'<>@/:]{0,100}):([^\s"'<>@/]{1,200})@[^\s"'<>]/gi;
const passwordLabel =
  /(?:password|passwd|pwd|passphrase)["'\\]{0,3}\s{0,3}([=:])\s{0,3}(["'\\]{0,3})([^\s"'\\,;&}<>)]{4,128})/gi;
const tokenLabel =
  /([\w-]{0,40}(?:token|api[_-]?key|access[_-]?key|secret))["'\\]{0,3}\s{0,3}[=:]\s{0,3}["'\\]{0,3}([\w.~+/-]{16,512}={0,2})/gi;

/** Tokens and passwords in a value, by their form, by the field's name or by a label in the text. Pure: never throws. */
export function credentialsIn({ path, words, text }: FieldValue): Leak[] {
  const found: Leak[] = [];
  const add = (kind: Leak['kind'], value: string) => {
    if (!found.some((one) => one.value.includes(value) || value.includes(one.value))) found.push({ kind, value });
  };
  for (const { value } of credentialsInText(text, 5)) if (!isMasked(value)) add('token', value);
  for (const [value] of text.matchAll(jwt)) if (isJwt(value)) add('token', value);
  for (const [, value = ''] of text.matchAll(bearer)) if (isTokenLike(value)) add('token', value);
  for (const [, value = ''] of text.matchAll(basic)) if (isUserAndPassword(value)) add('password', value);
  for (const [whole, , value = ''] of text.matchAll(userinfo)) {
    if (!mask.test(value) && placeholderKind(whole) === null) add('password', value);
  }
  const kind = kindOfField(words, path);
  if (kind && found.length === 0) {
    const value = kind === 'token' ? text.replace(/^[\w-]{1,60}=|;.*$/g, '').trim() : text;
    if (kind === 'token' ? isTokenLike(value) : isPasswordLike(value)) add(kind, value);
    return found;
  }
  for (const [, sign, quote, value = ''] of text.matchAll(passwordLabel)) {
    // «password: incorrect» is a sentence; a value has a quote before it, or a digit or a mark in it.
    const meant = sign === '=' || quote !== '' || /[\d!@#$%^*]/.test(value);
    if (meant && isPasswordLike(value) && placeholderKind(value) === null) add('password', value);
  }
  for (const [, name = '', value = ''] of text.matchAll(tokenLabel)) {
    if (!wordsOf(name).some((word) => otherTokens.has(word)) && isTokenLike(value)) add('token', value);
  }
  return found;
}

/** RFC 7519: the first part is JSON with an algorithm. */
function isJwt(value: string): boolean {
  try {
    const header: unknown = JSON.parse(Buffer.from(value.split('.')[0] ?? '', 'base64url').toString('utf8'));
    return typeof header === 'object' && header !== null && 'alg' in header;
  } catch {
    return false;
  }
}

/** RFC 7617: user, colon, password, in base64. */
function isUserAndPassword(value: string): boolean {
  const text = Buffer.from(value, 'base64').toString('utf8');
  return /^[\x20-\x39\x3b-\x7e]{1,100}:[\x20-\x7e]{1,200}$/.test(text);
}
