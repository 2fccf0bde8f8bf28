/**
 * Macros of RFC 7208 section 7. A string is parsed once into literals and expansions; expanding it needs what only a
 * message tells (sender, address), so the static walk stops where a name depends on one.
 */
interface MacroExpand {
  letter: string;
  /** Upper case: the result is URL-escaped (section 7.3). */
  escape: boolean;
  /** How many right-hand parts; null for all. */
  parts: number | null;
  reverse: boolean;
  /** As written; the dot where there are none. */
  delimiters: string;
}
/** The expansions that stand for themselves: a percent sign, a space, a URL-encoded space. */
interface MacroEscape {
  written: '%%' | '%_' | '%-';
}
export type MacroString = readonly (string | MacroEscape | MacroExpand)[];

/** c, r and t stand in explanations only (section 7.2). */
const letters = /^[slodiphv]$/i;
const explanationLetters = /^[slodiphvcrt]$/i;
const expand = /^%\{([a-z])(\d*)(r?)([-.+,/_=]*)\}/i;
const escapes: Readonly<Record<MacroEscape['written'], string>> = { '%%': '%', '%_': ' ', '%-': '%20' };
/** "Implementations MUST support at least a value of 127" (section 7.3); above this every value means: all there are. */
const MOST_PARTS = 100_000;

/**
 * @param text macro-literals are %x21-24 and %x26-7E; an explanation may hold spaces too (section 6.2)
 * @returns null where it is not of the grammar
 */
export function parseMacros(text: string, explanation = false): MacroString | null {
  const pieces: MacroString[number][] = [];
  let rest = text;
  while (rest !== '') {
    const literal = (explanation ? /^[ -$&-~]+/ : /^[!-$&-~]+/).exec(rest)?.[0];
    if (literal !== undefined) {
      pieces.push(literal);
      rest = rest.slice(literal.length);
      continue;
    }
    const written = rest.slice(0, 2);
    if (written === '%%' || written === '%_' || written === '%-') {
      pieces.push({ written });
      rest = rest.slice(2);
      continue;
    }
    const [whole, letter, digits, reverse, delimiters = ''] = expand.exec(rest) ?? [];
    if (whole === undefined || letter === undefined) return null;
    if (!(explanation ? explanationLetters : letters).test(letter)) return null;
    const parts = digits ? Math.min(Number(digits), MOST_PARTS) : null;
    if (parts === 0) return null; // "the value MUST be nonzero" (section 7.3)
    const lower = letter.toLowerCase();
    pieces.push({ letter: lower, escape: letter !== lower, parts, reverse: Boolean(reverse), delimiters });
    rest = rest.slice(whole.length);
  }
  return pieces;
}

/** The string as it would be written; it parses to the same pieces. */
export function printMacros(macros: MacroString): string {
  return macros
    .map((piece) => {
      if (typeof piece === 'string') return piece;
      if ('written' in piece) return piece.written;
      const { letter, escape, parts, reverse, delimiters } = piece;
      return `%{${escape ? letter.toUpperCase() : letter}${parts ?? ''}${reverse ? 'r' : ''}${delimiters}}`;
    })
    .join('');
}

/** The letters that the string needs a value for. */
export function lettersOf(macros: MacroString): Set<string> {
  return new Set(macros.flatMap((piece) => (typeof piece === 'object' && 'letter' in piece ? [piece.letter] : [])));
}

/** Values of the macro letters for one message, by lower-case letter. */
export type MacroValues = Readonly<Record<string, string>>;

/** A letter without a value counts as "unknown" (section 7.3, for p and r). */
export function expandMacros(macros: MacroString, values: MacroValues): string {
  return macros
    .map((piece) => {
      if (typeof piece === 'string') return piece;
      return 'written' in piece ? escapes[piece.written] : expandOne(piece, values);
    })
    .join('');
}

function expandOne({ letter, escape, parts, reverse, delimiters }: MacroExpand, values: MacroValues): string {
  const value = values[letter] ?? 'unknown';
  const split = value.split(new RegExp(`[${delimiters.replaceAll('-', '\\-') || '.'}]`));
  if (reverse) split.reverse();
  const joined = (parts === null ? split : split.slice(-parts)).join('.');
  return escape ? urlEscaped(joined) : joined;
}

/** All but the unreserved characters of RFC 3986 section 2.3, which section 7.3 names. */
function urlEscaped(text: string): string {
  return [...Buffer.from(text, 'utf8')]
    .map((byte) => String.fromCharCode(byte))
    .map((one) => (/[A-Za-z0-9._~-]/.test(one) ? one : `%${hex(one)}`))
    .join('');
}

const hex = (character: string): string => character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0');

/**
 * The expanded string as a name to ask for: without its final dot, and where it is longer than 253 characters, without as
 * many labels from the left as are too many (section 7.3).
 */
export function fitName(expanded: string): string {
  const name = expanded.endsWith('.') ? expanded.slice(0, -1) : expanded;
  if (name.length <= 253) return name;
  const dot = name.indexOf('.', name.length - 254);
  return dot < 0 ? name : name.slice(dot + 1);
}
