import { crc32 } from 'node:zlib';
import type { Member, Unopened } from './containers.ts';

/** Members of one archive that are looked at: more than any library has. */
const MOST = 20_000;
const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;

/**
 * The members of a zip file, as its central directory lists them (APPNOTE.TXT 4.3.12 and 4.3.16).
 * @param inflate null where a member cannot be unpacked, which the caller has noted
 */
export function* zipMembers(bytes: Buffer, inflate: (packed: Buffer) => Buffer | null): Generator<Member | Unopened> {
  const end = endOfDirectory(bytes);
  if (end === -1) {
    yield { reason: 'damaged' };
    return;
  }
  const count = Math.min(bytes.readUInt16LE(end + 10), MOST);
  let at = bytes.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== DIRECTORY_ENTRY) {
      yield { reason: 'damaged' };
      return;
    }
    const nameLength = bytes.readUInt16LE(at + 28);
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    const encrypted = (bytes.readUInt16LE(at + 8) & 1) !== 0;
    const packed = encrypted ? null : packedBytes(bytes, at);
    if (encrypted) yield { reason: 'encrypted' };
    else if (packed === null) yield { reason: 'damaged' };
    else if (packed.length > 0) {
      const method = bytes.readUInt16LE(at + 10);
      const content = method === 0 ? packed : method === 8 ? inflate(packed) : null;
      const sound = content !== null && crc32(content) === bytes.readUInt32LE(at + 16);
      if (sound) yield { name, bytes: content };
      else if (content || method !== 8) yield { reason: 'damaged' };
    }
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
}

function endOfDirectory(bytes: Buffer): number {
  // A comment of at most 65,535 bytes may follow it.
  const first = Math.max(0, bytes.length - 22 - 65_535);
  for (let at = bytes.length - 22; at >= first; at -= 1) if (bytes.readUInt32LE(at) === END_OF_DIRECTORY) return at;
  return -1;
}

/** The bytes of a member, which its own header leads to; null where they lie outside the file. */
function packedBytes(bytes: Buffer, entry: number): Buffer | null {
  const length = bytes.readUInt32LE(entry + 20);
  const header = bytes.readUInt32LE(entry + 42);
  if (header + 30 > bytes.length) return null;
  const start = header + 30 + bytes.readUInt16LE(header + 26) + bytes.readUInt16LE(header + 28);
  return start + length > bytes.length ? null : bytes.subarray(start, start + length);
}
