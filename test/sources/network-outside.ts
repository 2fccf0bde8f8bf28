/**
 * Run in a network namespace of its own, whose loopback interface carries documentation addresses: what is on 127.0.0.1
 * elsewhere is the rest of the world here. Prints the facts asked for.
 */
import { createServer } from 'node:net';
import { startDns } from '../../fixtures/servers/dns.ts';
import type { FactName } from '../../src/facts/index.ts';
import { type LookOptions, storeFor } from '../support/gathering.ts';

export interface Outside {
  facts: FactName[];
  zone?: Record<string, Record<string, string | string[]>>;
  /** Where somebody accepts: `203.0.113.10:5432`. */
  open?: { host: string; port: number }[];
  look: LookOptions;
}

const asked = JSON.parse(process.argv[2] ?? '') as Outside;
const dns = await startDns({ zone: asked.zone ?? {} });
const servers = await Promise.all(
  (asked.open ?? []).map(async (address) => {
    const server = createServer((socket) => socket.on('error', () => {}).resume());
    await new Promise<void>((resolve) => server.listen(address, resolve));
    return server;
  }),
);
const store = storeFor({ ...asked.look, settings: { dns: { servers: [dns.address] }, ...asked.look.settings } });
const found = await Promise.all(asked.facts.map((name) => store.get(name)));
process.stdout.write(JSON.stringify(found));
await store.close();
for (const server of servers) server.close();
await dns.stop();
