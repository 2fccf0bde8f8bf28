import type { Readable, Transform } from 'node:stream';
import { constants, createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';

/** What is sent as Accept-Encoding: all that Node 20 can decode. */
export const ENCODINGS = 'gzip, deflate, br';
/** RFC 9110 section 8.4 sets no bound on how many codings are stacked; nobody needs more than two. */
const MAX_CODINGS = 3;

export interface Body {
  bytes: Buffer;
  /** The body went on beyond the bound. */
  truncated: boolean;
}

/**
 * Reads a body up to a bound on what was sent and on what it decodes to: a bomb ends there.
 * Rejects where the coding is unknown or broken (code HPE_CONTENT_CODING), or the stream fails.
 * @param encoding the Content-Encoding field
 */
export async function readBody(stream: Readable, encoding: string, maxBytes: number): Promise<Body> {
  const codings = encoding
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity');
  let body = await collect(stream, maxBytes);
  if (codings.length > MAX_CODINGS) throw codingError(`${codings.length} content codings on one another`);
  // Codings are undone in the reverse order of the field.
  for (const coding of codings.reverse()) {
    if (body.bytes.length > 0) body = await decode(coding, body, maxBytes);
  }
  return body;
}

async function decode(coding: string, { bytes, truncated }: Body, maxBytes: number): Promise<Body> {
  const decoder = decoderFor(coding, bytes, truncated);
  decoder.end(bytes);
  try {
    const decoded = await collect(decoder, maxBytes);
    return { bytes: decoded.bytes, truncated: truncated || decoded.truncated };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'no code';
    throw codingError(`the body is not ${coding} (${code})`);
  }
}

function decoderFor(coding: string, bytes: Buffer, truncated: boolean): Transform {
  // A body that was cut at our bound ends without its trailer.
  const cut = truncated ? { finishFlush: constants.Z_SYNC_FLUSH } : {};
  if (coding === 'gzip' || coding === 'x-gzip') return createGunzip(cut);
  if (coding === 'br')
    return createBrotliDecompress(truncated ? { finishFlush: constants.BROTLI_OPERATION_FLUSH } : {});
  if (coding !== 'deflate') throw codingError(`the content coding ${coding.slice(0, 40)} was not asked for`);
  // Servers send raw deflate under this name too; zlib's header ends its first byte with 8 (RFC 1950 section 2.2).
  return ((bytes[0] ?? 0) & 0x0f) === 8 ? createInflate(cut) : createInflateRaw(cut);
}

function codingError(message: string): Error {
  return Object.assign(new Error(message), { code: 'HPE_CONTENT_CODING' });
}

function collect(stream: Readable, maxBytes: number): Promise<Body> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const bytes = () => Buffer.concat(chunks).subarray(0, maxBytes);
    stream.on('error', reject); // stays: destroying in the middle may raise another
    stream.once('end', () => resolve({ bytes: bytes(), truncated: false }));
    stream.once('close', () => reject(Object.assign(new Error('the body was cut'), { code: 'ECONNRESET' })));
    stream.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length <= maxBytes) return;
      resolve({ bytes: bytes(), truncated: true });
      stream.destroy();
    });
  });
}
