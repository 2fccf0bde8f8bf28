import { looksRandom } from './placeholder.ts';

/** Bits that a word of so many letters is worth: one of the common ones of its length, at most one of Diceware's 7776. */
const bitsOfWord = [0, 3, 6, 9, 11, 12.9] as const;
const longestWord = 14;

/**
 * How hard a text is to guess if it is words in a row (`correct-horse-…`, `MyAppSecretKey2024`), in bits; null where it
 * looks like random characters. A part that is no word counts in full.
 */
export function wordBitsOf(text: string): number | null {
  if (looksRandom(text)) return null;
  const parts = text.split(/[^A-Za-z0-9]+|(?<=[a-z])(?=[A-Z0-9])|(?<=[0-9])(?=[A-Z])/).filter((part) => part !== '');
  return Math.floor(parts.reduce((sum, part) => sum + bitsOf(part), 0));
}

function bitsOf(part: string): number {
  const isWord = part.length <= longestWord && /^[A-Za-z]+$/.test(part);
  if (isWord || /^\d{1,4}$/.test(part)) return bitsOfWord[Math.min(part.length, bitsOfWord.length - 1)] ?? 0;
  return part.length * Math.log2(/^\d+$/.test(part) ? 10 : /[A-Z]/.test(part) && /[a-z]/.test(part) ? 52 : 26);
}
