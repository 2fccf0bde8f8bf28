import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import type { FactName, Facts, Known } from '../../src/facts/index.ts';
import { type LookOptions, storeFor } from '../support/gathering.ts';

/** Looks as an audit would; what it remembers goes to a folder of the test's own. */
export async function look<N extends FactName>(
  name: N,
  options: LookOptions,
  cache?: string,
): Promise<Known<Facts[N]>> {
  const folder = cache ?? mkdtempSync(join(tmpdir(), 'svcheck-cache-'));
  const before = process.env['XDG_CACHE_HOME'];
  process.env['XDG_CACHE_HOME'] = folder;
  const store = storeFor(options);
  try {
    return await store.get(name);
  } finally {
    await store.close();
    if (before === undefined) delete process.env['XDG_CACHE_HOME'];
    else process.env['XDG_CACHE_HOME'] = before;
    if (cache === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

export async function historyOf(
  base: string,
  options: LookOptions = {},
  cache?: string,
): Promise<Facts['secrets.history']> {
  const fact = await look('secrets.history', { base, ...options }, cache);
  if (fact.state !== 'known') throw new Error(`not known: ${fact.because}`);
  return fact.value;
}

/** What a test cares for of each finding: file, line, kind, key. */
export const seen = (history: Facts['secrets.history']): [string | null, number, string, string | null][] =>
  history.findings.map(({ file, line, kind, key }) => [file, line, kind, key]);

export interface Packed {
  name: string;
  bytes: Buffer;
  /** As it is, not deflated. */
  stored?: boolean;
}

/** A zip file: each member with its header, then the directory (APPNOTE.TXT). */
export function zipOf(members: readonly Packed[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, bytes, stored = false } of members) {
    const packed = stored ? bytes : deflateRawSync(bytes);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(stored ? 0 : 8, 4);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name)]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, rest, Buffer.from(name)]));
    parts.push(local, packed);
    at += local.length + packed.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, listed, end]);
}

/** A ustar archive. */
export function tarOf(members: readonly Packed[]): Buffer {
  const blocks = members.flatMap(({ name, bytes }) => {
    const header = Buffer.alloc(512);
    header.write(name, 0, 100);
    header.write('0000644\0', 100);
    header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('ustar\x0000', 257);
    header.write('0', 156);
    return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}
