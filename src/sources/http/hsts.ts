import type { HstsValue } from '../../facts/http.ts';

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Far beyond any real one. */
const MAX_LENGTH = 4096;
const MAX_DIRECTIVES = 50;

/**
 * One Strict-Transport-Security field value by the grammar of RFC 6797 section 6.1: directives parted by semicolons, each
 * at most once, max-age required, includeSubDomains without a value, unknown ones ignored. Never throws.
 */
export function parseHsts(value: string): HstsValue {
  const parsed: HstsValue = {
    value: value.slice(0, 500),
    maxAge: null,
    includeSubDomains: false,
    preload: false,
    unknown: [],
    errors: [],
  };
  const pieces = value.length > MAX_LENGTH ? null : splitDirectives(value);
  if (!pieces || pieces.length > MAX_DIRECTIVES) return { ...parsed, errors: ['too long'] };
  const seen = new Set<string>();
  for (const piece of pieces) readDirective(piece, parsed, seen);
  if (!seen.has('max-age')) parsed.errors.push('no max-age');
  return parsed;
}

/** At semicolons outside quoted strings (RFC 2616 section 2.2), without the empty ones. */
function splitDirectives(value: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  let quoted = false;
  let escaped = false;
  for (let at = 0; at <= value.length; at += 1) {
    const char = value[at];
    if (char === undefined || (char === ';' && !quoted)) {
      pieces.push(value.slice(start, at).trim());
      start = at + 1;
    }
    if (char === '"' && !escaped) quoted = !quoted;
    escaped = quoted && char === '\\' && !escaped;
  }
  return pieces.filter((piece) => piece !== '');
}

function readDirective(piece: string, parsed: HstsValue, seen: Set<string>): void {
  const equals = piece.indexOf('=');
  const name = (equals < 0 ? piece : piece.slice(0, equals)).trim();
  const raw = equals < 0 ? null : piece.slice(equals + 1).trim();
  const key = name.toLowerCase();
  const short = name.slice(0, 60);
  if (!TOKEN.test(name)) return void parsed.errors.push(`"${piece.slice(0, 60)}" is no directive`);
  const value = raw === null ? null : unquoted(raw);
  if (raw !== null && value === null)
    return void parsed.errors.push(`the value of ${short} is neither a token nor quoted`);
  if (seen.has(key)) return void parsed.errors.push(`${short} stands there twice`);
  seen.add(key);
  if (key === 'max-age') {
    if (value !== null && /^\d+$/.test(value)) parsed.maxAge = Math.min(Number(value), Number.MAX_SAFE_INTEGER);
    else parsed.errors.push('max-age is no number of seconds');
  } else if (key === 'includesubdomains' || key === 'preload') {
    if (value !== null) parsed.errors.push(`${short} takes no value`);
    else if (key === 'preload') parsed.preload = true;
    else parsed.includeSubDomains = true;
  } else parsed.unknown.push(short);
}

/** The text of a token or a quoted string; null where it is neither. */
function unquoted(raw: string): string | null {
  if (TOKEN.test(raw)) return raw;
  const inside = /^"((?:[^"\\]|\\.)*)"$/s.exec(raw)?.[1];
  return inside === undefined ? null : inside.replace(/\\(.)/gs, '$1');
}
