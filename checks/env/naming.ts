/** At most eight names, then how many more there are: `A, B and 3 more`. */
export function named(names: readonly string[]): string {
  const shown = names.slice(0, 8).join(', ');
  return names.length > 8 ? `${shown} and ${names.length - 8} more` : shown;
}

/** `.env.production line 12`; the process's environment has no lines. */
export function placed(place: { file: string; line: number } | null): string {
  if (!place) return 'the env';
  return place.line > 0 ? `${place.file} line ${place.line}` : `the ${place.file}’s environment`;
}

/** `1 key`, `3 keys`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
