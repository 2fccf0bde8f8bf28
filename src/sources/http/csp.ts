/** One policy as a browser reads it, before anything is said of it. */
export interface ParsedPolicy {
  directives: { name: string; values: string[] }[];
  /** Names of directives that stand there again: the later ones do not count. */
  repeated: string[];
}

/** Real policies have some dozens of sources; one beyond this is not read at all. */
const MAX_LENGTH = 32 * 1024;
const MAX_VALUES = 600;
const MAX_POLICIES = 10;

/**
 * The policies of Content-Security-Policy field lines (CSP Level 3 section 2.2.2: a comma parts policies as a further
 * line does). Never throws.
 * @returns null where they are longer than can be judged
 */
export function parseCspFields(lines: readonly string[]): ParsedPolicy[] | null {
  const texts = lines.flatMap((line) => line.split(',')).filter((text) => text.trim() !== '');
  if (texts.length > MAX_POLICIES) return null;
  const policies = texts.map(parsePolicy);
  if (policies.includes(null)) return null;
  return policies.filter((policy) => policy !== null).filter((policy) => policy.directives.length > 0);
}

/** Not supported in a meta element (CSP Level 3 section 3.3). */
const notInMeta = new Set(['report-uri', 'frame-ancestors', 'sandbox']);

/** The policy of a `<meta http-equiv>` in the head; null where it is too long, no directives where it has no effect. */
export function parseMetaPolicy(content: string): ParsedPolicy | null {
  const policy = parsePolicy(content);
  if (!policy) return null;
  return { ...policy, directives: policy.directives.filter(({ name }) => !notInMeta.has(name)) };
}

/** CSP Level 3 section 2.2.1, "parse a serialized CSP". */
function parsePolicy(text: string): ParsedPolicy | null {
  if (text.length > MAX_LENGTH) return null;
  const directives = new Map<string, string[]>();
  const repeated = new Set<string>();
  let count = 0;
  for (const token of text.split(';')) {
    const [name, ...values] = token.split(/[\t\n\f\r ]+/).filter((part) => part !== '');
    if (name === undefined || !isAscii(token)) continue;
    const key = name.toLowerCase();
    count += 1 + values.length;
    if (directives.has(key)) repeated.add(key);
    else directives.set(key, values);
  }
  if (count > MAX_VALUES) return null;
  return { directives: [...directives].map(([name, values]) => ({ name, values })), repeated: [...repeated] };
}

const isAscii = (text: string): boolean => /^[\x00-\x7f]*$/.test(text);

/** The nonces that a policy's directives name, without their quotes. */
export function noncesOf(policies: readonly ParsedPolicy[]): string[] {
  const values = policies.flatMap((policy) => policy.directives.flatMap((directive) => directive.values));
  return [...new Set(values.flatMap((value) => /^'nonce-(.+)'$/i.exec(value)?.[1] ?? []))];
}
