/** An identifier as SQL needs it written (PostgreSQL documentation, "Identifiers and Key Words"). */
export function identifier(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** A string as SQL needs it written. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Milliseconds as a person says them: `12 days`, `3 h`, `5 min`. */
export function lengthOf(milliseconds: number): string {
  const minutes = Math.max(0, Math.floor(milliseconds / 60_000));
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
}

/** Bytes as a person says them: `7.4 MB`, `1.2 GB`. */
export function sizeOf(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? size : size.toFixed(1)} ${units[unit]}`;
}

/** Like 1.5 billion, for counts that nobody reads digit by digit. */
export function roundCount(count: number): string {
  return count >= 1e9 ? `${(count / 1e9).toFixed(2)} billion` : `${Math.round(count / 1e6)} million`;
}
