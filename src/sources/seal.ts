import type { Secret } from '../config/secret.ts';
import type { Target } from '../config/target.ts';

const MASK = '[secret]';
/** Shorter values would blank out ordinary words; contract.md masks those by key, not by search. */
const SHORTEST = 8;

/** The forms in which a server may echo a value. */
function encodings(value: string): string[] {
  const bytes = Buffer.from(value, 'utf8');
  const json = JSON.stringify(value).slice(1, -1);
  const base64 = bytes.toString('base64').replace(/=+$/, '');
  return [
    value,
    json,
    encodeURIComponent(value),
    encodeURI(value),
    base64,
    bytes.toString('base64url'),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
  ];
}

/** Scrubs secret values, plain and encoded, from whatever leaves the sources. */
export class Seal {
  readonly #forms = new Set<string>();
  #sorted: string[] | null = null;

  add(secret: Secret | undefined | null): void {
    if (!secret || secret.length < SHORTEST) return;
    for (const form of encodings(secret.reveal())) this.#forms.add(form);
    this.#sorted = null;
  }

  text(text: string): string {
    // The longest first: one value may be the beginning of another.
    this.#sorted ??= [...this.#forms].sort((a, b) => b.length - a.length);
    let clean = text;
    for (const form of this.#sorted) if (clean.includes(form)) clean = clean.replaceAll(form, MASK);
    return clean;
  }

  /** The same value with every string in it scrubbed: plain JSON in, plain JSON out. */
  scrub<T>(value: T): T {
    return this.#walk(value) as T;
  }

  #walk(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return value.map((item) => this.#walk(item));
    if (value && typeof value === 'object') {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [this.text(key), this.#walk(item)]));
    }
    return value;
  }
}

/** A seal that knows every secret that the target's settings and env files hold. */
export function sealOf(target: Target): Seal {
  const seal = new Seal();
  for (const env of [target.env, ...target.otherEnvs.values()]) {
    for (const entry of env.entries.values()) seal.add(entry.value);
  }
  return seal;
}
