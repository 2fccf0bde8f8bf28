import { placeholderKind } from '../../env/placeholder.ts';

/** Words that no generator writes and every example does. */
const words =
  /example|sample|placeholder|redacted|dummy|deadbeef|notareal|not_a_real|changeme|change_me|insert|your[-_]?(?:api|key|secret|token|pass|app|own)|(?:^|[-_.])(?:your|fake|test|xxx+|abc123?|foo|bar|todo)(?:[-_.]|$)/i;

/** Values that documentation shows and everybody copies, although they look like generated ones. */
const published: ReadonlySet<string> = new Set([
  // Azure's storage and Cosmos DB emulators.
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==',
  'C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==',
  // GitHub, npm, Mailgun, Mollie, Dynatrace: pages on their own formats.
  'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
  'npm_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
  'key-3ax6xnjp29jd6fds4gc373sgvjxteol0',
  'live_dHar4XY7LxsDOtmnkVtjNVWXLSlXsM',
  'dt0c01.ST2EY72KQINMH574WMNVI7YN.G3DFPBEJYMODIDAEX454M7YWBUVEFOWKPRVMWFASS64NFH52PX6BNDVFFM572RZM',
]);

/**
 * Whether a value of a known form is an example, a placeholder or typed by hand rather than generated.
 * @param alphabet how many characters its random part is made of
 */
export function isLookalike(value: string, alphabet: 16 | 32 | 36 | 62): boolean {
  if (published.has(value) || words.test(value) || placeholderKind(value) !== null) return true;
  return isDull(randomPart(value), alphabet);
}

/** The longest part without a separator, for a prefix is what everybody writes; of short parts, all but the prefix. */
function randomPart(value: string): string {
  const parts = value.split(/[^A-Za-z0-9]+/).filter((part) => part !== '');
  const longest = parts.reduce((best, part) => (part.length > best.length ? part : best), '');
  return longest.length >= 20 || parts.length < 3 ? longest : parts.slice(1).join('');
}

/**
 * Characters that follow from each other: few different ones, rows, repeats, words in CamelCase. The bounds leave fewer
 * than one generated value in ten thousand out (measured for 16 to 64 characters of each alphabet).
 */
export function isDull(text: string, alphabet: 16 | 32 | 36 | 62): boolean {
  if (text.length < 10) return false;
  const rich = Math.log2(Math.min(text.length, alphabet)) * (text.length < 20 ? 0.6 : 0.68);
  if (entropy(text) < rich || steps(text) > text.length / 2 || repeats(text)) return true;
  if (/(.)\1{5}|0123456|1234567|abcdefg|ABCDEFG|qwertyu/.test(text)) return true;
  if (alphabet === 62 && text.length >= 12) {
    // Letters of one case: generated only where digits stand between them.
    if (!/[a-z]/.test(text) || !/[A-Z]/.test(text)) return text.replace(/\D/g, '').length < text.length / 10;
    if (text.length < 20) return false;
    const runs = text.match(/[A-Z]?[a-z]+|[A-Z]+|\d+/g) ?? [];
    return text.length / runs.length > (text.length < 28 ? 5 : 4.2);
  }
  return false;
}

/** Shannon's, in bits a character. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** How many characters are the one before or its neighbour: 1234…, abcd…, 0000…. */
function steps(text: string): number {
  let count = 0;
  for (let at = 1; at < text.length; at += 1) {
    if (Math.abs(text.charCodeAt(at) - text.charCodeAt(at - 1)) <= 1) count += 1;
  }
  return count;
}

/** The same part again and again. */
function repeats(text: string): boolean {
  for (let period = 1; period <= text.length / 2; period += 1) {
    if (text.slice(period) === text.slice(0, -period)) return true;
  }
  return false;
}
