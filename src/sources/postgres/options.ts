const units: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * A time setting as PostgreSQL writes and reads it (documentation, "Setting Parameters", units): `5s`, `1min`, `30000`.
 * @returns milliseconds, 0 for none; null where it is no time
 */
export function millisecondsOf(text: string | undefined): number | null {
  const found = /^\s*(\d{1,12}(?:\.\d{1,6})?)\s*(us|ms|s|min|h|d)?\s*$/.exec(text ?? '');
  return found ? Number(found[1]) * (units[found[2] ?? 'ms'] ?? Number.NaN) : null;
}

/** `-c name=value` and `--name=value` of the connection's `options`, where a backslash keeps a space (libpq, "options"). */
export function settingsOf(options: string): Map<string, string> {
  const words = [...options.matchAll(/(?:\\.|[^\s\\])+/g)].map(([word]) => word.replace(/\\(.)/g, '$1'));
  const settings = new Map<string, string>();
  for (const [index, word] of words.entries()) {
    const pair = words[index - 1] === '-c' ? word : /^(?:-c|--)(.+)$/.exec(word)?.[1];
    const [, name, value] = /^([\w.-]+)=(.*)$/s.exec(pair ?? '') ?? [];
    if (name && value !== undefined) settings.set(name.replaceAll('-', '_'), value);
  }
  return settings;
}
