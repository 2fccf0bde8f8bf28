import type { Client } from 'undici';
import type { Gathering } from '../gathering.ts';
import type { Connected, Peer } from './connect.ts';
import { MAX_HEAD_BYTES } from './exchange.ts';

/** A connection with an HTTP/1.1 client on it, for one request after another. */
export interface Line {
  client: Client;
  connected: Connected;
  close(): Promise<void>;
}

/** Lines to one peer that wait for another request. */
export interface Pool {
  take(): Line | undefined;
  keep(line: Line): void;
}

/** A client on a connection that is open already; it never opens another. */
export async function openLine(connected: Connected, { origin }: URL): Promise<Line> {
  const { Client: Http } = await import('undici');
  const { socket } = connected;
  let given = false;
  const client = new Http(origin, {
    connect: (_options, done) => {
      const closed = given && Object.assign(new Error('the connection was closed'), { code: 'ECONNRESET' });
      given = true;
      // Not at once: undici would not notice a connection that is there before its connector has returned.
      setImmediate(() => (closed ? done(closed, null) : done(null, socket)));
    },
    maxHeaderSize: MAX_HEAD_BYTES,
    // One signal bounds the whole exchange.
    headersTimeout: 0,
    bodyTimeout: 0,
    // Shorter than what servers wait (Node 5 s, nginx 75 s).
    keepAliveTimeout: 2000,
    keepAliveMaxTimeout: 4000,
  });
  return {
    client,
    connected,
    close: async () => {
      await client.destroy();
      socket.destroy();
    },
  };
}

/** The lines to this peer, under these settings; closed when the audit ends. */
export async function poolFor(gathering: Gathering, { url, ca, address, proxy, identity }: Peer): Promise<Pool> {
  const lines = await gathering.share<Line[]>(
    `http ${JSON.stringify([url.origin, ca, address, proxy?.url.href, identity?.cert])}`,
    async () => [],
    async (kept) => {
      await Promise.all(kept.map((line) => line.close()));
    },
  );
  return {
    take: () => {
      for (let line = lines.pop(); line; line = lines.pop()) {
        if (!line.client.destroyed && !line.connected.socket.destroyed) return line;
      }
      return undefined;
    },
    keep: (line) => void lines.push(line),
  };
}
