import { isIPv4, isIPv6 } from 'node:net';
import { type MacroString, parseMacros, printMacros } from './macro.ts';

export type Qualifier = '+' | '-' | '~' | '?';
/** The mechanisms of RFC 7208 section 5. */
export type Mechanism = 'all' | 'include' | 'a' | 'mx' | 'ptr' | 'ip4' | 'ip6' | 'exists';

export interface Directive {
  kind: 'directive';
  /** As written. */
  text: string;
  qualifier: Qualifier;
  mechanism: Mechanism;
  /** The domain-spec; null where the current domain is meant, and for all, ip4 and ip6. */
  domain: MacroString | null;
  /** The network of ip4 and ip6. */
  network: string | null;
  prefix4: number;
  prefix6: number;
}
export interface Modifier {
  kind: 'modifier';
  text: string;
  name: string;
  value: MacroString;
}
type Term = Directive | Modifier;

export interface SpfRecord {
  terms: readonly Term[];
}
/** What breaks the grammar of section 12: the whole record is then a permerror (section 4.6). */
export interface SpfSyntaxError {
  error: string;
}

/** No TXT record can hold more (RFC 1035 section 3.2.1: RDLENGTH has 16 bits). */
const MAX_LENGTH = 65_535;
/** Of a term in a message. */
const MAX_SHOWN = 100;

/** Whether a TXT record is an SPF record: the version section ended by a space or the end (section 4.5). */
export const isSpf = (text: string): boolean => /^v=spf1(?: |$)/i.test(text);

/** Parses a record that isSpf. Never throws. */
export function parseSpf(text: string): SpfRecord | SpfSyntaxError {
  if (text.length > MAX_LENGTH) return { error: `the record has ${text.length} characters` };
  const terms: Term[] = [];
  for (const word of text.slice('v=spf1'.length).split(' ')) {
    if (word === '') continue;
    const term = parseTerm(word);
    if ('error' in term) return term;
    terms.push(term);
  }
  for (const name of ['redirect', 'exp']) {
    // "These two modifiers MUST NOT appear in a record more than once each" (section 6).
    const count = terms.filter((term) => term.kind === 'modifier' && term.name === name).length;
    if (count > 1) return { error: `${name}= stands ${count} times` };
  }
  return { terms };
}

/** The record as it would be written, one space between terms; it parses to the same terms. */
export function printSpf({ terms }: SpfRecord): string {
  return ['v=spf1', ...terms.map(printTerm)].join(' ');
}

function printTerm(term: Term): string {
  if (term.kind === 'modifier') return `${term.name}=${printMacros(term.value)}`;
  const { qualifier, mechanism, domain, network, prefix4, prefix6 } = term;
  const argument = network ?? (domain && printMacros(domain));
  const lengths = `${prefix4 === 32 ? '' : `/${prefix4}`}${prefix6 === 128 ? '' : `${network === null ? '//' : '/'}${prefix6}`}`;
  return `${qualifier === '+' ? '' : qualifier}${mechanism}${argument === null ? '' : `:${argument}`}${lengths}`;
}

const shown = (word: string): string => (word.length > MAX_SHOWN ? `${word.slice(0, MAX_SHOWN)}…` : word);

function parseTerm(word: string): Term | SpfSyntaxError {
  const [, name, rest] = /^([a-z][a-z0-9_.-]*)=(.*)$/i.exec(word) ?? [];
  if (name !== undefined && rest !== undefined) return parseModifier(word, name.toLowerCase(), rest);
  const [, sign, mechanism, argument] = /^([-+~?]?)([a-z0-9]+)(.*)$/i.exec(word) ?? [];
  const known = mechanism?.toLowerCase();
  if (known === undefined || argument === undefined) {
    return { error: `"${shown(word)}" is neither a mechanism nor a modifier` };
  }
  if (!Object.hasOwn(mechanisms, known)) return { error: `"${shown(word)}": there is no mechanism ${shown(known)}` };
  const parsed = mechanisms[known as Mechanism](argument);
  if (!parsed) return { error: `"${shown(word)}" does not fit the form of ${known}${hint(known, argument)}` };
  const qualifier = (sign || '+') as Qualifier;
  return { kind: 'directive', text: word, qualifier, mechanism: known as Mechanism, ...plain, ...parsed };
}

function parseModifier(text: string, name: string, rest: string): Modifier | SpfSyntaxError {
  const needsDomain = name === 'redirect' || name === 'exp';
  const value = needsDomain ? domainSpec(rest) : parseMacros(rest);
  if (!value) return { error: `"${shown(text)}" does not fit the form of ${needsDomain ? `${name}=` : 'a modifier'}` };
  return { kind: 'modifier', text, name, value };
}

/** The mistakes that are published most, said as what was meant. */
function hint(mechanism: string, argument: string): string {
  const address = argument.slice(1).replace(/\/\d+$/, '');
  if (mechanism !== 'ip4' && isIPv4(address)) return `: an IPv4 address goes with ip4:${address}`;
  if (mechanism !== 'ip6' && isIPv6(address)) return `: an IPv6 address goes with ip6:${address}`;
  return '';
}

type Argument = Partial<Pick<Directive, 'domain' | 'network' | 'prefix4' | 'prefix6'>>;
const plain = { domain: null, network: null, prefix4: 32, prefix6: 128 };

const mechanisms: Readonly<Record<Mechanism, (argument: string) => Argument | null>> = {
  all: (argument) => (argument === '' ? {} : null),
  include: (argument) => withDomain(argument),
  exists: (argument) => withDomain(argument),
  ptr: (argument) => (argument === '' ? {} : withDomain(argument)),
  a: (argument) => withLengths(argument),
  mx: (argument) => withLengths(argument),
  ip4: (argument) => {
    const [, network, length] = /^:([^/]+)(?:\/(0|[1-9]\d?))?$/.exec(argument) ?? [];
    const prefix4 = Number(length ?? 32);
    return network !== undefined && isIPv4(network) && prefix4 <= 32 ? { network, prefix4 } : null;
  },
  ip6: (argument) => {
    const [, network, length] = /^:([^/%]+)(?:\/(0|[1-9]\d{0,2}))?$/.exec(argument) ?? [];
    const prefix6 = Number(length ?? 128);
    return network !== undefined && isIPv6(network) && prefix6 <= 128 ? { network, prefix6 } : null;
  },
};

function withDomain(argument: string): Argument | null {
  const domain = argument.startsWith(':') ? domainSpec(argument.slice(1)) : null;
  return domain && { domain };
}

/** [ ":" domain-spec ] [ dual-cidr-length ]: the lengths are taken off the end first, for a domain-spec may hold "/". */
function withLengths(argument: string): Argument | null {
  const [, before = '', four, six] = /^(.*?)(?:\/(0|[1-9]\d?))?(?:\/\/(0|[1-9]\d{0,2}))?$/.exec(argument) ?? [];
  const lengths = { prefix4: Number(four ?? 32), prefix6: Number(six ?? 128) };
  if (lengths.prefix4 > 32 || lengths.prefix6 > 128) return null;
  if (before === '') return lengths;
  const domain = withDomain(before);
  return domain && { ...domain, ...lengths };
}

/** toplabel of section 12: letters, digits and inner hyphens, not digits alone; the final dot is allowed. */
const topLabel = /\.(?=[^.]*[a-z-])[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.?$/i;

/** domain-spec = macro-string domain-end: it ends with a top label or with an expansion. */
function domainSpec(text: string): MacroString | null {
  const macros = parseMacros(text);
  const last = macros?.at(-1);
  if (!macros || last === undefined) return null;
  return typeof last === 'object' || topLabel.test(last) ? macros : null;
}
