export class Malformed extends Error {}

/** A name has at most 127 labels (RFC 1035 section 3.1), so whoever honestly compresses needs no more pointers than that. */
const MAX_POINTERS = 127;

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
