import { asciiName } from '../../dns/answer.ts';
import { parseAddress } from './address.ts';
import type { Directive, Modifier, Qualifier, SpfRecord } from './grammar.ts';
import { fitName, parseMacros } from './macro.ts';
import { matchers } from './mechanisms.ts';
import { malformedName, selectRecord, textsOf } from './record.ts';
import { Session, SpfError, type SpfLookup } from './session.ts';

export type SpfResultWord = 'none' | 'neutral' | 'pass' | 'fail' | 'softfail' | 'temperror' | 'permerror';

export interface SpfQuestion {
  /** IPv4 or IPv6. */
  ip: string;
  /** The MAIL FROM domain, or the HELO identity. */
  domain: string;
  /** The MAIL FROM or HELO identity; without a local part it counts as postmaster's (section 4.3). */
  sender: string;
  /** For the h macro; the sender's domain where it is not known. */
  helo?: string;
  lookup: SpfLookup;
  /** For the t macro of an explanation. */
  now?: Date;
  /** For the r macro: the receiving host's name. */
  receiver?: string;
}

export interface SpfResult {
  result: SpfResultWord;
  /** The term that matched, as written; null where none did. */
  mechanism: string | null;
  /** For a person. */
  because: string;
  /** Terms that looked something up, and those that met a void answer (section 4.6.4). */
  lookups: number;
  voids: number;
  /** Of a fail, where the record has one (section 6.2). */
  explanation?: string;
}

const byQualifier: Readonly<Record<Qualifier, SpfResultWord>> = {
  '+': 'pass',
  '-': 'fail',
  '~': 'softfail',
  '?': 'neutral',
};

interface Evaluated {
  result: SpfResultWord;
  mechanism: string | null;
  because: string;
  /** The exp modifier of the record that decided, and that record's domain. */
  exp?: { modifier: Modifier; domain: string };
}

/**
 * check_host() of RFC 7208 section 4. Never rejects for what the records say; throws RangeError where ip is no address.
 */
export async function checkHost(question: SpfQuestion): Promise<SpfResult> {
  const { ip, sender, helo, lookup, now = new Date(0), receiver = 'unknown' } = question;
  const address = parseAddress(ip);
  if (!address) throw new RangeError(`${ip} is no IP address`);
  const domain = plainName(question.domain);
  const at = sender.lastIndexOf('@');
  const local = sender.slice(0, Math.max(0, at)) || 'postmaster';
  const of = sender.slice(at + 1) || domain;
  const client = {
    address,
    sender: { text: `${local}@${of}`, local, domain: of },
    helo: helo ?? of,
    receiver,
    now,
  };
  const session = new Session(client, lookup);
  const said = await evaluate(session, domain).catch((error: unknown): Evaluated => {
    if (error instanceof SpfError) return { result: error.result, mechanism: null, because: error.message };
    throw error;
  });
  const { result, mechanism, because, exp } = said;
  const explanation = result === 'fail' && exp ? await explain(session, exp.modifier, exp.domain) : null;
  const { lookups, voids } = session;
  return { result, mechanism, because, lookups, voids, ...(explanation === null ? {} : { explanation }) };
}

/** A-labels, for "internationalized domain names MUST be encoded as A-labels" (section 4.3); as it is where it has none. */
const plainName = (name: string): string => asciiName(name) ?? name.replace(/\.$/, '');

async function evaluate(session: Session, domain: string): Promise<Evaluated> {
  const malformed = malformedName(domain);
  if (malformed !== null) return { result: 'none', mechanism: null, because: malformed };
  const selected = selectRecord(domain, await session.ask(domain, 'TXT'));
  const { result } = selected;
  if (result !== 'record') return { result, mechanism: null, because: selected.because };
  const { record } = selected;
  for (const term of record.terms) {
    if (term.kind === 'directive' && (await matches(session, term, domain))) return matched(record, term, domain);
  }
  const redirect = modifierOf(record, 'redirect');
  if (redirect) return redirected(session, redirect, domain);
  return { result: 'neutral', mechanism: null, because: `no term of ${domain} matches, and it does not end in all` };
}

function matched(record: SpfRecord, term: Directive, domain: string): Evaluated {
  const result = byQualifier[term.qualifier];
  const exp = modifierOf(record, 'exp');
  const because = `${term.text} of ${domain} matches`;
  return { result, mechanism: term.text, because, ...(exp ? { exp: { modifier: exp, domain } } : {}) };
}

async function matches(session: Session, term: Directive, domain: string): Promise<boolean> {
  if (term.mechanism !== 'include') return matchers[term.mechanism](session, term, domain);
  session.count(term.text);
  const target = await session.target(term.domain, domain, term.text);
  const { result, because } = await evaluate(session, target);
  // The table of section 5.2.
  if (result === 'temperror') throw new SpfError('temperror', `${term.text}: ${because}`);
  if (result === 'permerror' || result === 'none') throw new SpfError('permerror', `${term.text}: ${because}`);
  return result === 'pass';
}

/** The result is the target's, save that there must be a record (section 6.1); its own exp counts (section 6.2). */
async function redirected(session: Session, redirect: Modifier, domain: string): Promise<Evaluated> {
  session.count(redirect.text);
  const said = await evaluate(session, await session.target(redirect.value, domain, redirect.text));
  if (said.result !== 'none') return said;
  throw new SpfError('permerror', `${redirect.text}: ${said.because}`);
}

const modifierOf = ({ terms }: SpfRecord, name: string): Modifier | undefined =>
  terms.find((term): term is Modifier => term.kind === 'modifier' && term.name === name);

/** Any trouble leaves no explanation, and none of it counts against the limits (sections 6.2 and 4.6.4). */
async function explain(session: Session, { value }: Modifier, domain: string): Promise<string | null> {
  const name = fitName(await session.expand(value, domain));
  if (malformedName(name) !== null) return null;
  const [text, second] = textsOf(await session.ask(name, 'TXT'));
  const macros = text === undefined || second !== undefined ? null : parseMacros(text, true);
  return macros && session.expand(macros, domain);
}
