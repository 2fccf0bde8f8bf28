const BLOCK = 512;
/** A table of contents that is kept to be read; the largest real ones have some megabytes. */
const MAX_TOC = 64 * 1024 * 1024;
const MAX_MEMBERS = 1_000_000;

/** Whether a block is a header of a tar file, by its checksum and magic (POSIX.1-2017, pax, "ustar Interchange Format"). */
export function isTarHeader(block: Buffer): boolean {
  if (block.length < BLOCK || block.toString('latin1', 257, 262) !== 'ustar') return false;
  let sum = 0;
  for (let at = 0; at < BLOCK; at += 1) sum += at >= 148 && at < 156 ? 32 : (block[at] ?? 0);
  return sum === numberAt(block, 148, 8);
}

/** Octal digits, or with the first bit set a binary number, its greatest byte first: how sizes above 8 GB are written. */
function numberAt(block: Buffer, at: number, length: number): number {
  const first = block[at] ?? 0;
  if ((first & 0x80) !== 0) {
    let value = first & 0x7f;
    for (let n = 1; n < length; n += 1) value = value * 256 + (block[at + n] ?? 0);
    return value;
  }
  const digits = /^[\s\0]*([0-7]+)/.exec(block.toString('latin1', at, at + length))?.[1];
  return digits === undefined ? -1 : Number.parseInt(digits, 8);
}

export const memberName = (block: Buffer): string => block.toString('utf8', 0, 100).replace(/\0.*$/s, '');

/**
 * Walks a tar file as it streams by: pg_restore itself does not notice when one ends within a member.
 * Keeps toc.dat and the names of the members that are whole.
 */
export class TarWalk {
  readonly members = new Set<string>();
  /** Why it cannot be whole; null as long as nothing is wrong. */
  fault: string | null = null;
  #zeros = 0;
  #block = Buffer.alloc(0);
  #left = 0;
  #padding = 0;
  #name = '';
  readonly #toc: Buffer[] = [];

  feed(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0 && !this.ended && this.fault === null)
      rest = this.#left > 0 ? this.#body(rest) : this.#gap(rest);
  }

  /** The two blocks of zeros that end it were seen. */
  get ended(): boolean {
    return this.#zeros === 2;
  }

  /** Once all was fed. */
  get toc(): Buffer {
    return Buffer.concat(this.#toc);
  }

  #body(chunk: Buffer): Buffer {
    const part = chunk.subarray(0, this.#left);
    if (this.#name === 'toc.dat') this.#toc.push(Buffer.from(part));
    this.#left -= part.length;
    if (this.#left === 0) this.members.add(this.#name);
    return chunk.subarray(part.length);
  }

  #gap(chunk: Buffer): Buffer {
    if (this.#padding > 0) {
      const skipped = Math.min(this.#padding, chunk.length);
      this.#padding -= skipped;
      return chunk.subarray(skipped);
    }
    const part = chunk.subarray(0, BLOCK - this.#block.length);
    this.#block = Buffer.concat([this.#block, part]);
    if (this.#block.length === BLOCK) {
      this.#header(this.#block);
      this.#block = Buffer.alloc(0);
    }
    return chunk.subarray(part.length);
  }

  #header(block: Buffer): void {
    if (block.every((byte) => byte === 0)) {
      this.#zeros += 1;
      return;
    }
    const size = numberAt(block, 124, 12);
    if (!isTarHeader(block) || size < 0 || this.members.size > MAX_MEMBERS)
      this.fault = 'a header of the tar file is damaged';
    this.#name = memberName(block);
    if (this.#name === 'toc.dat' && size > MAX_TOC) this.fault = 'its table of contents is larger than 64 MB';
    this.#left = size;
    this.#padding = (BLOCK - (size % BLOCK)) % BLOCK;
    if (size === 0) this.members.add(this.#name);
  }
}
