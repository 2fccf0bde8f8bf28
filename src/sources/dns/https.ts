import { createSecureContext } from 'node:tls';
import type { Dispatcher, Pool } from 'undici';
import type { Message } from './codec.ts';
import type { DnsServer } from './servers.ts';
import { type Accept, codeOf, MAX_MESSAGE, NoAnswer, wordOf } from './transport.ts';

/** RFC 8484 section 6. */
const MEDIA_TYPE = 'application/dns-message';
/** With HTTP/1.1 as many questions are under way at once; HTTP/2 has them all on one. */
const CONNECTIONS = 8;
const MAX_HEAD_BYTES = 16_384;
const CONNECT_MS = 4000;

/**
 * DNS over HTTPS (RFC 8484), without a proxy. A host that is a name is looked up as the system does: it cannot be asked
 * of the very server that it names.
 */
export class HttpsServer {
  readonly #pool: Pool;
  readonly #path: string;

  /** @param roots PEM: what the server's certificate must verify with */
  static async open({ label }: DnsServer, roots: readonly string[]): Promise<HttpsServer> {
    const { Pool } = await import('undici');
    const url = new URL(label);
    const pool = new Pool(url.origin, {
      allowH2: true, // some servers speak nothing older
      connections: CONNECTIONS,
      connect: { secureContext: createSecureContext({ ca: [...roots] }), timeout: CONNECT_MS },
      maxHeaderSize: MAX_HEAD_BYTES,
      headersTimeout: 0, // one signal bounds the whole exchange
      bodyTimeout: 0,
    });
    return new HttpsServer(pool, `${url.pathname}${url.search}`);
  }

  constructor(pool: Pool, path: string) {
    this.#pool = pool;
    this.#path = path;
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  /** Rejects with NoAnswer. */
  async ask(query: Buffer, accept: Accept, signal: AbortSignal): Promise<Message> {
    try {
      const answer = await this.#pool.request({
        method: 'POST',
        path: this.#path,
        headers: { accept: MEDIA_TYPE, 'content-type': MEDIA_TYPE },
        body: query,
        signal,
      });
      const message = accept(await bytesOf(answer));
      if (message) return message;
    } catch (error) {
      if (error instanceof NoAnswer || !(error instanceof Error)) throw error;
      throw new NoAnswer(signal.aborted ? 'no answer in time' : saidBy(error));
    }
    throw new NoAnswer('an answer that cannot be read');
  }
}

/** The message in an answer that says it is one; nothing is read of another. */
async function bytesOf({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<Buffer> {
  const type =
    String(headers['content-type'] ?? 'none')
      .split(';')[0]
      ?.trim()
      .toLowerCase() ?? '';
  const odd =
    statusCode !== 200 ? `HTTP ${statusCode}` : type !== MEDIA_TYPE ? 'an answer that is no DNS message' : null;
  const chunks: Buffer[] = [];
  let length = 0;
  body.on('error', () => {}); // what is destroyed here
  for await (const chunk of odd === null ? (body as AsyncIterable<Buffer>) : []) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_MESSAGE) break;
  }
  body.destroy();
  if (odd !== null) throw new NoAnswer(odd);
  if (length > MAX_MESSAGE) throw new NoAnswer('an answer of more than 64 KB');
  return Buffer.concat(chunks);
}

/** OpenSSL's and Node's codes for a certificate (Node.js documentation, "X509 certificate error codes"). */
const certificate = /^(CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|ERR_TLS_CERT|HOSTNAME_MISMATCH|INVALID_)/;

function saidBy(error: Error): string {
  const code = codeOf(error);
  if (certificate.test(code)) return `its certificate does not verify: ${error.message}`;
  if (/^(ERR_SSL|EPROTO)/.test(code)) return 'no TLS session';
  if (/^(HPE_|ERR_HTTP2)/.test(code) || error.name === 'HTTPParserError') return 'it does not speak HTTP';
  return wordOf(error);
}
