import { domainToASCII } from 'node:url';
import type { DnsRecord, Message, RecordType } from './codec.ts';
import type { DnsServer } from './servers.ts';

/** Five failures that mean five different things; only nxdomain and nodata are the zone's own word. */
export type DnsOutcome = 'ok' | 'nxdomain' | 'nodata' | 'servfail' | 'refused' | 'timeout';

export interface DnsResult {
  outcome: DnsOutcome;
  /** The records of the type asked for, at the end of the aliases. */
  answers: DnsRecord[];
  /** The names that CNAME records led to, in order. */
  aliases: string[];
  /** A validating resolver vouches for every step. */
  ad: boolean;
  /** The last server's; null where none answered. */
  rcode: number | null;
  server: string | null;
  tcp: boolean;
  /** For a person, why there is no answer; empty when ok. */
  because: string;
}

/** What came of asking one server: an answer to the question, or what was met instead. */
export type Got = { message: Message; tcp: boolean } | { said: string; tcp: boolean };

const MAX_ALIASES = 16;
/** RFC 1035 section 4.1.1, RFC 2136 section 2.2. */
const rcodes = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED', 'YXDOMAIN', 'YXRRSET', 'NXRRSET'];
const byRcode: Partial<Record<number, DnsOutcome>> = { 0: 'nodata', 3: 'nxdomain', 5: 'refused' };

/** The name as DNS has it: A-labels (RFC 5890), lower case, no final dot; null for one that it cannot hold. */
export function asciiName(name: string): string | null {
  const bare = name.replace(/\.$/, '');
  // Spaces too: "any binary string whatever can be used as the label" (RFC 2181 section 11), and SPF macros make such names.
  const ascii = /^[ -~]*$/.test(bare) ? bare.toLowerCase() : domainToASCII(bare);
  const labels = ascii.split('.');
  const holds = ascii.length <= 253 && labels.every((label) => label.length > 0 && label.length <= 63);
  return holds ? ascii : null;
}

export function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase(); // RFC 4343
}

export function isAnswer(outcome: DnsOutcome): boolean {
  return outcome === 'ok' || outcome === 'nxdomain' || outcome === 'nodata';
}

export function nothing(outcome: DnsOutcome): DnsResult {
  return { outcome, answers: [], aliases: [], ad: false, rcode: null, server: null, tcp: false, because: '' };
}

/**
 * One server's answer before aliases are followed: `nodata` until records of the type are found in it.
 * @param asked what a person reads in `because`: `example.com AAAA`
 */
export function judged(got: Got, server: DnsServer, asked: string): DnsResult & { message?: Message } {
  const from = { server: server.label, tcp: got.tcp };
  if ('said' in got) return { ...nothing('timeout'), ...from, because: `${asked} at ${server.label}: ${got.said}` };
  const { message } = got;
  const { rcode } = message;
  const trouble = message.truncated ? 'an answer that is cut by TCP too' : lame(message);
  const outcome = trouble ? 'servfail' : (byRcode[rcode] ?? 'servfail');
  const word = trouble ?? (rcode === 0 ? 'no such record' : (rcodes[rcode] ?? `rcode ${rcode}`));
  const because = `${asked} at ${server.label}: ${word}`;
  return { ...nothing(outcome), ...from, rcode, ad: message.ad, because, ...(isAnswer(outcome) ? { message } : {}) };
}

/** An answer that only points to other servers: this one neither resolves nor is responsible (RFC 1912 section 2.8). */
function lame({ rcode, authoritative, answers, authorities }: Message): string | null {
  const refers = authorities.some((one) => one.type === 'NS') && !authorities.some((one) => one.type === 'SOA');
  const empty = rcode === 0 && !authoritative && answers.length === 0;
  return empty && refers ? 'it refers to other servers' : null;
}

/**
 * Follows the aliases that are in the answer and adds them to the list.
 * @returns the last name; null where they loop or are more than 16 in all
 */
export function walk(message: Message, from: string, type: RecordType, aliases: string[]): string | null {
  let at = from;
  while (type !== 'CNAME') {
    const alias = message.answers.find((one) => one.type === 'CNAME' && same(one.name, at));
    if (alias?.type !== 'CNAME') break;
    const { target } = alias;
    const loop = same(target, from) || aliases.some((one) => same(one, target));
    if (loop || aliases.length >= MAX_ALIASES) return null;
    aliases.push(target.toLowerCase());
    at = target;
  }
  return at;
}
