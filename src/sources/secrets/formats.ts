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
    const bounded = `${grouped || rule.accept ? '' : lead}(?:${source})${rule.accept ? '' : trailOf(rule.pattern)}`;
    const pattern = new RegExp(bounded, before === 0 ? 'y' : 'g');
    const after = /\{\d+,\d{4}\}|\{1,128\}/.test(source) ? LONG_AFTER : USUAL_AFTER;
    for (const keyword of rule.keywords) {
      const format = { rule, keyword, pattern, before, after, atStart: before === 0 && !grouped && !rule.accept };
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
  if (format.atStart && isWithin(bytes, at, begin)) return null;
  for (const [offset, character] of Object.entries(rule.fixed ?? {})) {
    if (bytes[at + Number(offset)] !== character.charCodeAt(0)) return null;
  }
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

/** Whether a letter or digit stands right before, that is not the end of an escape. Cheaper than the pattern. */
function isWithin(bytes: Uint8Array, at: number, begin: number): boolean {
  if (at <= begin || !isAlphanumeric(bytes[at - 1])) return false;
  const before = (distance: number): number => (at - distance >= begin ? (bytes[at - distance] ?? 0) : 0);
  if (before(2) === 92) return false;
  const afterPercent = before(3) === 37;
  const afterBackslash = before(4) === 92 || before(6) === 92;
  return !(isHex(bytes[at - 1]) && isHex(bytes[at - 2]) && (afterPercent || afterBackslash));
}
