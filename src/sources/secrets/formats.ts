import type { Hit } from './matcher.ts';
import { isLookalike } from './rules/lookalike.ts';
import type { Rule } from './rules/rule.ts';

/** A rule made ready: its pattern with what may stand beside a match. */
export interface Format {
  rule: Rule;
  keyword: string;
  pattern: RegExp;
  before: number;
  after: number;
  fixed: readonly (readonly [offset: number, byte: number])[];
  /** Whether the match begins with the keyword, so that the byte before it tells much. */
  atStart: boolean;
}

/** A letter or digit right before makes it part of something else, unless that is the end of an escape: \n, %3D, \u003d. */
const lead = String.raw`(?<=^|[^A-Za-z0-9]|\\[nrtbf]|%[0-9A-Fa-f]{2}|\\u00[0-9A-Fa-f]{2}|\\x[0-9A-Fa-f]{2})`;
/** Room before a match for the longest such escape. */
const CONTEXT = 8;
const USUAL_AFTER = 700;
const LONG_AFTER = 9000;

/** What must not follow, lest it be the beginning of something longer: the characters of its own last part. */
function trailOf({ source }: RegExp): string {
  if (/\[[^\]]*\\w[^\]]*-\]/.test(source)) return String.raw`(?![\w-])`;
  return /[+/]{2}\]/.test(source) ? '(?![A-Za-z0-9+/])' : String.raw`(?!\w)`;
}

/** The rules by keyword. */
export function formatsOf(rules: readonly Rule[]): Map<string, Format[]> {
  const formats = new Map<string, Format[]>();
  for (const rule of rules) {
    const { source } = rule.pattern;
    const grouped = /\((?!\?)/.test(source);
    const before = rule.before ?? 0;
    const fixed = Object.entries(rule.fixed ?? {}).map(([at, text]) => [Number(at), text.charCodeAt(0)] as const);
    const bounded = `${grouped || rule.accept ? '' : lead}(?:${source})${rule.accept ? '' : trailOf(rule.pattern)}`;
    const pattern = new RegExp(bounded, before === 0 ? 'y' : 'g');
    const after = /\{\d+,\d{4}\}|\{1,128\}/.test(source) ? LONG_AFTER : USUAL_AFTER;
    for (const keyword of rule.keywords) {
      const atStart = before === 0 && !grouped && !rule.accept;
      const format = { rule, keyword, pattern, before, after, fixed, atStart };
      const same = formats.get(keyword);
      if (same) same.push(format);
      else formats.set(keyword, [format]);
    }
  }
  return formats;
}

/** The secret of a format around a keyword; null where there is none, or an example of one. */
export function readFormat(bytes: Buffer, format: Format, at: number, begin: number, end: number): Hit | null {
  const { rule, keyword, pattern, before, after } = format;
  // The cheapest first: some keywords are the beginnings of common words.
  for (const [offset, byte] of format.fixed) if (bytes[at + offset] !== byte) return null;
  if (format.atStart && (isWithin(bytes, at, begin) || !goesOn(bytes, at + keyword.length))) return null;
  if (rule.userinfo && !leadsToAt(bytes, at + keyword.length)) return null;
  const from = Math.max(begin, at - before - CONTEXT);
  const text = bytes.toString('latin1', from, Math.min(end, at + after));
  const place = at - from;
  pattern.lastIndex = Math.max(0, place - before);
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    if (match.index > place) return null;
    if (match.index + match[0].length >= place + keyword.length) return hitOf(rule, match, from);
    // The match ends before this keyword: the next one may hold it.
    pattern.lastIndex = match.index + 1;
  }
  return null;
}

function hitOf(rule: Rule, match: RegExpExecArray, from: number): Hit | null {
  const whole = match[0];
  const value = rule.accept ? rule.accept(match) : secretOf(rule, match[1] ?? whole);
  if (value === null) return null;
  const inside = whole.lastIndexOf(value);
  const start = from + match.index + Math.max(0, inside);
  const end = from + match.index + (inside === -1 ? whole.length : inside + value.length);
  return { kind: rule.id, key: null, value, start, end };
}

function secretOf(rule: Rule, value: string): string | null {
  const borneOut = rule.checksum?.(value) ?? null;
  if (borneOut !== null) return borneOut ? value : null;
  return isLookalike(value, rule.alphabet ?? 62) ? null : value;
}

const isHex = (byte = 0): boolean =>
  (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 70) || (byte >= 97 && byte <= 102);
const isAlphanumeric = (byte = 0): boolean =>
  (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122);

/** Every token goes on for so many characters after its keyword. */
const SHORTEST_REST = 12;
const tokenCharacter = new Uint8Array(256);
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~+/=$') {
  tokenCharacter[character.charCodeAt(0)] = 1;
}

/** Whether what follows may belong to a token. Far cheaper than the pattern, and enough for most that is none. */
function goesOn(bytes: Uint8Array, at: number): boolean {
  for (let place = at; place < at + SHORTEST_REST; place += 1) {
    if (tokenCharacter[bytes[place] ?? 0] !== 1) return false;
  }
  return true;
}

/** RFC 3986 section 3.2: the authority ends at a slash; a name and a password stand before an @ in it. */
function leadsToAt(bytes: Uint8Array, at: number): boolean {
  let colon = false;
  for (let place = at; place < at + 200; place += 1) {
    const byte = bytes[place] ?? 0;
    if (byte === 64) return colon;
    if (byte === 58) colon = true;
    else if (byte <= 34 || byte === 47 || byte === 63 || byte === 39 || byte === 60 || byte === 62) return false;
  }
  return false;
}

/** Whether a letter or digit stands right before, that is not the end of an escape. Cheaper than the pattern. */
function isWithin(bytes: Uint8Array, at: number, begin: number): boolean {
  if (at <= begin || !isAlphanumeric(bytes[at - 1])) return false;
  const before = (distance: number): number => (at - distance >= begin ? (bytes[at - distance] ?? 0) : 0);
  if (before(2) === 92) return false;
  const afterPercent = before(3) === 37;
  const afterBackslash = before(4) === 92 || before(6) === 92;
  return !(isHex(bytes[at - 1]) && isHex(bytes[at - 2]) && (afterPercent || afterBackslash));
}
