import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { type DnsOptions, type DnsServer, startDns } from '../../fixtures/servers/dns.ts';
import type { Gathering } from '../../src/sources/gathering.ts';
import { gathering, later } from './http-gathering.ts';

export { later } from './http-gathering.ts';

/** A gathering that asks these servers; none: the system's. */
export function asking(
  servers: readonly string[],
  { timeoutMs = 6000, ca }: { timeoutMs?: number; ca?: string } = {},
): Gathering {
  const base = gathering(process.cwd(), timeoutMs);
  const dns = servers.length > 0 ? { dns: { servers: [...servers], ...(ca ? { ca } : {}) } } : {};
  return { ...base, target: { ...base.target, settings: { ...base.target.settings, ...dns } } };
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
