/** How hard a secret is to guess, as far as it can be told from the secret alone. */
export interface Strength {
  /** Estimated, whole bits. */
  bits: number;
  /** What takes away from alphabet times length, in a person's words and without any part of the secret; empty where nothing does. */
  weakness: string;
}

/** Longer secrets are rated by their beginning: the time for it grows with the square of the length. */
const RATED = 128;
/**
 * Random text has short words too, and runs of digits that could be dates. A pattern counts where it saves this many bits
 * against random characters of its length, and all of them where they save that many together: then one in a thousand random
 * secrets of 32 hexadecimal digits loses a few bits.
 */
const TELLING_BITS = 12;
const TELLING_TOGETHER = 22;
/** The share of a secret that words take up, from which on it is words; random text does not come near. */
const MOSTLY = 0.4;
/** Below it, the characters themselves are what can be guessed. */
const FEW = 5;

const words: Readonly<Record<string, string>> = {
  dictionary: 'words or a known password',
  spatial: 'keys that lie side by side',
  repeat: 'repeats',
  sequence: 'a sequence',
  date: 'a date',
  regex: 'a year',
};

/**
 * Alphabet times length, less what words, repeats and sequences take away (found by zxcvbn, which counts a random character
 * as ten guesses only and so cannot be taken as it is).
 * @param hints words that an attacker tries first: the user's name, the host's
 */
export async function estimate(secret: string, hints: readonly string[] = []): Promise<Strength> {
  const rated = secret.slice(0, RATED);
  if (rated === '') return { bits: 0, weakness: 'it is empty' };
  const perCharacter = Math.log2(alphabetOf(rated));
  const random = perCharacter * rated.length;
  const { sequence, guessBits } = (await checker()).check(
    rated,
    hints.filter((hint) => hint.length > 2),
  );
  const saved = ({ token, guesses }: Match) => perCharacter * token.length - Math.log2(Math.max(1, guesses));
  const patterns = sequence.filter((match) => match.pattern !== 'bruteforce' && saved(match) > TELLING_BITS);
  const total = patterns.reduce((sum, match) => sum + saved(match), 0);
  const telling = total > TELLING_TOGETHER ? patterns : [];
  const few = new Set(rated).size < FEW ? ['few different characters'] : [];
  // Mostly words: then what stands between them is no random character either, and zxcvbn's own number holds.
  const covered = telling.reduce((sum, { token }) => sum + token.length, 0);
  const less = covered >= rated.length * MOSTLY ? Math.min(random - total, guessBits) : random - total;
  const bits = telling.length > 0 ? less : random;
  const kinds = new Set([...few, ...telling.map(({ pattern }) => words[pattern] ?? 'a pattern')]);
  return { bits: Math.max(0, Math.floor(bits)), weakness: [...kinds].join(', ') };
}

/** How many characters each place could have held, by the classes that are seen. */
function alphabetOf(text: string): number {
  const distinct = new Set(text).size;
  if (distinct < FEW) return distinct;
  if (/^(?:[0-9a-f]+|[0-9A-F]+)$/.test(text)) return /^\d+$/.test(text) ? 10 : 16;
  const classes: readonly [RegExp, number][] = [
    [/\d/, 10],
    [/[a-z]/, 26],
    [/[A-Z]/, 26],
    [/[\x20-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e]/, 33],
    [/[^\x20-\x7e]/, 100],
  ];
  return classes.reduce((sum, [pattern, size]) => sum + (pattern.test(text) ? size : 0), 0);
}

interface Match {
  pattern: string;
  token: string;
  guesses: number;
}
interface Checker {
  /** The patterns that explain the password best, and what zxcvbn makes of all of them together, in bits. */
  check(password: string, userInputs: string[]): { sequence: readonly Match[]; guessBits: number };
}

let made: Promise<Checker> | undefined;

const PASSWORDS = 20_000;

/** Passwords that leaked and diceware's words: they take 40 ms and 40 MB (English ones beside them 130 ms and 45 MB more), so they are loaded once, and only where something is rated. */
function checker(): Promise<Checker> {
  made ??= (async () => {
    const [{ ZxcvbnFactory }, common] = await Promise.all([
      import('@zxcvbn-ts/core'),
      import('@zxcvbn-ts/language-common'),
    ]);
    // The most frequent ones: to build ranks of all 49,000 takes 100 ms, and a word that rare is as hard to guess as its characters.
    const { 'passwords-common': passwords, ...rest } = common.dictionary;
    const dictionary = { ...rest, passwords: passwords.slice(0, PASSWORDS) };
    // Of many ways to read digits as letters a few are tried: the rest costs ten times the time and finds nothing more in
    // secrets of this length.
    const zxcvbn = new ZxcvbnFactory({ dictionary, graphs: common.adjacencyGraphs, l33tMaxSubstitutions: 3 });
    return {
      check: (password, hints) => {
        const { sequence, guessesLog10 } = zxcvbn.check(password, hints);
        return {
          guessBits: guessesLog10 * Math.log2(10),
          sequence: sequence.map(({ pattern, token, guesses }) => {
            // Typed as any, for a match may come from somebody's own matcher.
            const known: unknown = guesses;
            return { pattern, token, guesses: typeof known === 'number' ? known : Number.POSITIVE_INFINITY };
          }),
        };
      },
    };
  })();
  return made;
}
