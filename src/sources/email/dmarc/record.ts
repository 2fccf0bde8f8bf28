import { DmarcPolicy, type DmarcIgnored, type DmarcRecord } from '../../../facts/email-dmarc.ts';
import { parseUris } from './uri.ts';

const MAX_TAGS = 50;
export const MAX_TEXT = 1000;
/** dmarc-tag of RFC 9989 section 4.8: printing characters and spaces, no semicolon. */
const tagForm = /^([a-z]+)[ \t]*=[ \t]*([\t -:<-~]+)$/i;
/** dmarc-fo: 0 and 1 exclude each other, each value at most once. */
const foForm = /^(?!.*([01ds]).*\1)(?!.*0.*1)(?!.*1.*0)[01ds](?::[01ds])*$/i;
const removedTags = ['pct', 'rf', 'ri'];

/**
 * Whether a TXT record is a DMARC Policy Record: v first, its value exact (RFC 9989 section 4.7). The grammar has the
 * "v" itself in either case.
 */
export const isDmarc = (text: string): boolean => /^[vV][ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)/.test(text);

/** Why a TXT record that is meant as DMARC does not count; null for what is not meant as one, or counts. */
export function ignoredOf(text: string): DmarcIgnored | null {
  if (isDmarc(text)) return null;
  const shown = { text: text.slice(0, MAX_TEXT) };
  if (isDmarc(text.trimStart())) return { ...shown, why: 'leading-space' };
  if (/^\W*v\W*=\W*dmarc/i.test(text)) return { ...shown, why: 'version' };
  if (/;\s*v\s*=\s*dmarc1/i.test(text)) return { ...shown, why: 'not-first' };
  const bare = /(?:^|;)\s*(?:p|sp)\s*=\s*(?:none|quarantine|reject)\b/i.test(text);
  return bare && !/^\s*v\s*=/i.test(text) ? { ...shown, why: 'no-version' } : null;
}

/**
 * Reads a record that isDmarc: "syntax errors in the remainder of the record MUST be discarded in favor of default
 * values (if any) or ignored outright" (RFC 9989 section 4.8). Tag names are case-sensitive (RFC 6376 section 3.2),
 * their values are not. Never throws.
 */
export function parseDmarc(text: string): DmarcRecord {
  const { tags, problems } = tagsOf(text);
  const names = tags.map(({ name }) => name);
  const invalid: string[] = [];
  const pick = <T extends string>(name: string, read: (value: string) => T | null): T | null => {
    const found = tags.find((tag) => tag.name === name);
    const value = found ? read(found.value.toLowerCase()) : null;
    if (found && value === null) invalid.push(name);
    return value;
  };
  const policy = (value: string) => DmarcPolicy.safeParse(value).data ?? null;
  const raw = (name: string) => tags.find((tag) => tag.name === name)?.value;
  const record: Omit<DmarcRecord, 'invalid'> = {
    text: text.slice(0, MAX_TEXT),
    tags: tags.slice(0, MAX_TAGS).map(({ name, value }) => ({ name, value: value.slice(0, 500) })),
    p: pick('p', policy),
    sp: pick('sp', policy),
    np: pick('np', policy),
    testing: pick('t', oneOf('y', 'n')) === 'y',
    psd: pick('psd', oneOf('y', 'n', 'u')) ?? 'u',
    adkim: pick('adkim', oneOf('r', 's')) ?? 'r',
    aspf: pick('aspf', oneOf('r', 's')) ?? 'r',
    rua: parseUris(raw('rua') ?? ''),
    ruf: parseUris(raw('ruf') ?? ''),
    pct: percentOf(raw('pct')),
    removed: removedTags.filter((name) => names.includes(name)),
    duplicates: [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].slice(0, MAX_TAGS),
    problems,
  };
  pick('fo', (value) => (foForm.test(value) ? value : null));
  for (const name of ['rua', 'ruf'] as const) {
    if (names.includes(name) && !record[name].some(({ host }) => host !== null)) invalid.push(name);
  }
  return { ...record, invalid };
}

const oneOf =
  <T extends string>(...values: readonly T[]) =>
  (value: string): T | null =>
    values.find((one) => one === value) ?? null;

function percentOf(value: string | undefined): number | null {
  const percent = /^\d{1,3}$/.test(value ?? '') ? Number(value) : null;
  return percent !== null && percent <= 100 ? percent : null;
}

function tagsOf(text: string): { tags: { name: string; value: string }[]; problems: string[] } {
  const specs = text.split(';').slice(1);
  if (specs.at(-1)?.trim() === '') specs.pop(); // the final dmarc-sep is optional
  const tags: { name: string; value: string }[] = [];
  const problems: string[] = [];
  for (const spec of specs.slice(0, 1000)) {
    const [, name, value] = tagForm.exec(spec.replace(/^[ \t]+|[ \t]+$/g, '')) ?? [];
    if (name !== undefined && value !== undefined) tags.push({ name, value });
    else if (problems.length < 10) problems.push(`"${spec.trim().slice(0, 40)}" is no tag=value`);
  }
  return { tags, problems };
}
