export class Malformed extends Error {}

/** A name has at most 127 labels (RFC 1035 section 3.1), so whoever honestly compresses needs no more pointers than that. */
const MAX_POINTERS = 127;

/** Fits an IPv6 packet of the smallest path without fragments (DNS flag day 2020). */
const UDP_SIZE = 1232;
const RD = 0x0100;
const AD = 0x0020;

/** One question of class IN (RFC 1035 section 4.1), with an OPT record where EDNS is wanted (RFC 6891 section 6.1.2). */
export function encodeQuery(id: number, name: string, type: number, edns: boolean): Buffer {
  const labels = name.split('.').filter((label) => label !== '');
  const numbers = (...words: number[]) => words.flatMap((word) => [word >> 8, word & 0xff]);
  return Buffer.from([
    ...numbers(id, RD | AD, 1, 0, 0, edns ? 1 : 0),
    ...labels.flatMap((label) => [label.length, ...Buffer.from(label, 'latin1')]),
    0,
    ...numbers(type, 1),
    ...(edns ? [0, ...numbers(41, UDP_SIZE, 0, 0, 0)] : []),
  ]);
}

/** What the codec's parsers read from. Its own goes bit by bit, and takes a hundred times as long. */
export class BitReader {
  /** In bits. */
  offset: number;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer, offset = 0) {
    this.#bytes = bytes;
    this.offset = offset;
  }

  /** Whole bytes from a byte's start (at most four), or bits within one byte: no field of DNS is otherwise. */
  read(bits: number): number {
    const at = this.offset >> 3;
    const from = this.offset & 7;
    const length = Math.ceil((from + bits) / 8);
    if (at + length > this.#bytes.length) throw new Malformed('it ends too early');
    this.offset += bits;
    if (length === 1) return ((this.#bytes[at] ?? 0) >> (8 - from - bits)) & ((1 << bits) - 1);
    if (from !== 0 || bits % 8 !== 0 || length > 4) throw new Malformed('a field that is no field');
    return this.#bytes.readUIntBE(at, length);
  }
}

/** Where a record's data lies, known before the codec reads it. */
export function fixedPart(bytes: Buffer, start: number): { type: number; class: number; length: number; end: number } {
  const at = nameAt(bytes, start).end;
  if (at + 10 > bytes.length) throw new Malformed('a record reaches beyond the end');
  const length = bytes.readUInt16BE(at + 8);
  const end = at + 10 + length;
  if (end > bytes.length) throw new Malformed('a record reaches beyond the end');
  return { type: bytes.readUInt16BE(at), class: bytes.readUInt16BE(at + 2), length, end };
}

/** A name as it stands there: where it ends, and where its pointer leads to, if it ends in one (RFC 1035 section 4.1.4). */
function nameAt(bytes: Buffer, start: number): { end: number; pointer: number | null } {
  for (let at = start; ; ) {
    const length = bytes[at];
    if (length === undefined) throw new Malformed('a name reaches beyond the end');
    if (length === 0) return { end: at + 1, pointer: null };
    if (length >= 0xc0) return { end: at + 2, pointer: ((length & 0x3f) << 8) | (bytes[at + 1] ?? 0) };
    at += length + 1;
  }
}

/**
 * Holds a name against its bounds before the codec follows it: 500 names of 8,000 pointers each take it seconds.
 * @returns the byte after the name as it stands there
 */
export function checkName(bytes: Buffer, start: number): number {
  const { end, pointer } = nameAt(bytes, start);
  let next = pointer;
  for (let pointers = 1; next !== null; pointers += 1) {
    if (pointers > MAX_POINTERS) throw new Malformed('a name of too many pointers');
    next = nameAt(bytes, next).pointer;
  }
  return end;
}
