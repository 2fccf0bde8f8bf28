import { Secret } from '../config/secret.ts';
import type { Target } from '../config/target.ts';
import { encodingsOf } from './encodings.ts';
import { credentialsOf, decoded } from './env/credentials.ts';
import { isSecret, secretsOf } from './env/secret-keys.ts';

const MASK = '[secret]';
/** Shorter values would blank out ordinary words: they are never put into facts, but not searched for. */
const SHORTEST = 8;

/**
 * Words that some use as a password and every server says: to blank them out would hide nothing and spoil much. The
 * address that holds one is still sealed as a whole.
 */
const ordinary = new Set(
  'password,postgres,postgresql,production,development,localhost,127.0.0.1,database,username,disabled,required,administrator,application/json'.split(
    ',',
  ),
);

/** Whether a value is one of those words. */
export const isPlainWord = (text: string): boolean => ordinary.has(text.toLowerCase());

/** Our own field names; a record's keys that a server chose are seldom of this form. */
const fieldName = /^[a-z][A-Za-z]{0,24}$/;

/** Scrubs secret values, plain and encoded, from whatever leaves the sources. */
export class Seal {
  /** Each form, and how many characters at its beginning are no secret by themselves. */
  readonly #forms = new Map<string, number>();
  #index: Index | null = null;

  add(secret: Secret | undefined | null): void {
    if (!secret) return;
    for (const part of partsOf(secret.reveal())) {
      if (part.length < SHORTEST || isPlainWord(part)) continue;
      for (const form of encodingsOf(part)) if (form.length >= SHORTEST) this.#forms.set(form, 0);
    }
    this.#addBasic(secret.reveal());
    this.#index = null;
  }

  /** An address's user and password as a server is told them in HTTP's Basic authentication (RFC 7617). */
  #addBasic(value: string): void {
    const credentials = credentialsOf(value);
    if (!credentials || credentials.user === '') return;
    const user = `${decoded(credentials.user)}:`;
    for (const form of encodingsOf(user + decoded(credentials.password))) {
      if (form.length < SHORTEST || this.#forms.has(form)) continue;
      this.#forms.set(form, form.startsWith(user.slice(0, -1)) ? user.length : 0);
    }
  }

  text(text: string): string {
    if (text.length < SHORTEST || this.#forms.size === 0) return text;
    let clean = '';
    let kept = 0;
    for (const [from, to] of this.#spans(text)) {
      clean += text.slice(kept, from) + MASK;
      kept = to;
    }
    return kept === 0 ? text : clean + text.slice(kept);
  }

  /** The same value with every string in it scrubbed: plain JSON in, plain JSON out. */
  scrub<T>(value: T): T {
    return this.#walk(value) as T;
  }

  #walk(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return value.map((item) => this.#walk(item));
    if (value && typeof value === 'object') {
      const entries = Object.entries(value);
      return Object.fromEntries(entries.map(([key, item]) => [this.#key(key), this.#walk(item)]));
    }
    return value;
  }

  #key(key: string): string {
    return fieldName.test(key) ? key : this.text(key);
  }

  /** Where secrets stand, in order, overlapping ones merged. */
  #spans(text: string): [number, number][] {
    const { groups, groupOf } = (this.#index ??= indexOf([...this.#forms.keys()]));
    const spans: [number, number][] = [];
    // A bounded string may end within a secret: what is left of it is masked too.
    const end = text.length - (/(?:…|\.\.\.)$/.exec(text)?.[0].length ?? 0);
    let rolling = 0;
    for (let last = 0; last < text.length; last += 1) {
      rolling = roll(rolling, text.charCodeAt(last));
      const group = groupOf[rolling & 0xffff];
      if (group === 0 || group === undefined || last < START - 1) continue;
      const at = last - START + 1;
      const forms = groups[group] ?? [];
      const form = forms.find(
        (one) => text.startsWith(one, at) || isCut(one, this.#forms.get(one) ?? 0, text, at, end),
      );
      if (!form) continue;
      const to = Math.min(at + form.length, text.length);
      const before = spans.at(-1);
      if (before && at <= before[1]) before[1] = Math.max(before[1], to);
      else spans.push([at, to]);
    }
    return spans;
  }
}

/** An address begins with words that everybody writes (`postgres://`); its password is a form of its own. */
const address = /^[a-z][a-z0-9+.-]*(?::|%3a)(?:\\?\/|%2f){2}/i;

const isCut = (form: string, open: number, text: string, at: number, end: number) =>
  end - at >= Math.max(SHORTEST, open + 1) &&
  at + form.length > end &&
  form.startsWith(text.slice(at, end)) &&
  !address.test(form);

/** So many characters of a form decide where it is filed: with 5 bits a character they fit the 20 bits kept. */
const START = 4;
const roll = (rolling: number, char: number) => ((rolling << 5) ^ char) & 0xfffff;

interface Index {
  /** Forms whose beginnings have one hash, the longest first; group 0 is none. */
  groups: string[][];
  groupOf: Uint16Array;
}

function indexOf(forms: readonly string[]): Index {
  const groups: string[][] = [[]];
  const groupOf = new Uint16Array(0x10000);
  for (const form of [...forms].sort((a, b) => b.length - a.length)) {
    let rolling = 0;
    for (let at = 0; at < START; at += 1) rolling = roll(rolling, form.charCodeAt(at));
    const slot = rolling & 0xffff;
    const group = groupOf[slot] || groups.length;
    groupOf[slot] = group;
    (groups[group] ??= []).push(form);
  }
  return { groups, groupOf };
}

/** The value and the secrets inside it, each of which may be echoed alone. */
function partsOf(value: string): string[] {
  const parts = [value, value.trim()];
  const credentials = credentialsOf(value);
  if (credentials) parts.push(credentials.password, decoded(credentials.password));
  // A header with its name, as email.webhook.header has it.
  const [, header] = /^[\w-]+: +(?:[A-Za-z]+ )?(\S+)$/.exec(value) ?? [];
  if (header !== undefined) parts.push(header);
  // `Bearer …` in a header, `2:…,1:…` in BETTER_AUTH_SECRETS.
  parts.push(...(/^[A-Za-z]+ (\S+)$/.exec(value)?.slice(1) ?? []));
  if (/^\d+:/.test(value)) parts.push(...value.split(',').map((entry) => entry.trim().replace(/^\d+:\s*/, '')));
  // The lines of a key in PEM, each long enough to be telling.
  if (value.includes('\n')) parts.push(...value.split(/\r?\n/).filter((line) => line.length >= 32));
  return parts;
}

/** Headers whose values are no secrets, although site.headers holds every value as one. */
const plainHeaders = /^(?:accept|accept-\w+|content-type|user-agent|host|cache-control|x-forwarded-\w+)$/i;

/** A seal that knows the secrets of the target's settings and of all its env files, and nothing else. */
export function sealOf(target: Target): Seal {
  const seal = new Seal();
  for (const env of [target.env, ...target.otherEnvs.values()]) {
    for (const entry of secretsOf(env, target)) seal.add(entry.value);
    // As written too: a value that a later file replaces, or whose references nobody expands.
    for (const file of env.files) {
      if (file.state !== 'read') continue;
      const { secrets } = target.settings;
      for (const { key, value } of file.entries) if (isSecret(key, value.reveal(), secrets)) seal.add(value);
    }
  }
  const { site, ...rest } = target.settings;
  addAll(seal, rest);
  const { headers, ...others } = site;
  addAll(seal, others);
  for (const [name, value] of Object.entries(headers)) if (!plainHeaders.test(name)) addAll(seal, value);
  return seal;
}

/** Every Secret that stands anywhere in a part of the settings, and every address with a password. */
function addAll(seal: Seal, value: unknown): void {
  if (value instanceof Secret) seal.add(value);
  else if (typeof value === 'string' && credentialsOf(value)) seal.add(new Secret(value));
  else if (value && typeof value === 'object') for (const item of Object.values(value)) addAll(seal, item);
}
