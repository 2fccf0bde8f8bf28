/** Referrer Policy section 3, without the empty string. */
const referrerTokens = new Set([
  'no-referrer',
  'no-referrer-when-downgrade',
  'same-origin',
  'origin',
  'strict-origin',
  'origin-when-cross-origin',
  'strict-origin-when-cross-origin',
  'unsafe-url',
]);

const MAX_VALUES = 50;
const MAX_VALUE = 200;

/** Every value of a field, its lines in their order: a comma parts values as a further line does (RFC 9110 section 5.3). */
export function listOf(lines: readonly string[]): string[] {
  const values = lines.flatMap((line) => line.split(',', MAX_VALUES + 1));
  return values.slice(0, MAX_VALUES).map((value) => value.trim().toLowerCase().slice(0, MAX_VALUE));
}

/** Referrer Policy section 8.1: unknown tokens are passed over, the last known one wins. */
export function parseReferrerPolicy(lines: readonly string[]): { tokens: string[]; effective: string | null } {
  const tokens = listOf(lines).filter((token) => token !== '');
  return { tokens, effective: tokens.findLast((token) => referrerTokens.has(token)) ?? null };
}

/** The older names that a meta element may have beside the tokens (HTML Standard, "Standard metadata names", referrer). */
const legacyReferrers: Readonly<Record<string, string>> = {
  never: 'no-referrer',
  default: 'strict-origin-when-cross-origin',
  always: 'unsafe-url',
  'origin-when-crossorigin': 'origin-when-cross-origin',
};

/** @param contents of the `<meta name="referrer">` elements of a page, in their order */
export function parseMetaReferrer(contents: readonly string[]): string | null {
  const tokens = contents.map((content) => {
    const token = content.trim().toLowerCase();
    return Object.hasOwn(legacyReferrers, token) ? legacyReferrers[token] : token;
  });
  return tokens.findLast((token) => token !== undefined && referrerTokens.has(token)) ?? null;
}

/** `text/html; charset=utf-8` -> its type and charset, lower case; nulls where there is none. */
export function parseContentType(value: string | undefined): { type: string | null; charset: string | null } {
  const [type = '', ...parameters] = (value ?? '').slice(0, 1000).toLowerCase().split(';');
  const charset = parameters.flatMap((one) => /^\s*charset\s*=\s*"?([^"\s]+)"?\s*$/.exec(one)?.[1] ?? [])[0];
  return { type: type.trim().slice(0, MAX_VALUE) || null, charset: charset?.slice(0, 40) ?? null };
}

export const isHtml = (type: string | null): boolean => type === 'text/html' || type === 'application/xhtml+xml';
