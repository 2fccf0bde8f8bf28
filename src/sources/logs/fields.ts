/** One value of a log line with the way that leads to it. */
export interface FieldValue {
  /** Keys from the outside in; empty for a line that is no JSON. */
  path: readonly string[];
  /** The words of the last key that is a name, in lower case: `userEmail` -> user, email. */
  words: readonly string[];
  text: string;
}

const MAX_VALUES = 2000;
const MAX_DEPTH = 10;
/** A longer text in one field is a document; its beginning tells. */
const MAX_TEXT = 64 * 1024;

/** The texts and numbers of a line: each field of JSON, its keys too, or the line as it is. Pure: never throws. */
export function valuesOf(line: string): FieldValue[] {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    value = null;
  }
  if (typeof value !== 'object' || value === null) return [{ path: [], words: [], text: line.slice(0, MAX_TEXT) }];
  const found: FieldValue[] = [];
  walk(value, [], found);
  return found;
}

function walk(value: unknown, path: readonly string[], found: FieldValue[]): void {
  if (found.length >= MAX_VALUES || path.length > MAX_DEPTH) return;
  if (typeof value === 'string' || typeof value === 'number') {
    found.push({ path, words: wordsOf(lastName(path)), text: String(value).slice(0, MAX_TEXT) });
  } else if (Array.isArray(value)) {
    for (const item of value as unknown[]) walk(item, [...path, '[]'], found);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      // A map keyed by e-mail address.
      if (key.includes('@')) found.push({ path: [...path, key], words: [], text: key });
      walk(item, [...path, key], found);
    }
  }
}

const lastName = (path: readonly string[]): string => path.findLast((key) => key !== '[]') ?? '';

/** `userEmail`, `user_email`, `user-email`, `X-User-Email` -> their words. */
export function wordsOf(name: string): string[] {
  return name
    .slice(0, 100)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

/** The path for a report: `user.email`, `items[].to`; what is no plain name (an address, an id) is masked. */
export function printablePath(path: readonly string[]): string {
  if (path.length === 0) return 'line';
  const parts = path.map((key) => {
    if (key === '[]') return '[]';
    const plain = /^[@$A-Za-z_][\w.$-]{0,40}$/.test(key) && (key.match(/\d/g) ?? []).length < 5;
    return plain ? `.${key}` : '.*';
  });
  return parts.join('').replace(/^\./, '').slice(0, 120);
}

const idOrTime = new Set(
  (
    'id ids uid uuid guid gid pid tid rid sid oid trace span request correlation session order invoice transaction txn ref ' +
    'reference nonce hash digest etag sha checksum fingerprint sequence seq offset cursor version build port size bytes ' +
    'length count total duration elapsed latency ms us ns time timestamp ts date at epoch expires exp iat nbf created ' +
    'updated started ended amount price lat lng lon latitude longitude random seed job queue batch message event row lsn'
  ).split(' '),
);

/** Whether a field holds a number that identifies or measures: a long one in it is no card and no telephone. */
export const isIdOrTime = (words: readonly string[]): boolean => words.some((word) => idOrTime.has(word));

/** The words of the label just before a place in a text: `order_id=`, `card: `, `phone `. */
export function labelBefore(text: string, at: number): string[] {
  const found = /([A-Za-z][\w.-]{0,60})["'\\]{0,3}\s{0,3}[=:#]?\s{0,3}["'\\]{0,3}$/.exec(
    text.slice(Math.max(0, at - 80), at),
  );
  return wordsOf(found?.[1] ?? '');
}
