// Control characters, C1 included, the bidirectional controls (Unicode TR 9) and line separators: what a stranger's
// text could use to move a terminal's cursor, to hide words or to start a line of its own.
const unsafe = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** A stranger's text on one line of a terminal: control characters become visible escapes. */
export function safe(text: string): string {
  return text.replace(unsafe, (character) => (character === '\n' || character === '\t' ? ' ' : codeOf(character)));
}

const codeOf = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** JSON that a terminal may show: JSON.stringify escapes C0 only (RFC 8259 section 7), here the rest is escaped too. */
export const jsonText = (value: unknown, indent = 0): string =>
  JSON.stringify(value, null, indent).replace(unsafe, (character) =>
    character === '\n' ? character : codeOf(character),
  );

/** The same for a text of several lines of our own making. */
export const safeLines = (text: string): string[] => text.split('\n').map(safe);
