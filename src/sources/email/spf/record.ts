import type { DnsResult } from '../../dns/client.ts';
import { isSpf, parseSpf, type SpfRecord } from './grammar.ts';

/** What asking for a name came to, without the answers: the outcomes that are no answer. */
export type DnsFailure = 'servfail' | 'refused' | 'timeout';

/** How a domain's SPF record is had, by the words of RFC 7208 section 2.6. */
export type Selected =
  | { result: 'record'; text: string; record: SpfRecord; bytes: number }
  /** `empty`: no TXT record at all, which counts as a void lookup (section 4.6.4). */
  | { result: 'none'; because: string; empty: boolean; bytes: number }
  | { result: 'permerror'; fault: 'multiple' | 'syntax'; because: string; text: string; bytes: number }
  | { result: 'temperror'; because: string; outcome: DnsFailure };

/** TXT strings of one record join without spaces (RFC 7208 section 3.3). */
export const textsOf = ({ answers }: DnsResult): string[] =>
  answers.flatMap((answer) => (answer.type === 'TXT' ? [answer.strings.join('')] : []));

/** Why a name is none that could have a record (section 4.3); null where it is one. */
export function malformedName(name: string): string | null {
  const labels = name.split('.');
  if (name.length > 253) return `${name.slice(0, 60)}… is longer than a name may be`;
  if (labels.some((label) => label.length === 0 || label.length > 63)) {
    return `${name.slice(0, 100)} has a label of none or more than 63 characters`;
  }
  return labels.length < 2 ? `${name} is no fully qualified domain name` : null;
}

/** Whether a query can hold the name; a single label can be asked for too (a macro may stand for one). */
export const askable = (name: string): boolean => malformedName(name.includes('.') ? name : `${name}.test`) === null;

/** Selects and parses the record of a domain from its TXT answer (sections 4.4 to 4.6). */
export function selectRecord(domain: string, answer: DnsResult): Selected {
  const { outcome } = answer;
  if (outcome === 'nxdomain') {
    return { result: 'none', because: `${domain} does not exist (NXDOMAIN)`, empty: true, bytes: 0 };
  }
  if (outcome !== 'ok' && outcome !== 'nodata') {
    return { result: 'temperror', because: answer.because || `${domain} TXT: ${outcome}`, outcome };
  }
  const texts = textsOf(answer);
  const bytes = sizeOf(domain, answer);
  const records = texts.filter(isSpf);
  const [text, second] = records;
  if (text === undefined) {
    const because = `${domain} has no SPF record${nearMiss(texts)}`;
    return { result: 'none', because, empty: texts.length === 0, bytes };
  }
  if (second !== undefined) {
    const because = `${domain} has ${records.length} SPF records, of which one is allowed`;
    return { result: 'permerror', fault: 'multiple', because, text, bytes };
  }
  const record = parseSpf(text);
  if ('error' in record) {
    return { result: 'permerror', fault: 'syntax', because: `${domain}: ${record.error}`, text, bytes };
  }
  return { result: 'record', text, record, bytes };
}

/**
 * The octets of the whole answer, for the advice of section 3.4: all TXT records of the name count. Header and question,
 * then of each record a compressed name, ten octets and its strings, each with its length (RFC 1035 section 4.1).
 */
function sizeOf(domain: string, { answers, aliases }: DnsResult): number {
  const named = aliases.reduce((sum, alias) => sum + 12 + alias.length + 2, 0);
  const strings = answers.flatMap((answer) => (answer.type === 'TXT' ? answer.strings : []));
  const data = strings.reduce((sum, text) => sum + 1 + Buffer.byteLength(text), 0);
  return 12 + domain.length + 2 + 4 + named + answers.length * 12 + data;
}

/** A record that was meant to be one but does not count helps whoever looks for it. */
function nearMiss(texts: readonly string[]): string {
  const close = texts.find((text) => /^\s*["']?v\s*=\s*spf/i.test(text));
  return close === undefined ? '' : `: "${close.slice(0, 60)}" does not begin with "v=spf1 "`;
}
