import type { HealthAnswer } from '../../facts/http.ts';

type Said = Pick<HealthAnswer, 'json' | 'overall' | 'parts'>;

const MAX_PARTS = 60;
const MAX_DEPTH = 5;
const MAX_NAME = 100;
/** A word or two; a message, a version or an address is none. */
const WORD = /^[A-Za-z][A-Za-z _-]{0,30}$/;
/** The keys under which health answers state a condition, the telling ones first (health+json: `status`). */
const STATUS_KEYS = [
  'status',
  'state',
  'health',
  'healthy',
  'ok',
  'up',
  'ready',
  'alive',
  'connected',
  'available',
  'result',
  'success',
];
/** The keys that name an entry of a list of checks. */
const NAME_KEYS = ['name', 'component', 'service', 'check', 'id', 'key'];

/**
 * What a health answer says, of itself and of its parts, in the shapes in use: `{status, checks: {database: {status}}}`,
 * a list of `{name, status}`, flat words and booleans, health+json (draft-inadarei-api-health-check), Spring's and
 * Terminus's components. Only words and booleans are kept. Never throws.
 */
export function readHealth(body: string): Said {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return { json: false, overall: null, parts: [] };
  }
  if (!isObject(value)) return { json: false, overall: null, parts: [] };
  const parts: Said['parts'] = [];
  walk(value, [], parts);
  return { json: true, overall: wordOf(value), parts };
}

function walk(value: unknown, path: readonly string[], parts: Said['parts']): void {
  if (path.length > MAX_DEPTH || parts.length >= MAX_PARTS) return;
  const entries = Array.isArray(value)
    ? value.slice(0, MAX_PARTS).map((item: unknown) => [nameOf(item), item] as const)
    : isObject(value)
      ? Object.entries(value).slice(0, MAX_PARTS)
      : [];
  for (const [key, item] of entries) {
    if (key !== null && !isObject(item) && STATUS_KEYS.includes(key.toLowerCase())) continue;
    if (key !== null && NAME_KEYS.includes(key) && item === nameOf(value)) continue;
    const here = key === null ? path : [...path, key];
    const said = isObject(item) ? wordOf(item) : wordIn(item);
    if (said !== null && here.length > 0 && parts.length < MAX_PARTS) {
      parts.push({ name: here.join('.').slice(0, MAX_NAME), said });
    }
    if (typeof item === 'object') walk(item, here, parts);
  }
}

/** The word an object says of itself, by the first status key that holds one. */
function wordOf(value: Record<string, unknown>): string | null {
  const own = new Map(Object.entries(value).map(([key, item]) => [key.toLowerCase(), item]));
  for (const key of STATUS_KEYS) {
    const word = wordIn(own.get(key));
    if (word !== null) return word;
  }
  return null;
}

function wordIn(value: unknown): string | null {
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'string' && WORD.test(value.trim()) ? value.trim().toLowerCase() : null;
}

function nameOf(item: unknown): string | null {
  if (!isObject(item)) return null;
  const name = NAME_KEYS.map((key) => item[key]).find((one) => typeof one === 'string');
  return typeof name === 'string' ? name.slice(0, MAX_NAME) : null;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
