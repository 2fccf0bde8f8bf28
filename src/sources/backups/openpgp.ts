/** What an OpenPGP message is, by its packets (RFC 9580, sections 4.2 and 5; RFC 4880 before it). */
export type OpenPgp = 'encrypted' | 'open' | 'signature';

const PKESK = 1;
const SIGNATURE = 2;
const SKESK = 3;
const ONE_PASS = 4;
const COMPRESSED = 8;
/** SED, SEIPD, and the AEAD packet of GnuPG 2.3 and later. */
const ENCRYPTED = new Set([9, 18, 20]);
const LITERAL = 11;
/** Marker and padding stand for nothing. */
const IDLE = new Set([10, 21]);

/**
 * Pure. `encrypted` only where session keys lead up to encrypted data: a message that is merely signed, compressed or stored can be
 * read by anyone. Null where it is no OpenPGP message at all. `whole`: the head is all there is.
 */
export function openPgpOf(head: Buffer, whole: boolean): OpenPgp | null {
  const bytes = unarmored(head);
  if (bytes === 'signature') return 'signature';
  let at = 0;
  let keys = 0;
  let signatures = 0;
  for (let packets = 0; packets < 1000 && at < bytes.length; packets += 1) {
    const packet = packetAt(bytes, at);
    if (!packet) return null;
    const { tag, body, end } = packet;
    if (ENCRYPTED.has(tag)) return keys > 0 && startsWell(tag, bytes[body]) ? 'encrypted' : null;
    if (keys > 0 && !IDLE.has(tag) && tag !== PKESK && tag !== SKESK) return null;
    if (tag === COMPRESSED) return (bytes[body] ?? 99) <= 3 ? 'open' : null;
    if (tag === ONE_PASS) return bytes[body] === 3 || bytes[body] === 6 ? 'open' : null;
    if (tag === LITERAL) return [0x62, 0x74, 0x75].includes(bytes[body] ?? 0) ? 'open' : null;
    if (tag === PKESK || tag === SKESK) {
      if (!versions[tag]?.includes(bytes[body] ?? 0)) return null;
      keys += 1;
    } else if (tag === SIGNATURE) {
      if (![3, 4, 6].includes(bytes[body] ?? 0)) return null;
      signatures += 1;
    } else if (!IDLE.has(tag)) return null;
    if (end === null) return null;
    at = end;
  }
  return signatures > 0 && keys === 0 && whole && at === bytes.length ? 'signature' : null;
}

const versions: Readonly<Record<number, readonly number[]>> = { [PKESK]: [2, 3, 6], [SKESK]: [4, 5, 6] };

/** SEIPD is of version 1 or 2, the AEAD packet of 1; SED has no version. */
const startsWell = (tag: number, version: number | undefined) =>
  tag === 9 || version === 1 || (tag === 18 && version === 2);

interface Packet {
  tag: number;
  /** Where its body begins and the next packet; null where it has no end of its own. */
  body: number;
  end: number | null;
}

function packetAt(bytes: Buffer, at: number): Packet | null {
  const first = bytes[at] ?? 0;
  if ((first & 0x80) === 0) return null;
  if ((first & 0x40) === 0) {
    const tag = (first >> 2) & 0x0f;
    const size = [1, 2, 4, 0][first & 3] ?? 0;
    if (size === 0) return { tag, body: at + 1, end: null };
    if (at + 1 + size > bytes.length) return null;
    const body = at + 1 + size;
    return { tag, body, end: body + bytes.readUIntBE(at + 1, size) };
  }
  const tag = first & 0x3f;
  const one = bytes[at + 1];
  if (one === undefined || tag === 0) return null;
  if (one < 192) return { tag, body: at + 2, end: at + 2 + one };
  if (one < 224) return { tag, body: at + 3, end: at + 3 + ((one - 192) << 8) + (bytes[at + 2] ?? 0) + 192 };
  if (one < 255) return { tag, body: at + 2, end: null };
  if (at + 6 > bytes.length) return null;
  return { tag, body: at + 6, end: at + 6 + bytes.readUInt32BE(at + 2) };
}

/** The bytes inside the armor (RFC 9580, section 6.2), as far as the head goes; the same bytes where there is none. */
function unarmored(head: Buffer): Buffer | 'signature' {
  const text = head.subarray(0, 64).toString('latin1');
  if (text.startsWith('-----BEGIN PGP SIGNATURE-----')) return 'signature';
  if (!text.startsWith('-----BEGIN PGP MESSAGE')) return head;
  const lines = head.toString('latin1').split(/\r?\n/);
  const blank = lines.findIndex((line, index) => index > 0 && line.trim() === '');
  if (blank < 0) return head;
  const rest = lines.slice(blank + 1);
  const end = rest.findIndex((line) => /^[=-]/.test(line));
  const body = (end < 0 ? rest : rest.slice(0, end)).join('');
  return Buffer.from(body, 'base64');
}
