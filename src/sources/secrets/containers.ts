import { gunzipSync, inflateRawSync } from 'node:zlib';
import { tarMembers } from './tar.ts';
import { zipMembers } from './zip.ts';

/** What is packed into one file: its name in it, and its bytes. */
export interface Member {
  name: string;
  bytes: Buffer;
}

/** Unpacked bytes of one file, all levels together. */
const LARGEST = 64 * 1024 * 1024;
const DEPTH = 2;

export type Packing = 'zip' | 'gzip' | 'tar';

/** So many bytes tell what a file is. */
export const HEAD = 512;

/** How a file is packed, by its first bytes (APPNOTE.TXT 4.3.7, RFC 1952 section 2.3, POSIX ustar); null where it is not. */
export function packingOf(head: Buffer): Packing | null {
  if (head[0] === 0x50 && head[1] === 0x4b && ((head[2] === 3 && head[3] === 4) || (head[2] === 5 && head[3] === 6)))
    return 'zip';
  if (head[0] === 0x1f && head[1] === 0x8b && head[2] === 8) return 'gzip';
  return head.length >= 262 && head.toString('latin1', 257, 262) === 'ustar' ? 'tar' : null;
}

/** What stood in the way of looking into a packed file, wholly or in part. */
export interface Unopened {
  reason: 'damaged' | 'too-large' | 'encrypted';
}

/**
 * Walks everything in a packed file: zip (jar), tar and gzip, to the second level and 64 MB in all.
 * @param each is told of every member; true ends the walk
 * @returns what could not be looked into; null where all was
 */
export function unpack(bytes: Buffer, packing: Packing, each: (member: Member) => boolean): Unopened | null {
  const walk = new Walk(each);
  walk.open(bytes, packing, '', 1);
  return walk.unopened;
}

class Walk {
  unopened: Unopened | null = null;
  readonly #each: (member: Member) => boolean;
  #left = LARGEST;
  #ended = false;

  constructor(each: (member: Member) => boolean) {
    this.#each = each;
  }

  open(bytes: Buffer, packing: Packing, path: string, depth: number): void {
    if (packing === 'gzip') {
      const inner = this.#within(() => gunzipSync(bytes, { maxOutputLength: Math.max(1, this.#left) }));
      if (!inner) return;
      this.#left -= inner.length;
      // A .tar.gz is one level, as everybody thinks of it.
      if (packingOf(inner.subarray(0, HEAD)) === 'tar') this.open(inner, 'tar', path, depth);
      else this.#meet({ name: path, bytes: inner }, depth);
      return;
    }
    const members = packing === 'tar' ? tarMembers(bytes) : zipMembers(bytes, (packed) => this.#inflate(packed));
    for (const member of members) {
      if (this.#ended) return;
      if ('reason' in member) this.unopened ??= member;
      else this.#meet({ name: path === '' ? member.name : `${path}!${member.name}`, bytes: member.bytes }, depth);
    }
  }

  #meet(member: Member, depth: number): void {
    const packing = packingOf(member.bytes.subarray(0, HEAD));
    if (packing && depth < DEPTH) this.open(member.bytes, packing, member.name, depth + 1);
    else this.#ended ||= this.#each(member);
  }

  #inflate(packed: Buffer): Buffer | null {
    const bytes = this.#within(() => inflateRawSync(packed, { maxOutputLength: Math.max(1, this.#left) }));
    if (bytes) this.#left -= bytes.length;
    return bytes;
  }

  #within(inflate: () => Buffer): Buffer | null {
    try {
      return inflate();
    } catch (error) {
      const large = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
      this.unopened ??= { reason: large ? 'too-large' : 'damaged' };
      return null;
    }
  }
}
