import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storeFor } from '../support/gathering.ts';

/** Somebody on the way who takes TLS away and asks for the password in clear text (PostgreSQL docs, "Message Formats"). */
describe('a server that answers N to SSLRequest and asks for a clear-text password', () => {
  let heard = '';
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      heard += bytes.toString('latin1');
      if (bytes.length === 8 && bytes.readInt32BE(4) === 80877103) socket.write('N');
      else if (bytes.readInt32BE(4) === 196608) socket.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]));
    });
  });
  let port = 0;
  beforeAll(async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => {
    server.close();
  });

  it.each(['require', 'verify-ca', 'verify-full'])('gets none where the URL says sslmode=%s', async (mode) => {
    heard = '';
    const store = storeFor({
      env: { DATABASE_URL: `postgres://app:unique-password-42@127.0.0.1:${port}/app?sslmode=${mode}` },
    });
    const connection = await store.get('postgres.connection');
    expect(connection).toMatchObject({ state: 'known', value: { outcome: 'tls' } });
    expect(await store.get('postgres.server')).toMatchObject({ state: 'unreachable', cause: 'tls' });
    await store.close();
    expect(heard).not.toContain('unique-password-42');
  });
});
