/** One kind of credential that can be recognised by its form. */
export interface Rule {
  /** Stable: fingerprints, and so the entries under `allow`, rest on it. */
  id: string;
  /** As a finding names it. */
  what: string;
  /** The page that documents the format. */
  source: string;
  /** Literal texts of which each match holds one, four characters or longer: only where one stands is the pattern tried. */
  keywords: readonly string[];
  /** The first group, where there is one, is the secret; else the whole match. */
  pattern: RegExp;
  /** How many characters of a match may stand before its keyword. */
  before?: number;
  /** Characters at fixed places after the keyword's start, looked at before the pattern is. */
  fixed?: Readonly<Record<number, string>>;
  /** An address: what follows its keyword has to lead to an `@` before it ends. */
  userinfo?: true;
  /** How many characters its random part is made of: 16 (hexadecimal), 32, 36, else 62 or more. */
  alphabet?: 16 | 32 | 36;
  /** Whether the value bears out its own checksum; null where it has none. What bears it out is no example. */
  checksum?: (value: string) => boolean | null;
  /** A closer look in place of the one for examples and placeholders: the secret itself, or null. */
  accept?: (match: RegExpExecArray) => string | null;
  /** A bar in them is to be left out: so this file holds no secret. */
  examples: { real: readonly string[]; no: readonly string[] };
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
export const DIGITS = '0123456789';
export const HEX = `${DIGITS}abcdef`;
export const LETTERS = letters + letters.toLowerCase();
export const UPPER_AND_DIGITS = letters + DIGITS;
export const BASE32_LOWER = `${letters.toLowerCase()}234567`;
export const BASE62 = LETTERS + DIGITS;
export const BASE64URL = `${BASE62}-_`;
export const BASE64URL_AND_DOTS = `${BASE64URL}.~`;

/** A short keyword with every character that may follow it. */
export const followed = (keywords: readonly string[], characters: string): string[] =>
  keywords.flatMap((keyword) => [...characters].map((character) => keyword + character));
