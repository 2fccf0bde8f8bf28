import type { MtaStsPolicy, TlsRpt } from '../../../facts/email-extras.ts';

const MAX_ITEMS = 50;
/** "max_age … a plain-text non-negative integer seconds, with a maximum value of 31557600" (RFC 8461 section 3.2). */
const MAX_AGE = 31_557_600;

/** The records that count: "not starting with v=STSv1; are discarded" (RFC 8461 section 3.1, RFC 8460 section 3). */
export const withVersion = (texts: readonly string[], version: 'STSv1' | 'TLSRPTv1'): string[] =>
  texts.filter((text) => new RegExp(`^v=${version}[ \\t]*(?:;|$)`).test(text));

/** What breaks the record at _mta-sts (RFC 8461 section 3.1); null where it is well. */
export function stsRecordProblem(text: string): string | null {
  const id = /;[ \t]*id[ \t]*=[ \t]*([^;]*?)[ \t]*(?:;|$)/.exec(text)?.[1];
  if (id === undefined) return 'it has no id=';
  return /^[a-z0-9]{1,32}$/i.test(id) ? null : 'id= must be 1 to 32 letters and digits';
}

export function parseTlsRpt(text: string): Omit<TlsRpt, 'count'> {
  const value = /;[ \t]*rua[ \t]*=[ \t]*([^;]*?)[ \t]*(?:;|$)/.exec(text)?.[1];
  if (value === undefined) return { rua: [], problem: 'it has no rua=' };
  const rua = value.split(',', MAX_ITEMS).map((uri) => uri.trim().slice(0, 300));
  const bad = rua.find((uri) => !/^(?:mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/i.test(uri));
  return { rua, problem: bad === undefined ? null : `"${bad.slice(0, 60)}" is neither mailto: nor https:` };
}

type Policy = Pick<MtaStsPolicy, 'mode' | 'maxAge' | 'mx' | 'problem'>;

/** The policy file (RFC 8461 section 3.2): lines of key and value; of a repeated key other than mx the first counts. Never throws. */
export function parseStsPolicy(text: string): Policy {
  const pairs = text
    .split(/\r?\n/, 500)
    .map((line) => /^([a-z0-9][\w.-]*):[ \t]*(.*?)[ \t]*$/i.exec(line))
    .flatMap((match) => (match ? [{ key: match[1] ?? '', value: match[2] ?? '' }] : []));
  const first = (key: string) => pairs.find((pair) => pair.key === key)?.value;
  const mode = (['enforce', 'testing', 'none'] as const).find((one) => one === first('mode')) ?? null;
  const age = first('max_age') ?? '';
  const maxAge = /^\d{1,10}$/.test(age) && Number(age) <= MAX_AGE ? Number(age) : null;
  const mx = pairs.filter(({ key }) => key === 'mx').map(({ value }) => value.toLowerCase().slice(0, 260));
  const problem =
    (first('version') !== 'STSv1' && 'it has no line version: STSv1') ||
    (mode === null && 'mode: is neither enforce, testing nor none') ||
    (maxAge === null && `max_age: is no number up to ${MAX_AGE}`) ||
    (mode !== 'none' && mx.length === 0 && 'it has no line mx:') ||
    null;
  return { mode, maxAge, mx: mx.slice(0, MAX_ITEMS), problem };
}

/** "The wildcard … only matches the left-most label" (RFC 8461 section 4.1). */
export function coversMx(pattern: string, host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  if (!pattern.startsWith('*.')) return pattern.replace(/\.$/, '') === name;
  return name.includes('.') && name.slice(name.indexOf('.') + 1) === pattern.slice(2).replace(/\.$/, '');
}
