import { looksRandom } from './placeholder.ts';

/** Bits that a word of so many letters is worth: one of the common ones of its length, at most one of Diceware's 7776. */
const bitsOfWord = [0, 3, 6, 9, 11, 12.9] as const;
const longestWord = 14;
/** Letters of one case, or digits, in a row: under 2 on average in base64, over 3 in words. */
const longRuns = 2.6;
/** The share of the characters that words take up. Of random secrets of 44 characters one in 30,000 passes for words. */
const mostly = 0.5;

/**
 * How hard a text is to guess if it is words in a row (`correct-horse-…`, `MyAppSecretKey2024`), in bits; null where it
 * looks like random characters. A part that is no word counts in full.
 */
export function wordBitsOf(text: string): number | null {
  if (looksRandom(text)) return null;
  const parts = text.split(/[^A-Za-z0-9]+|(?<=[a-z])(?=[A-Z0-9])|(?<=[0-9])(?=[A-Z])/).filter((part) => part !== '');
  const length = parts.join('').length;
  const runs = parts.flatMap((part) => part.match(/[A-Z]?[a-z]+|[A-Z]+|\d+/g) ?? []).length;
  const inWords = parts.filter((part) => part.length > 2 && isWord(part)).join('').length;
  if (length < runs * longRuns || inWords < length * mostly) return null;
  return Math.floor(parts.reduce((sum, part) => sum + bitsOf(part), 0));
}

/** Letters that could be said: a vowel, no four consonants in a row, no q without its u. */
function isWord(part: string): boolean {
  if (part.length > longestWord || !/^[A-Za-z]+$/.test(part)) return false;
  return part.length < 3 || (/[aeiouy]/i.test(part) && !unsaid.test(part));
}

const unsaid = /[bcdfghjklmnpqrstvwxz]{4}|[jx][bcdfghjklmnpqrstvwxz]|q(?!u)/i;

function bitsOf(part: string): number {
  if (isWord(part) || /^\d{1,4}$/.test(part)) return bitsOfWord[Math.min(part.length, bitsOfWord.length - 1)] ?? 0;
  return part.length * Math.log2(/^\d+$/.test(part) ? 10 : /[A-Z]/.test(part) && /[a-z]/.test(part) ? 52 : 26);
}
