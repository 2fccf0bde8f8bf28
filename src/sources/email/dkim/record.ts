import type { DkimRecord } from '../../../facts/email-dkim.ts';
import { keyOf } from './key.ts';
import { parseTagList, shown, trimmed } from './tags.ts';

type ParsedKey = { record: DkimRecord; problem: null } | { record: null; problem: string };

const MAX_ITEMS = 20;

/** Whether a TXT record is meant as a key: a wildcard may answer with another protocol's record. */
export const isMeantAsKey = (text: string): boolean =>
  !/^\s*v\s*=\s*(?:spf1|dmarc1|stsv1|tlsrptv1|bimi1)\b/i.test(text) &&
  /(?:^\W*v\s*=\s*dkim|(?:^|;)\s*p\s*=)/i.test(text);

/** Reads a key record (RFC 6376 section 3.6.1). Never throws. */
export function parseDkimKey(text: string): ParsedKey {
  const list = parseTagList(text);
  if ('error' in list) return problem(list.error);
  const { tags, first } = list;
  const version = tags.get('v');
  // "If specified, this tag MUST be set to DKIM1 … MUST be the first tag in the record."
  if (version !== undefined && version !== 'DKIM1') return problem(`v= must be DKIM1, not "${shown(version)}"`);
  if (version !== undefined && first !== 'v') return problem('v= is not the first tag');
  const keyType = tags.get('k') ?? 'rsa';
  // "Unrecognized key types MUST be ignored": nobody verifies with such a record.
  if (keyType !== 'rsa' && keyType !== 'ed25519') return problem(`k=${shown(keyType)} is no key type that is in use`);
  const value = tags.get('p');
  if (value === undefined) return problem('it has no p=');
  const key = value === '' ? null : keyOf(keyType, value);
  if (key && 'error' in key) return problem(key.error);
  const record: DkimRecord = {
    keyType,
    hashes: listOf(tags.get('h')),
    services: listOf(tags.get('s')),
    flags: listOf(tags.get('t')) ?? [],
    granularity: tags.get('g')?.slice(0, 100) ?? null,
    key,
  };
  return { record, problem: null };
}

const problem = (text: string): ParsedKey => ({ record: null, problem: text });

/** A list with colons between, which may have white space around them. */
function listOf(value: string | undefined): string[] | null {
  if (value === undefined) return null;
  return value.split(':', MAX_ITEMS).map((item) => trimmed(item).slice(0, 100));
}
