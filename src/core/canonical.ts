import type { Json } from '../facts/index.ts';

/**
 * Canonical JSON by RFC 8785 (JCS): keys sorted by UTF-16 code units (section 3.2.3), which is JavaScript's own order
 * of strings; numbers and strings as ECMAScript writes them (3.2.2).
 */
export function canonicalize(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonicalize(item)).join(',')}]`;
  if (value && typeof value === 'object') {
    const members = Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => `${JSON.stringify(key)}:${canonicalize(item)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value ?? null);
}
