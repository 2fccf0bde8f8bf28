import { createServer, request as forward } from 'node:http';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { LookFailed } from '../../src/sources/gathering.ts';
import { proxyFor } from '../../src/sources/http/proxy.ts';
import { request } from '../../src/sources/http/request.ts';
import { gathering, listen } from './http-gathering.ts';
import { site } from './http-site.ts';

/** A forward proxy; `refuse` is the status that it answers to every CONNECT. */
async function proxy(asked: string[], refuse?: number): Promise<string> {
  const server = createServer((incoming, answer) => {
    asked.push(
      `${incoming.method ?? ''} ${incoming.url ?? ''} ${incoming.headers['proxy-authorization'] ?? ''}`.trim(),
    );
    const { hostname, port, pathname } = new URL(incoming.url ?? '');
    forward({ host: hostname, port, path: pathname }, (found) => found.pipe(answer)).end();
  });
  server.on('connect', (incoming, client, head) => {
    asked.push(`CONNECT ${incoming.url ?? ''} ${incoming.headers['proxy-authorization'] ?? ''}`.trim());
    if (refuse) return void client.end(`HTTP/1.1 ${refuse} No\r\n\r\n`);
    const [host = '', port] = (incoming.url ?? '').split(':');
    const upstream = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n');
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [upstream, client]) socket.on('error', () => {});
  });
  return `http://127.0.0.1:${await listen(server)}`;
}

test('https goes through a tunnel to where site.resolve leads, plain HTTP by absolute address', async () => {
  const asked: string[] = [];
  const address = (await proxy(asked)).replace('//', '//user:p%40ss@');
  const { origin, port, again } = await site({ '*': { body: 'hello' } });
  const store = again({ settings: { site: { proxy: address } } });
  expect(await store.get('http.connection')).toMatchObject({ state: 'known', value: { outcome: 'ok', port } });
  const basic = `Basic ${Buffer.from('user:p@ss').toString('base64')}`;
  expect(asked).toEqual([`CONNECT 127.0.0.1:${port} ${basic}`]);
  expect(origin).toContain('app.acme.test');
  const plain = await listen(createServer((_incoming, answer) => void answer.end('plain')));
  const answer = await request(gathering(), `http://127.0.0.1:${plain}/x`, { proxy: address });
  expect(answer.body.toString()).toBe('plain');
  expect(asked[1]).toBe(`GET http://127.0.0.1:${plain}/x ${basic}`);
});

test.each([
  [407, 'auth'],
  [403, 'not-permitted'],
])('a proxy that answers %i is told as %s, without its password', async (status, cause) => {
  const address = (await proxy([], status)).replace('//', '//user:hidden-word@');
  const error: unknown = await request(gathering(), 'https://app.acme.test/', { proxy: address }).catch(
    (one: unknown) => one,
  );
  expect(error).toBeInstanceOf(LookFailed);
  expect((error as LookFailed).outcome.cause).toBe(cause);
  expect(JSON.stringify((error as LookFailed).outcome)).not.toContain('hidden-word');
});

const bypassed = (address: string, env: Record<string, string>, setting?: string) => {
  const url = new URL(address);
  const found = proxyFor(url, setting, env);
  return found === undefined || found.bypass(url);
};

test.each([
  ['https://app.acme.test/', {}, true],
  ['https://app.acme.test/', { HTTPS_PROXY: 'http://proxy:3128' }, false],
  ['https://app.acme.test/', { HTTP_PROXY: 'http://proxy:3128' }, true],
  ['http://app.acme.test/', { http_proxy: 'http://proxy:3128' }, false],
  ['https://app.acme.test/', { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'acme.test' }, true],
  ['https://app.acme.test/', { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'other.test, .acme.test' }, true],
  ['https://notacme.test/', { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'acme.test' }, false],
  ['https://app.acme.test:8443/', { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'app.acme.test:8443' }, true],
  ['https://app.acme.test:8443/', { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: 'app.acme.test:9443' }, false],
  ['https://app.acme.test/', { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: '*' }, true],
  ['https://127.0.0.1:8443/', { HTTPS_PROXY: 'http://proxy:3128' }, true],
  ['https://app.acme.test/', { HTTPS_PROXY: 'nonsense' }, true],
] as const)('%s with %j goes directly: %s', (address, env, directly) => {
  expect(bypassed(address, env)).toBe(directly);
});

test('the proxy of the settings stands before the environment, for loopback too', () => {
  expect(bypassed('https://127.0.0.1/', { NO_PROXY: '*' }, 'http://proxy:3128')).toBe(false);
});
