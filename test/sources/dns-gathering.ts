import { createSocket } from 'node:dgram';
import { once, setMaxListeners } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach } from 'vitest';
import { type DnsOptions, type DnsServer, startDns } from '../../fixtures/servers/dns.ts';
import type { Gathering } from '../../src/sources/gathering.ts';
import { targetOf } from '../support/gathering.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Run after the test, the last one first. */
export const later = (cleanup: () => unknown): void => void cleanups.push(cleanup);

/** Listens on a free port of loopback until the test ends, cutting what is open then. */
export async function listen(server: Server): Promise<number> {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => open.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  later(() => {
    for (const socket of open) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

interface Asking {
  /** Of the look: its servers have 0.6 of it, and 4 seconds each at most. */
  timeoutMs?: number;
  ca?: string;
  base?: string;
}

/** A gathering that asks these servers; none: the system's. What it opened is closed after the test. */
export function asking(servers: readonly string[], { timeoutMs = 30_000, ca, base }: Asking = {}): Gathering {
  const shared = new Map<string, { value: Promise<unknown>; close(): Promise<void> }>();
  later(() => Promise.all([...shared.values()].map((one) => one.close().catch(() => {}))));
  const settings = servers.length > 0 ? { dns: { servers, ...(ca === undefined ? {} : { ca }) } } : {};
  const { signal } = new AbortController();
  setMaxListeners(0, signal); // a listener a question
  return {
    target: targetOf({ settings, ...(base === undefined ? {} : { base }) }),
    signal,
    timeoutMs,
    now: new Date(),
    version: '0.0.0-test',
    active: false,
    vantage: 'undeclared',
    fact: () => Promise.reject(new Error('no facts here')),
    share: <T>(name: string, open: () => Promise<T>, close?: (value: T) => Promise<void> | void) => {
      const there = shared.get(name);
      if (there) return there.value as Promise<T>;
      const value = open();
      value.catch(() => shared.delete(name));
      shared.set(name, { value, close: async () => close?.(await value) });
      return value;
    },
    onHost: (_host, task) => task(),
    progress: () => {},
  };
}

/** A DNS server that is stopped after the test. */
export async function serve(options: DnsOptions): Promise<DnsServer> {
  const server = await startDns(options);
  later(() => server.stop());
  return server;
}

type Respond = (query: Buffer) => readonly Buffer[];

/** Answers with whatever bytes it is told to, over UDP and TCP on one port. `asked` counts the queries by UDP. */
export async function serveBytes(udp: Respond, tcp: Respond = udp): Promise<{ address: string; asked(): number }> {
  const listener = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      for (const answer of tcp(chunk.subarray(2))) socket.write(answer);
    });
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  let asked = 0;
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => {
    asked += 1;
    for (const answer of udp(query)) socket.send(answer, from.port, from.address);
  });
  socket.bind(port, '127.0.0.1');
  await once(socket, 'listening');
  later(() => new Promise<void>((done) => socket.close(() => done())));
  later(() => new Promise((done) => listener.close(done)));
  return { address: `127.0.0.1:${port}`, asked: () => asked };
}

/** An answer to this query: its id and question, then records as raw bytes. */
export function answerTo(
  query: Buffer,
  records: readonly Buffer[],
  { flags = 0x8180, count = records.length } = {},
): Buffer {
  const end = query.indexOf(0, 12) + 5;
  const header = Buffer.alloc(12);
  query.copy(header, 0, 0, 2);
  header.writeUInt16BE(flags, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(count, 6);
  return Buffer.concat([header, query.subarray(12, end), ...records]);
}

/** A record of class IN whose owner is the question's name, by pointer. */
export function record(type: number, data: Buffer | string, length?: number, owner = Buffer.from([0xc0, 12])): Buffer {
  const bytes = typeof data === 'string' ? Buffer.from(data, 'hex') : data;
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(type, 0);
  fixed.writeUInt16BE(1, 2);
  fixed.writeUInt32BE(300, 4);
  fixed.writeUInt16BE(length ?? bytes.length, 8);
  return Buffer.concat([owner, fixed, bytes]);
}

/** A message for a stream, behind its length. */
export function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}
