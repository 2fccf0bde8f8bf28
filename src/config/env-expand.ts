/** A value that grows beyond this by expansion is left as it was written (a few nested references could fill memory). */
const LONGEST = 65_536;
const DEEPEST = 50;
/** How far the end of one `${…}` is looked for. */
const LONGEST_REFERENCE = 4096;

const reference = /^([A-Za-z_][\w.]*)(?:(:?[-+])([\s\S]*))?$/;
const bare = /[A-Za-z_]\w*/y;

/**
 * Expands references between the values of one env, as dotenv-expand does (its README, "What rules does the expansion
 * engine follow?"): `${NAME}`, `$NAME`, `${NAME:-default}`, `${NAME:+other}`, nested, `\$` for a plain dollar. An
 * unset or empty name gives the default, else nothing. One thing is milder: a bare `$name` that is no key of this env
 * stays as it is, for passwords hold dollars and many deployments expand nothing.
 * @returns a new map; a reference that runs in circles gives nothing, a value that grows without bound stays as written
 */
export function expandEnv(values: ReadonlyMap<string, string>): Map<string, string> {
  const expansion = new Expansion(values);
  return new Map([...values.keys()].map((key) => [key, expansion.of(key)]));
}

class TooMuch extends Error {}

class Expansion {
  readonly #values: ReadonlyMap<string, string>;
  readonly #done = new Map<string, string>();
  readonly #under = new Set<string>();

  constructor(values: ReadonlyMap<string, string>) {
    this.#values = values;
  }

  of(key: string): string {
    const done = this.#done.get(key);
    if (done !== undefined) return done;
    const raw = this.#values.get(key) ?? '';
    if (this.#under.has(key)) return '';
    if (this.#under.size >= DEEPEST) throw new TooMuch();
    this.#under.add(key);
    const value = raw.includes('$') && raw.length <= LONGEST ? this.#tryText(raw) : raw;
    this.#under.delete(key);
    this.#done.set(key, value);
    return value;
  }

  #tryText(raw: string): string {
    try {
      return this.#text(raw, 0);
    } catch (error) {
      if (error instanceof TooMuch) return raw;
      throw error;
    }
  }

  #text(text: string, depth: number): string {
    let out = '';
    let at = 0;
    while (at < text.length) {
      const dollar = text.indexOf('$', at);
      if (dollar === -1) return bounded(out + text.slice(at));
      if (dollar > at && text[dollar - 1] === '\\') {
        out += `${text.slice(at, dollar - 1)}$`;
        at = dollar + 1;
        continue;
      }
      out = bounded(out + text.slice(at, dollar));
      const read = this.#reference(text, dollar, depth);
      out = bounded(out + read.value);
      at = read.end;
    }
    return out;
  }

  #reference(text: string, dollar: number, depth: number): { value: string; end: number } {
    if (text[dollar + 1] === '{') {
      const close = closing(text, dollar + 1);
      const parts = close === -1 ? null : reference.exec(text.slice(dollar + 2, close));
      if (parts?.[1]) return { value: this.#choose(parts[1], parts[2], parts[3] ?? '', depth), end: close + 1 };
    }
    bare.lastIndex = dollar + 1;
    const name = bare.exec(text)?.[0];
    if (name !== undefined && this.#values.has(name)) return { value: this.of(name), end: dollar + 1 + name.length };
    return { value: '$', end: dollar + 1 };
  }

  #choose(name: string, operator: string | undefined, word: string, depth: number): string {
    if (depth >= DEEPEST) throw new TooMuch();
    const value = this.of(name);
    if (operator?.endsWith('+')) return value === '' ? '' : this.#text(word, depth + 1);
    return value === '' ? this.#text(word, depth + 1) : value;
  }
}

function bounded(text: string): string {
  if (text.length > LONGEST) throw new TooMuch();
  return text;
}

/** The brace that closes the one at `open`, nested ones skipped; -1 where there is none. */
function closing(text: string, open: number): number {
  let depth = 0;
  const end = Math.min(text.length, open + LONGEST_REFERENCE);
  for (let at = open; at < end; at += 1) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}') depth -= 1;
    if (depth === 0) return at;
  }
  return -1;
}
