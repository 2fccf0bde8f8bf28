import { type Format, formatsOf } from './formats.ts';
import { Prefilter } from './prefilter.ts';
import { rules } from './rules/index.ts';

/** A text that has the form of a credential, whether or not somebody made it up. */
export interface Formed {
  kind: string;
  value: string;
  /** Offset in the text. */
  at: number;
}

/** What is told by more than its form: addresses by credentialsOf, tokens of any issuer by their claims. */
const others = /^(?:jwt|supabase-service-key|(?:server-|jdbc-)?address-with-password|sql-server-connection)$/;

interface Known {
  formats: readonly (readonly Format[])[];
  prefilter: Prefilter;
}
let made: Known | undefined;

/** Made at the first use: it takes some milliseconds. */
function known(): Known {
  if (made) return made;
  const byKeyword = formatsOf(rules.filter(({ id }) => !others.test(id)));
  const literals = [...byKeyword.keys()].map((keyword) => Buffer.from(keyword, 'latin1'));
  made = { formats: [...byKeyword.values()], prefilter: new Prefilter(literals) };
  return made;
}

/** Everything in a text that has the form of a known credential, documentation's examples among it. At most `most`. */
export function formedIn(text: string, most: number): Formed[] {
  const { formats, prefilter } = known();
  const bytes = Buffer.from(text, 'utf8');
  const found: Formed[] = [];
  prefilter.search(bytes, { from: 0, to: bytes.length, begin: 0, end: bytes.length }, (literal, start) => {
    // Offsets of bytes and of characters are the same up to the first character that is not ASCII.
    const at = bytes.toString('utf8', 0, start).length;
    for (const format of formats[literal] ?? []) {
      const one = formAt(text, format, at);
      if (
        one &&
        !found.some((other) => one.at < other.at + other.value.length && other.at < one.at + one.value.length)
      ) {
        found.push(one);
      }
    }
    return found.length >= most;
  });
  return found;
}

/** The form around a keyword, as the text has it: neither a checksum nor how random it is counts. */
function formAt(text: string, { rule, keyword, pattern, before }: Format, at: number): Formed | null {
  pattern.lastIndex = Math.max(0, at - before);
  for (let match = pattern.exec(text); match !== null && match.index <= at; match = pattern.exec(text)) {
    if (match.index + match[0].length >= at + keyword.length)
      return { kind: rule.id, value: match[0], at: match.index };
    pattern.lastIndex = match.index + 1;
  }
  return null;
}
