import { scanEnv } from '../../config/env-scan.ts';
import { percentEncoded } from '../encodings.ts';
import { credentialsOf, decoded } from '../env/credentials.ts';
import { credentialsInText } from '../env/formats.ts';
import { looksRandom, placeholderKind } from '../env/placeholder.ts';
import { isSecret, type SecretNames } from '../env/secret-keys.ts';
import { isPlainWord } from '../seal.ts';

export interface SoughtSecret {
  key: string;
  value: string;
}

export interface ScannedLeak {
  /** 1-based; 0 in a binary file. */
  line: number;
  kind: string;
  key: string | null;
  value: string;
}

/** Leaks kept of one file: one is enough for a fail, a few show where to look. */
const mostOfFile = 20;

/** Searches files for secrets: by the exact values given, by providers' formats, and in env files by their keys. */
export class Scanner {
  readonly #keyOf = new Map<string, SoughtSecret>();
  readonly #values: RegExp | null;
  readonly #names: SecretNames;

  constructor(secrets: readonly SoughtSecret[], names: SecretNames) {
    for (const secret of secrets) for (const form of formsOf(secret.value)) this.#keyOf.set(form, secret);
    const forms = [...this.#keyOf.keys()].sort((a, b) => b.length - a.length);
    const literals = forms.map((form) => form.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
    this.#values = literals.length > 0 ? new RegExp(literals.join('|'), 'g') : null;
    this.#names = names;
  }

  /** @param path from the top of the repository */
  scan(path: string, content: Buffer): ScannedLeak[] {
    const binary = content.subarray(0, 8000).includes(0);
    // One character a byte: fast, and every value is turned the same way.
    const text = content.toString('latin1');
    const leaks = this.#ownValues(text, binary);
    if (binary) return leaks;
    for (const { kind, value, at } of credentialsInText(text, mostOfFile)) {
      if (!isDocumented(value)) leaks.push({ line: lineAt(text, at), kind, key: null, value });
    }
    leaks.push(...storeAddresses(text));
    if (isRealEnvFile(path)) leaks.push(...this.#envFile(content.toString('utf8')));
    return firstOfEachLine(leaks).slice(0, mostOfFile);
  }

  #ownValues(text: string, binary: boolean): ScannedLeak[] {
    const leaks: ScannedLeak[] = [];
    for (const match of this.#values ? text.matchAll(this.#values) : []) {
      const secret = this.#keyOf.get(match[0]);
      if (!secret || (!isTelling(secret.value) && !isAssigned(text, match.index, match[0].length))) continue;
      leaks.push({ ...secret, line: binary ? 0 : lineAt(text, match.index), kind: 'env-value' });
      if (leaks.length >= mostOfFile) break;
    }
    return leaks;
  }

  #envFile(text: string): ScannedLeak[] {
    return scanEnv(text).assignments.flatMap(({ key, value, line }): ScannedLeak[] => {
      const secret = credentialsOf(value)?.password ?? value;
      const real = isSecret(key, value, this.#names) && placeholderKind(value) === null && looksRandom(secret);
      return real ? [{ line, kind: 'env-file', key, value }] : [];
    });
  }
}

/**
 * The secrets worth a search: 8 characters or more, no placeholder, no word that stands everywhere. Of an address, its
 * password, and the whole where the password alone would not tell.
 */
export function sought(key: string, value: string): SoughtSecret[] {
  const credentials = credentialsOf(value);
  const parts = credentials ? [credentials.password, decoded(credentials.password)] : [value.trim()];
  if (credentials && credentials.user !== credentials.password) parts.push(value.trim());
  if (placeholderKind(value) !== null || isPlace(value)) return [];
  const usable = parts.filter((part) => part.length >= 8 && !isPlainWord(part) && placeholderKind(part) === null);
  return [...new Set(usable)].map((part) => ({ key, value: part }));
}

/** A file's path or an address without a password: it stands in manifests by right, whatever its key is called. */
const isPlace = (value: string) =>
  /^(?:\.{0,2}\/|~\/|[A-Za-z]:\\)[^\s]*$/.test(value) && !looksRandom(value)
    ? true
    : /^[a-z][a-z0-9+.-]*:\/\//i.test(value) && credentialsOf(value) === null && !looksRandom(value);

/** As it may stand in a tracked file: plain, escaped for JSON or an address, or in base64 as a Kubernetes Secret has it. */
function formsOf(value: string): string[] {
  const bytes = Buffer.from(value, 'utf8');
  const base64 = bytes.toString('base64').replace(/=+$/, '');
  const texts = [value, JSON.stringify(value).slice(1, -1), ...percentEncoded(value).slice(0, 2), base64];
  // A value that ends its base64 elsewhere is met too: the last character depends on what follows.
  return [...new Set(texts.map((text) => Buffer.from(text, 'utf8').toString('latin1')))];
}

const kindsOfCharacters = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/];

/** Long or irregular enough that it does not stand somewhere by chance; a sentence is neither. */
function isTelling(value: string): boolean {
  if (looksRandom(value)) return true;
  if (/^[A-Za-z\s.,!?'-]+$/.test(value)) return false;
  return value.length >= 16 || kindsOfCharacters.filter((kind) => kind.test(value)).length > 2;
}

/** `key: value`, `KEY=value`, `"value"`: a word that is set as something, not one of a sentence. */
const isAssigned = (text: string, at: number, length: number) =>
  /[=:]\s*["'`]?$/.test(text.slice(Math.max(0, at - 4), at)) &&
  /^(?:["'`,;\s]|$)/.test(text.slice(at + length, at + length + 1));

/** `sk_live_1234…`, `AKIAIOSFODNN7EXAMPLE`: examples that documentation shows. */
function isDocumented(value: string): boolean {
  const body = value.replace(/^-----BEGIN [A-Z0-9 ]+-----/, '');
  return /EXAMPLE/.test(value) || placeholderKind(value) !== null || !looksRandom(body) || published.has(value);
}

/** Stripe's test-mode key of its own documentation, and others that everybody copies. */
const published = new Set(['AKIAIOSFODNN7EXAMPLE', 'npm_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa']);

const storeAddress =
  /\b(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|amqps?):\/\/[^\s:/@"'`<>{}$]{0,64}:[^\s@"'`<>{}$%]{8,128}@[^\s"'`<>{}$]{1,253}/g;

/** Addresses of stores with a password that is no example: random, and not for this machine. */
function storeAddresses(text: string): ScannedLeak[] {
  if (!/(?:postgres|mysql|mariadb|mongodb|redis|amqp)[a-z+]*:\/\//.test(text)) return [];
  return [...text.matchAll(storeAddress)].slice(0, mostOfFile).flatMap((match): ScannedLeak[] => {
    const credentials = credentialsOf(match[0]);
    if (!credentials || placeholderKind(match[0]) !== null || !looksRandom(credentials.password)) return [];
    if (isNobodys(credentials.host)) return [];
    const value = credentials.password;
    return [{ line: lineAt(text, match.index), kind: 'address-with-password', key: null, value }];
  });
}

/** An env file that an application reads, not the example that a repository should have. */
function isRealEnvFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return (
    /^\.env(?:\.[\w.-]+)?$|\.env$/i.test(name) && !/example|sample|template|dist|default|schema|vault|tpl/i.test(name)
  );
}

/** This machine, and the names that RFC 2606 and RFC 6761 reserve for documentation and tests. */
const isNobodys = (host: string) =>
  /^(?:127\.|\[|0\.0\.0\.0)|(?:^|\.)(?:localhost|test|example|invalid|example\.(?:com|org|net))$/i.test(host);

function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

/** The env's own values come first: what is found in several ways is said once. */
function firstOfEachLine(leaks: readonly ScannedLeak[]): ScannedLeak[] {
  const lines = new Set<number>();
  return leaks.filter(({ line }) => !lines.has(line) && lines.add(line));
}
