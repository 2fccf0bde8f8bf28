/** `3 secrets`, `1 secret`. */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

const NAMED = 5;

/** The first few, and how many more. */
export function named(list: readonly string[], count = list.length): string {
  const shown = list.slice(0, NAMED);
  return count > shown.length ? `${shown.join('; ')} and ${count - shown.length} more` : shown.join('; ');
}

/** An entry under `allow` holds until the end of its day, in UTC. */
export const isAllowed = ({ allowedUntil }: { allowedUntil: string | null }, asOf: Date): boolean =>
  allowedUntil !== null && new Date(`${allowedUntil}T23:59:59.999Z`) >= asOf;

/** A secret as a person knows it: by its key, else by its kind. */
export const nameOf = ({ kind, what, key }: { kind: string; what: string; key: string | null }): string =>
  kind === 'env-value' ? `the value of ${key ?? 'a key'}` : (key ?? what);
