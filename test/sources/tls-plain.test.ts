import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuthority } from '../../fixtures/servers/certificates.ts';
import { type NginxServer, startNginx } from '../../fixtures/servers/nginx.ts';
import { freePort } from '../../fixtures/servers/ports.ts';
import { startBlackhole, startGarbage, startReset, startSilent, startSlow } from '../../fixtures/servers/tcp.ts';
import type { Facts } from '../../src/facts/index.ts';
import { type LookOptions, storeFor } from '../support/gathering.ts';
import { later, listen } from './dns-gathering.ts';

const site = 'https://127.0.0.1:1';

async function fact(look: LookOptions) {
  const store = storeFor(look);
  const found = await store.get('tls.plain-http');
  await store.close();
  return found;
}

async function plainAt(port: number, more: object = {}, look: LookOptions = {}): Promise<Facts['tls.plain-http']> {
  const settings = { site: { url: site, http: `http://127.0.0.1:${port}`, ...more } };
  const found = await fact({ settings, ...look });
  if (found.state !== 'known') throw new Error(`tls.plain-http is ${found.state}: ${found.because}`);
  return found.value;
}

async function answers(port: number, more: object = {}, look: LookOptions = {}) {
  const [endpoint] = (await plainAt(port, more, look)).endpoints;
  return endpoint?.answers ?? [];
}

describe('a real nginx', () => {
  let nginx: NginxServer;
  const blocks = {
    redirects: 'return 301 https://$host$request_uri;',
    temporary: 'return 302 https://$host$request_uri;',
    other: 'return 308 https://www.acme.test$request_uri;',
    content: "return 200 'hello';",
    startOnly: 'location = / { return 301 https://$host/; } location / { return 200 x; }',
    closes: 'return 444;',
    tls: 'ssl_certificate chain.pem; ssl_certificate_key key.pem; return 200;',
  };
  const ports = {} as Record<keyof typeof blocks, number>;
  beforeAll(async () => {
    const leaf = (await createAuthority()).issue({ names: ['app.acme.test'] });
    const names = Object.keys(blocks) as (keyof typeof blocks)[];
    for (const name of names) ports[name] = await freePort();
    const servers = names.map(
      (name) => `server { listen 127.0.0.1:${ports[name]} ${name === 'tls' ? 'ssl' : ''}; ${blocks[name]} }`,
    );
    nginx = await startNginx({
      http: servers.join('\n'),
      files: { 'chain.pem': leaf.chainPem, 'key.pem': leaf.keyPem },
    });
  });
  afterAll(() => nginx.stop());

  it.each<[keyof typeof blocks, object[]]>([
    [
      'redirects',
      [
        { path: '/', outcome: 'answered', status: 301, location: 'https://127.0.0.1/' },
        { path: '/login', status: 301, location: 'https://127.0.0.1/login' },
      ],
    ],
    ['temporary', [{ status: 302 }, { status: 302 }]],
    ['other', [{ status: 308, location: 'https://www.acme.test/' }, { status: 308 }]],
    ['content', [{ outcome: 'answered', status: 200, location: null, detail: '' }, { status: 200 }]],
    ['startOnly', [{ status: 301 }, { status: 200 }]],
    [
      'closes',
      [{ outcome: 'closed', status: null, detail: 'the connection was closed without a byte' }, { outcome: 'closed' }],
    ],
    ['tls', [{ outcome: 'answered', status: 400 }, { status: 400 }]],
  ])('%s', async (name, expected) => {
    expect(await answers(ports[name])).toMatchObject(expected);
  });

  it('is asked for a page of the settings, under its own name', async () => {
    const settings = {
      pages: ['/', '/pricing'],
      http: `http://app.acme.test:${ports.redirects}`,
      resolve: { 'app.acme.test': '127.0.0.1:1' },
    };
    const found = await plainAt(ports.redirects, settings);
    expect(found).toMatchObject({ url: `http://app.acme.test:${ports.redirects}/`, host: 'app.acme.test' });
    // An entry of site.resolve names the port of https; plain HTTP keeps its own.
    expect(found.endpoints).toMatchObject([
      {
        address: '127.0.0.1',
        port: ports.redirects,
        family: 4,
        role: 'site',
        answers: [{ path: '/' }, { path: '/pricing', location: 'https://app.acme.test/pricing' }],
      },
    ]);
  });

  it('site.resolve may name the port of plain HTTP', async () => {
    const settings = { http: 'http://app.acme.test', resolve: { 'app.acme.test:80': `127.0.0.1:${ports.content}` } };
    expect(await plainAt(0, settings)).toMatchObject({
      endpoints: [{ port: ports.content, answers: [{ status: 200 }, { status: 200 }] }],
    });
  });

  it('the origin is asked too', async () => {
    const settings = { http: `http://127.0.0.2:${ports.redirects}`, origin: '127.0.0.1:8443' };
    const { endpoints } = await plainAt(0, settings);
    expect(endpoints.map(({ address, role, port }) => [address, role, port])).toEqual([
      ['127.0.0.2', 'site', ports.redirects],
      ['127.0.0.1', 'origin', ports.redirects],
    ]);
  });
});

describe('what does not answer with HTTP', () => {
  it.each([
    ['nobody listens', async () => ({ port: await freePort(), stop: async () => {} }), 'closed', /refused/],
    ['closes at once', () => startGarbage(''), 'closed', /without a byte/],
    ['resets', () => startReset({ after: 'data' }), 'reset', /reset/],
    ['a black hole', startBlackhole, 'timeout', /in time/],
    ['silence', startSilent, 'timeout', /in time/],
    ['another protocol', () => startGarbage('220 mail ESMTP\r\n', { close: false }), 'wrong-protocol', /no HTTP/],
    [
      'a TLS alert',
      () => startGarbage(Buffer.from([21, 3, 1, 0, 2, 2, 10]), { close: false }),
      'wrong-protocol',
      /no HTTP/,
    ],
    [
      'HTTP/2 only',
      () => startGarbage(Buffer.from([0, 0, 18, 4, 0, 0, 0, 0, 0]), { close: false }),
      'wrong-protocol',
      /no HTTP/,
    ],
    [
      'a head without end',
      () => startSlow({ bytes: 'HTTP/1.1 200 OK\r\nX: y\r\n', pieceSize: 22, everyMs: 1, endless: true }),
      /timeout|wrong-protocol/,
      /no HTTP|in time/,
    ],
    ['a drip', () => startSlow({ bytes: 'HTTP/1.1 301 Moved\r\n', everyMs: 200 }), 'timeout', /in time/],
    ['a head that is cut', () => startGarbage('HTTP/1.1 301 Moved\r\nLocation: https://'), 'wrong-protocol', /no HTTP/],
  ])('%s', async (_, start, outcome, detail) => {
    const server = await start();
    later(() => server.stop());
    for (const answer of await answers(server.port, {}, { limits: { timeoutMs: 2000 } })) {
      expect(answer.outcome).toMatch(outcome);
      expect(answer).toMatchObject({ status: null, location: null });
      expect(answer.detail).toMatch(detail);
    }
  });

  it('control characters stay as they were sent, a long address is cut', async () => {
    const port = await listen(
      createServer((socket) => {
        socket.on('error', () => {});
        socket.once('data', () =>
          socket.end(`HTTP/1.0 301 \u001b[31m\r\nlocation:  https://\u001b]0;x\u0007/${'y'.repeat(5000)}\r\n\r\n`),
        );
      }),
    );
    const [answer] = await answers(port);
    expect(answer).toMatchObject({
      status: 301,
      location: expect.stringMatching(/^https:\/\/\u001b\]0;x\u0007\/y+$/) as string,
    });
    expect(answer?.location?.length).toBe(500);
  });

  it('a reset that is chance is asked once more', async () => {
    const seen = new Map<string, number>();
    const port = await listen(
      createServer((socket) => {
        socket.on('error', () => {});
        socket.once('data', (data) => {
          const path = data.toString().split(' ')[1] ?? '';
          seen.set(path, (seen.get(path) ?? 0) + 1);
          if (seen.get(path) === 1) socket.resetAndDestroy();
          else socket.end('HTTP/1.1 301 Moved\r\nLocation: https://127.0.0.1/\r\n\r\n');
        });
      }),
    );
    expect(await answers(port)).toMatchObject([{ status: 301 }, { status: 301 }]);
  });
});

describe('through a proxy', () => {
  it('the whole address is asked for', async () => {
    const lines: string[] = [];
    const proxy = await listen(
      createServer((socket) => {
        socket.on('error', () => {});
        socket.once('data', (data) => {
          lines.push(data.toString());
          socket.end('HTTP/1.1 301 Moved\r\nLocation: https://app.acme.test/\r\n\r\n');
        });
      }),
    );
    const settings = { http: 'http://app.acme.test', proxy: `http://user:pass@127.0.0.1:${proxy}` };
    expect(await plainAt(0, settings)).toMatchObject({
      endpoints: [{ address: '127.0.0.1', port: proxy, answers: [{ status: 301 }, { status: 301 }] }],
    });
    expect(lines.sort()[0]).toMatch(/^GET http:\/\/app\.acme\.test\/ HTTP\/1\.1\r\nHost: app\.acme\.test\r\n/);
    expect(lines[0]).toContain(`Proxy-Authorization: Basic ${Buffer.from('user:pass').toString('base64')}\r\n`);
    expect(lines[0]).toContain('User-Agent: svcheck/');
  });
});

describe('where plain HTTP would answer', () => {
  it.each([
    ['https://app.acme.test:8443/start', undefined, 'http://app.acme.test/'],
    ['http://app.acme.test:3000/x?y', undefined, 'http://app.acme.test:3000/'],
    ['https://app.acme.test', 'http://127.0.0.1:8080/a', 'http://127.0.0.1:8080/'],
    ['https://[::1]:8443', undefined, 'http://[::1]/'],
  ])('%s and site.http %s', async (url, http, expected) => {
    const resolve = { 'app.acme.test': '127.0.0.1:1', 'app.acme.test:80': '127.0.0.1:1', '[::1]:80': '127.0.0.1:1' };
    const found = await fact({ settings: { site: { url, ...(http ? { http } : {}), resolve } } });
    expect(found).toMatchObject({ state: 'known', value: { url: expected } });
  });

  it('nothing names the site', async () => {
    expect(await fact({})).toMatchObject({ state: 'absent', add: 'site.url' });
  });
});
