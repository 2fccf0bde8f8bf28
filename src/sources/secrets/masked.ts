import { rules } from './rules/index.ts';

const byId = new Map(rules.map((rule) => [rule.id, rule]));

/** A kind in words. */
export function whatOf(kind: string): string {
  if (kind === 'env-value') return 'a value of the env';
  return kind === 'env-file' ? 'a secret in an env file' : (byId.get(kind)?.what ?? kind);
}

/** What everybody may know of a value: the prefix that its provider documents, and its length. */
export function maskOf(kind: string, value: string): string {
  const keyword = byId.get(kind)?.keywords.find((one) => one.length < 12 && value.startsWith(one)) ?? '';
  // Of a short prefix with the character that follows, the prefix alone is documented.
  const prefix = keyword.length > 3 && /[-_.]$/.test(keyword) ? keyword : '';
  return `${prefix}… (${value.length} characters)`;
}
