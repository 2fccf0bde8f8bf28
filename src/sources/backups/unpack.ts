import { pipeline, Readable, type Writable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type Child, startChild } from './child.ts';

/** Bytes that can be looked at before they are taken: `head` does not use them up. */
export class Bytes implements AsyncIterable<Buffer> {
  readonly #source: AsyncIterator<Buffer>;
  #kept: Buffer[] = [];
  #keptBytes = 0;
  /** Whether the source has ended. */
  ended = false;

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The first `size` bytes, fewer where there are no more. Rejects as the source does. */
  async head(size: number): Promise<Buffer> {
    while (this.#keptBytes < size && !this.ended) {
      const next = await this.#source.next();
      if (next.done) this.ended = true;
      else this.#keep(next.value);
    }
    const all = Buffer.concat(this.#kept);
    this.#kept = [all];
    return all.subarray(0, size);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void> {
    try {
      yield* this.#kept.splice(0).filter((part) => part.length > 0);
      while (!this.ended) {
        const next = await this.#source.next();
        if (next.done) this.ended = true;
        else yield next.value;
      }
    } finally {
      await this.#source.return?.();
    }
  }

  #keep(part: Buffer): void {
    this.#kept.push(part);
    this.#keptBytes += part.length;
  }
}

/** A decompression under way: `fault` tells, once all was taken, what was wrong with the compressed bytes. */
export interface Unpacked {
  bytes: Bytes;
  fault(): Promise<string | null>;
}

/** Unpacks gzip here and zstd by its program, which Node 20 cannot; rejects never, the fault tells. */
export function unpack(packed: Bytes, compression: 'gzip' | 'zstd', signal: AbortSignal): Unpacked {
  return compression === 'gzip' ? gunzip(packed) : unzstd(packed, signal);
}

function gunzip(packed: Bytes): Unpacked {
  let fault: string | null = null;
  const plain = createGunzip();
  pipeline(Readable.from(packed, { objectMode: false }), plain, () => {}); // its error comes by the bytes
  async function* bytes(): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of plain) yield chunk as Buffer;
    } catch (error) {
      if (!(error instanceof Error && isZlib(error))) throw error;
      fault = `gzip: ${error.message}`;
    }
  }
  return { bytes: new Bytes(bytes()), fault: () => Promise.resolve(fault) };
}

const isZlib = (error: Error) => 'errno' in error && 'code' in error && String(error.code).startsWith('Z_');

function unzstd(packed: Bytes, signal: AbortSignal): Unpacked {
  const child = startChild(['zstd', '-dcq', '--no-progress'], { env: 'bare', stdin: 'pipe', stdout: 'pipe', signal });
  const fed = feed(packed, child);
  fed.catch(() => {}); // where nobody asks for the fault, the bytes were let go of
  const fault = async () => {
    const { code, missing, said } = await child.ended;
    await fed;
    if (missing) throw new ZstdMissing();
    return code === 0 ? null : `zstd: ${said || 'ended early'}`;
  };
  return { bytes: new Bytes(outputOf(child)), fault };
}

/** Debian and Homebrew both call the package zstd. */
export class ZstdMissing extends Error {}

/** All of the bytes into a program's input. Where it takes no more, the rest is taken off the source all the same. */
export async function feed(
  bytes: AsyncIterable<Buffer>,
  { stdin }: Child,
  each?: (chunk: Buffer) => void,
): Promise<void> {
  for await (const chunk of bytes) {
    each?.(chunk);
    if (stdin?.writable && !stdin.write(chunk)) await drained(stdin);
  }
  stdin?.end();
}

function drained(stdin: Writable): Promise<void> {
  const events = ['drain', 'close', 'error'];
  return new Promise((resolve) => {
    const done = () => {
      for (const event of events) stdin.off(event, done);
      resolve();
    };
    for (const event of events) stdin.on(event, done);
  });
}

export async function* outputOf({ stdout }: Child): AsyncGenerator<Buffer> {
  if (!stdout) return;
  try {
    for await (const chunk of stdout) yield chunk as Buffer;
  } catch {
    // it was killed; its end tells
  }
}
