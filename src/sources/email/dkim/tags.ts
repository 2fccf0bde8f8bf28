/**
 * The tag list of RFC 6376 section 3.2. Names and values are case-sensitive; folding white space around both is no part
 * of them; "if a tag name does occur more than once, the entire tag-list is invalid".
 */
export type TagList = { tags: ReadonlyMap<string, string>; first: string } | { error: string };

/** A key record of RSA 4096 has some 800 characters: anything of this size is a mistake or an attack. */
const MAX_LENGTH = 16_384;
const MAX_SHOWN = 40;

/** Never throws. */
export function parseTagList(text: string): TagList {
  if (text.length > MAX_LENGTH) return { error: `the record has ${text.length} characters` };
  const specs = text.split(';');
  if (specs.length > 1 && specs.at(-1)?.trim() === '') specs.pop(); // the final semicolon is optional
  const tags = new Map<string, string>();
  for (const spec of specs) {
    const at = spec.indexOf('=');
    if (at < 0) return { error: `"${shown(spec)}" is no tag=value` };
    const name = trimmed(spec.slice(0, at));
    const value = trimmed(spec.slice(at + 1));
    if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) return { error: `"${shown(name)}" is no tag name` };
    // VALCHAR is %x21-3A and %x3C-7E, white space may stand between.
    if (!/^[\t\r\n -:<-~]*$/.test(value)) return { error: `${name}= holds characters that are not printable ASCII` };
    if (tags.has(name)) return { error: `${name}= stands twice` };
    tags.set(name, value);
  }
  const [first = ''] = tags.keys();
  return { tags, first };
}

export const trimmed = (text: string): string => text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');

export const shown = (text: string): string =>
  text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : trimmed(text);
