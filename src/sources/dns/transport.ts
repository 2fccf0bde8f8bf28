import { createSocket } from 'node:dgram';
import { connect, isIP, type Socket } from 'node:net';
import type { Message } from './codec.ts';
import type { DnsServer } from './servers.ts';

/** Says whether bytes answer what was asked; null for anything else, which is as good as not received (RFC 5452 section 9). */
export type Accept = (bytes: Buffer) => Message | null;

/** No answer came: `said` is what was met instead, for a person. */
export class NoAnswer extends Error {}

/** Datagrams get lost, so the same query goes out again after this long, on the same socket. */
const RESEND_MS = 700;
/** A message's length is two bytes by TCP, so no server has need of more elsewhere. */
export const MAX_MESSAGE = 65_535;

/** Asks by UDP from a random port, of a connected socket, so that only the server's own datagrams arrive. */
export function overUdp(server: DnsServer, query: Buffer, accept: Accept, signal: AbortSignal): Promise<Message> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(isIP(server.address) === 6 ? 'udp6' : 'udp4');
    let strange = 0;
    let resend: NodeJS.Timeout | undefined;
    let over = false;
    const settle = (act: () => void) => {
      if (over) return;
      over = true;
      clearInterval(resend);
      signal.removeEventListener('abort', late);
      socket.removeAllListeners();
      socket.on('error', () => {}); // a late ICMP message
      socket.close();
      act();
    };
    const late = whenRead(() =>
      settle(() => reject(new NoAnswer(strange > 0 ? `${strange} answers to something else` : 'no answer in time'))),
    );
    socket.on('error', (error) => settle(() => reject(new NoAnswer(wordOf(error)))));
    socket.on('message', (bytes) => {
      const message = accept(bytes);
      if (message) settle(() => resolve(message));
      else strange += 1;
    });
    if (signal.aborted) return late();
    signal.addEventListener('abort', late, { once: true });
    socket.connect(server.port, server.address, () => {
      if (over) return;
      const send = () => socket.send(query, (error) => error && settle(() => reject(new NoAnswer(wordOf(error)))));
      send();
      resend = setInterval(send, RESEND_MS);
    });
  });
}

/** After what has arrived already is read: on a busy machine timers are late, and their callbacks come first. */
function whenRead(act: () => void): () => void {
  return () => void setImmediate(act);
}

export function overTcp(server: DnsServer, query: Buffer, accept: Accept, signal: AbortSignal): Promise<Message> {
  return overStream(connect({ host: server.address, port: server.port }), 'connect', query, accept, signal);
}

/**
 * Asks over a stream: each message behind its length in two bytes (RFC 1035 section 4.2.2).
 * @param opened the event after which the socket may be written to; null where it may already
 */
export function overStream(
  socket: Socket,
  opened: string | null,
  query: Buffer,
  accept: Accept,
  signal: AbortSignal,
): Promise<Message> {
  return new Promise((resolve, reject) => {
    let pending = Buffer.alloc(0);
    const settle = (act: () => void) => {
      signal.removeEventListener('abort', late);
      socket.destroy();
      act();
    };
    const fail = (said: string) => settle(() => reject(new NoAnswer(said)));
    const late = whenRead(() => fail('no answer in time'));
    socket.on('error', (error) => fail(wordOf(error)));
    socket.on('close', () => fail('the connection was closed'));
    socket.on('data', (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk]);
      const length = pending.length >= 2 ? pending.readUInt16BE(0) : MAX_MESSAGE;
      if (pending.length < 2 + length) return;
      const message = accept(pending.subarray(2, 2 + length));
      // By TCP nobody else can have sent it: an answer that does not fit is the server's own fault.
      if (message) settle(() => resolve(message));
      else fail('an answer that cannot be read');
    });
    if (signal.aborted) return late();
    signal.addEventListener('abort', late, { once: true });
    const length = Buffer.alloc(2);
    length.writeUInt16BE(query.length);
    const send = () => socket.write(Buffer.concat([length, query]));
    if (opened === null) send();
    else socket.once(opened, send);
  });
}

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was reset',
  ENETUNREACH: 'no route from here',
  EHOSTUNREACH: 'no route from here',
  EADDRNOTAVAIL: 'no route from here',
  ENOTFOUND: 'its name does not resolve here',
  EAI_AGAIN: 'its name cannot be looked up',
  UND_ERR_SOCKET: 'the connection was closed',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
};

export function wordOf(error: Error): string {
  const code = codeOf(error);
  return words[code] ?? (code || error.message);
}

export function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}
