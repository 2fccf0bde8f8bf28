/** Whether to colour what goes to a stream: --color, NO_COLOR (no-color.org), FORCE_COLOR, then whether it is a terminal. */
export function wantsColour(when: 'auto' | 'always' | 'never', stream: { isTTY?: boolean }): boolean {
  if (when !== 'auto') return when === 'always';
  if (process.env.NO_COLOR) return false;
  const forced = process.env.FORCE_COLOR;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return stream.isTTY === true && process.env.TERM !== 'dumb';
}

/** Whether the reader's locale can show ✓ and ✗ (POSIX: LC_ALL before LC_CTYPE before LANG). */
export function wantsAscii(): boolean {
  const locale = process.env.LC_ALL || process.env.LC_CTYPE || process.env.LANG || '';
  return process.platform !== 'win32' && /^(C|POSIX)$/.test(locale);
}

export const isCi = (): boolean => Boolean(process.env.CI) && process.env.CI !== 'false';

/** Whether anything may move on the screen. */
export const mayAnimate = (quiet: boolean): boolean =>
  process.stderr.isTTY === true && !isCi() && !quiet && process.env.TERM !== 'dumb';

export const widthOf = (stream: { columns?: number }): number => Math.max(60, Math.min(stream.columns ?? 80, 120));
