import type { Member, Unopened } from './containers.ts';

const BLOCK = 512;

/** The files in a tar archive (POSIX ustar and pax, GNU's long names). */
export function* tarMembers(bytes: Buffer): Generator<Member | Unopened> {
  let longName: string | null = null;
  for (let at = 0; at + BLOCK <= bytes.length; ) {
    const header = bytes.subarray(at, at + BLOCK);
    if (header[0] === 0) return; // two empty blocks end the archive
    const size = sizeOf(header);
    const type = String.fromCharCode(header[156] ?? 0);
    const content = bytes.subarray(at + BLOCK, at + BLOCK + size);
    if (Number.isNaN(size) || content.length < size) {
      yield { reason: 'damaged' };
      return;
    }
    if (type === 'L') longName = text(content, 0, content.length);
    else if (type === 'x') longName = /^\d+ path=(.*)$/m.exec(content.toString('utf8'))?.[1] ?? longName;
    else {
      if ((type === '0' || type === '\0' || type === '7') && size > 0)
        yield { name: longName ?? nameOf(header), bytes: content };
      longName = null;
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
}

function nameOf(header: Buffer): string {
  const prefix = header.toString('latin1', 257, 263) === 'ustar\0' ? text(header, 345, 500) : '';
  const name = text(header, 0, 100);
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** Octal digits, or for large files a binary number whose first bit is set. */
function sizeOf(header: Buffer): number {
  if (((header[124] ?? 0) & 0x80) !== 0) return Number(header.readBigUInt64BE(128));
  const digits = text(header, 124, 136).trim();
  return /^[0-7]*$/.test(digits) ? Number.parseInt(digits || '0', 8) : Number.NaN;
}

function text(bytes: Buffer, from: number, to: number): string {
  const end = bytes.indexOf(0, from);
  return bytes.toString('utf8', from, end === -1 || end > to ? to : end);
}
