import type { Header, Packet, Reader, Resource } from 'dns2';
import { BitReader, checkName, encodeQuery, fixedPart, Malformed } from './wire.ts';

/** Record types by number (IANA, "Resource Record (RR) TYPEs"); those that the codec does not read come as hex. */
export const types = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  DS: 43,
  TLSA: 52,
  CAA: 257,
} as const;
export type RecordType = keyof typeof types;

/** One record; every name without its final dot, as sent. */
export type DnsRecord = { name: string } & (
  | { type: 'A' | 'AAAA'; address: string }
  | { type: 'CNAME' | 'NS' | 'PTR'; target: string }
  | { type: 'MX'; priority: number; target: string }
  | { type: 'SRV'; priority: number; weight: number; port: number; target: string }
  | { type: 'TXT'; strings: string[] }
  | { type: 'CAA'; flags: number; tag: string; value: string }
  | { type: 'SOA'; primary: string; serial: number; minimum: number }
  | { type: 'other'; number: number; hex: string }
);

export interface Message {
  id: number;
  /** False for a query, which no server should send. */
  response: boolean;
  truncated: boolean;
  authoritative: boolean;
  recursion: boolean;
  /** A validating resolver's word (RFC 4035 section 3.2.3). */
  ad: boolean;
  rcode: number;
  question: { name: string; type: number } | null;
  answers: DnsRecord[];
  authorities: DnsRecord[];
}

export interface Codec {
  /** A query with recursion and AD wanted (RFC 6840 section 5.7). The name is one that asciiName or an answer gave. */
  encode(id: number, name: string, type: number, edns: boolean): Buffer;
  /** Throws Malformed; never reads beyond the bytes, never loops. */
  decode(bytes: Buffer): Message;
}

export { Malformed };

type Dns2 = typeof Packet;

const IN = 1;
const OPT = 41;
/** More than an honest answer has: what a stranger makes us do has a bound. */
const MAX_RECORDS = 500;
/** name (1), type, class, TTL and length: RFC 1035 section 4.1.3. */
const SHORTEST_RECORD = 11;

/** dns2's codec, loaded at the first query, behind bounds of our own: it drops what it cannot read without a word. */
export async function loadCodec(): Promise<Codec> {
  const { Packet: dns2 } = (await import('dns2')).default;
  return { encode: encodeQuery, decode: (bytes) => decode(dns2, bytes) };
}

function decode(dns2: Dns2, bytes: Buffer): Message {
  if (bytes.length < 12) throw new Malformed('shorter than a header');
  const reader = new BitReader(bytes);
  const header = dns2.Header.parse(reader);
  const { qdcount, ancount, nscount, arcount } = header;
  if (qdcount > 1) throw new Malformed('more than one question'); // RFC 9619
  const records = ancount + nscount + arcount;
  if (records > MAX_RECORDS) throw new Malformed(`${records} records are too many`);
  if (records * SHORTEST_RECORD > bytes.length) throw new Malformed('fewer records than it announces');
  try {
    if (qdcount === 1) checkName(bytes, reader.offset / 8);
    const question = qdcount === 1 ? dns2.Question.parse(reader) : null;
    const answers = section(dns2, bytes, reader, ancount);
    const authorities = section(dns2, bytes, reader, nscount);
    const extended = extendedRcode(bytes, reader.offset / 8, arcount);
    return {
      id: header.id,
      response: header.qr === 1,
      truncated: header.tc === 1,
      authoritative: header.aa === 1,
      recursion: header.ra === 1,
      ad: 'ad' in header && header.ad === 1,
      rcode: (extended << 4) | header.rcode,
      question: question && { name: question.name, type: question.type },
      answers,
      authorities,
    };
  } catch (error) {
    // A truncated answer may be cut anywhere (RFC 2181 section 9): what counts of it is that bit.
    if (header.tc === 1 && header.qr === 1) return cut(dns2, bytes, header);
    throw error instanceof Malformed ? error : new Malformed(error instanceof Error ? error.message : 'unreadable');
  }
}

function cut(dns2: Dns2, bytes: Buffer, header: Header): Message {
  const reader = new BitReader(bytes, 96);
  let question: Message['question'] = null;
  try {
    checkName(bytes, reader.offset / 8);
    question = dns2.Question.parse(reader);
  } catch {
    // not even the question is whole
  }
  const flags = { response: true, truncated: true, authoritative: false, recursion: false, ad: false };
  return { id: header.id, ...flags, rcode: header.rcode, question, answers: [], authorities: [] };
}

function section(dns2: Dns2, bytes: Buffer, reader: Reader, count: number): DnsRecord[] {
  return Array.from({ length: count }, () => record(dns2, bytes, reader)).filter((one) => one !== null);
}

/** @returns null for a record of another class than IN */
function record(dns2: Dns2, bytes: Buffer, reader: Reader): DnsRecord | null {
  const at = fixedPart(bytes, reader.offset / 8);
  checkLength(at.type, at.length);
  checkNames(bytes, reader.offset / 8, at.type, at.end - at.length);
  const parsed: Resource = dns2.Resource.parse(reader);
  // What the codec read must be what the record holds: a name or string in it may not reach into the next one.
  if (reader.offset !== at.end * 8) throw new Malformed(`a record of type ${at.type} does not fill its length`);
  return at.class === IN ? plain(parsed, at.type, bytes.subarray(at.end - at.length, at.end)) : null;
}

const RRSIG = 46;
/** Where names lie in the data of records that the codec reads: RFC 1035 section 3.3, RFC 2782, RFC 4034 section 3.1. */
const names: Partial<Record<number, { offset: number; count: number }>> = {
  [types.CNAME]: { offset: 0, count: 1 },
  [types.NS]: { offset: 0, count: 1 },
  [types.PTR]: { offset: 0, count: 1 },
  [types.MX]: { offset: 2, count: 1 },
  [types.SRV]: { offset: 6, count: 1 },
  [types.SOA]: { offset: 0, count: 2 },
  [RRSIG]: { offset: 18, count: 1 },
};

function checkNames(bytes: Buffer, owner: number, type: number, data: number): void {
  checkName(bytes, owner);
  const { offset, count } = names[type] ?? { offset: 0, count: 0 };
  for (let at = data + offset, left = count; left > 0; left -= 1) at = checkName(bytes, at);
}

function checkLength(type: number, length: number): void {
  const wrong =
    (type === types.A && length !== 4) ||
    (type === types.AAAA && length !== 16) ||
    (type === types.CAA && length < 3) ||
    (type === types.TXT && length === 0) ||
    type === OPT; // belongs in the additional section only (RFC 6891 section 6.1.1)
  if (wrong) throw new Malformed(`a record of type ${type} with ${length} bytes`);
}

/** The upper eight bits of the rcode, from the OPT record (RFC 6891 section 6.1.3). The codec stumbles over its options. */
function extendedRcode(bytes: Buffer, start: number, count: number): number {
  for (let at = start, left = count; left > 0; left -= 1) {
    const { type, end, length } = fixedPart(bytes, at);
    if (type === OPT) return bytes[end - length - 6] ?? 0;
    at = end;
  }
  return 0;
}

function plain(from: Resource, type: number, data: Buffer): DnsRecord {
  const { name, priority = 0, address = '', target = '' } = from;
  switch (type) {
    case types.A:
      return { name, type: 'A', address };
    case types.AAAA:
      return { name, type: 'AAAA', address };
    case types.CNAME:
      return { name, type: 'CNAME', target: from.domain ?? '' };
    case types.PTR:
      return { name, type: 'PTR', target: from.domain ?? '' };
    case types.NS:
      return { name, type: 'NS', target: from.ns ?? '' };
    case types.MX:
      return { name, type: 'MX', priority, target: from.exchange ?? '' };
    case types.SRV:
      return { name, type: 'SRV', priority, weight: from.weight ?? 0, port: from.port ?? 0, target };
    case types.TXT:
      return { name, type: 'TXT', strings: Array.isArray(from.data) ? from.data : [from.data ?? ''] };
    case types.CAA:
      return { name, type: 'CAA', flags: from.flags ?? 0, tag: from.tag ?? '', value: from.value ?? '' };
    case types.SOA:
      return { name, type: 'SOA', primary: from.primary ?? '', serial: from.serial ?? 0, minimum: from.minimum ?? 0 };
    default:
      return { name, type: 'other', number: type, hex: data.toString('hex') };
  }
}
