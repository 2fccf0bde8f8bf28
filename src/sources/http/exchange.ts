import { request as lenientRequest } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import type { Client } from 'undici';
import type { Connected } from './connect.ts';

/** A longer head is refused by the parsers: servers' own limits lie at 8 to 32 KB. */
export const MAX_HEAD_BYTES = 64 * 1024;

export interface Asked {
  method: 'GET' | 'HEAD' | 'OPTIONS' | 'POST';
  url: URL;
  /** Path with query; the whole address where a proxy is asked for plain HTTP. */
  path: string;
  headers: Readonly<Record<string, string>>;
  body?: string | Buffer | undefined;
}

/** An answer's head as sent: names and values in their order, duplicates kept, one character a byte. */
export interface Head {
  status: number;
  headers: [name: string, value: string][];
  body: Readable;
}

export async function exchange(client: Client, asked: Asked, signal: AbortSignal): Promise<Head> {
  const { method, path, headers, body } = asked;
  const answer = await client.request({
    method,
    path,
    headers: { ...headers },
    body: body ?? null,
    signal,
    responseHeaders: 'raw',
  });
  // With 'raw', a list of names and values in turn (undici documentation, "RequestOptions").
  return { status: answer.statusCode, headers: pairs(answer.headers as unknown as string[]), body: answer.body };
}

/**
 * The same over node:http with Node's lenient parser, which reads what browsers read too: control characters in values,
 * bare line feeds, folded lines. undici refuses such an answer whole.
 */
export function lenientExchange({ socket }: Connected, asked: Asked, signal: AbortSignal): Promise<Head> {
  const { method, path, headers, body, url } = asked;
  return new Promise((resolve, reject) => {
    const sent = lenientRequest({
      method,
      path,
      headers: { host: url.host, ...headers, connection: 'close' },
      createConnection: (): Duplex => socket,
      insecureHTTPParser: true,
      maxHeaderSize: MAX_HEAD_BYTES,
      signal,
    });
    sent.once('error', reject);
    sent.once('response', (answer) =>
      resolve({ status: answer.statusCode ?? 0, headers: pairs(answer.rawHeaders), body: answer }),
    );
    sent.end(body);
  });
}

function pairs(flat: readonly string[]): [string, string][] {
  const list: [string, string][] = [];
  for (let at = 0; at + 1 < flat.length; at += 2) list.push([flat[at] ?? '', flat[at + 1] ?? '']);
  return list;
}
