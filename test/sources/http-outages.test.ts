import { createServer as createTcpServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { startDns } from '../../fixtures/servers/dns.ts';
import { freePort } from '../../fixtures/servers/ports.ts';
import { startBlackhole, startGarbage, startReset } from '../../fixtures/servers/tcp.ts';
import { storeFor } from '../support/gathering.ts';
import { later, listen } from './http-gathering.ts';
import { known, pathOf } from './http-known.ts';
import { html, site } from './http-site.ts';

describe('the connection', () => {
  const outcomeOf = async (url: string, settings: Record<string, unknown> = {}, timeoutMs = 1500) => {
    const store = storeFor({ settings: { site: { url }, ...settings }, limits: { timeoutMs } });
    later(() => store.close());
    const { outcome } = await known(store, 'http.connection');
    const answers = await store.get('http.answers');
    return [outcome, answers.state === 'unreachable' ? answers.cause : answers.state];
  };

  test('each outcome is told apart, and the looks that rest on it are unreachable for its cause', async () => {
    const servers = {
      reset: await startReset({ after: 'data' }),
      garbage: await startGarbage('220 mail.acme.test ESMTP\r\n'),
      hole: await startBlackhole(),
    };
    const dns = await startDns({
      zone: { 'acme.test': { A: '127.0.0.1' }, 'empty.test': { TXT: 'x' } },
      behaviours: { 'ill.test': 'servfail' },
    });
    for (const server of [...Object.values(servers), dns]) later(() => server.stop());
    const named = { dns: { servers: [dns.address] } };
    const at = (port: number, scheme = 'http') => `${scheme}://127.0.0.1:${port}`;
    expect(await outcomeOf(at(await freePort()))).toEqual(['refused', 'refused']);
    expect(await outcomeOf(at(servers.reset.port), {}, 4000)).toEqual(['reset', 'reset']);
    expect(await outcomeOf(at(servers.garbage.port))).toEqual(['wrong-protocol', 'wrong-protocol']);
    expect(await outcomeOf(at(servers.garbage.port, 'https'))).toEqual(['wrong-protocol', 'wrong-protocol']);
    expect(await outcomeOf(at(servers.hole.port))).toEqual(['timeout', 'timeout']);
    expect(await outcomeOf('https://gone.acme.test', named)).toEqual(['nxdomain', 'dns']);
    expect(await outcomeOf('https://empty.test', named)).toEqual(['nxdomain', 'dns']);
    expect(await outcomeOf('https://ill.test', named, 6000)).toEqual(['dns', 'dns']);
  });

  test('without an address there is nothing to look at; with one that is none, it says so', async () => {
    const of = async (options: Parameters<typeof storeFor>[0]) => {
      const store = storeFor(options);
      later(() => store.close());
      return store.get('http.answers');
    };
    expect(await of({})).toMatchObject({ state: 'absent', add: 'site.url' });
    expect(await of({ env: { ORIGIN: 'app.acme.test' } })).toMatchObject({ state: 'unreachable', cause: 'malformed' });
    expect(await of({ env: { ORIGIN: 'https://app.acme.test' }, live: false })).toMatchObject({
      state: 'absent',
      add: '--live',
    });
  });
});

describe('pages that misbehave', () => {
  const limits = { timeoutMs: 5000 };
  const good = html('well');
  const raw = async (bytes: string | Buffer) => {
    const port = await listen(
      createTcpServer((socket) => {
        socket.on('error', () => {});
        socket.once('data', () => socket.end(bytes));
      }),
    );
    const store = storeFor({ settings: { site: { url: `http://127.0.0.1:${port}` } } });
    later(() => store.close());
    return known(store, 'http.answers');
  };

  test('a slow drip costs that page alone', async () => {
    const { store } = await site(
      {
        '/': html('<a href=/slow>s</a>'),
        '/slow': (_asked, answer) => {
          answer.writeHead(200, { 'content-type': 'text/html' });
          const timer = setInterval(() => answer.write('.'), 20);
          answer.on('close', () => clearInterval(timer));
          return undefined;
        },
      },
      { limits },
    );
    const { answers, missed } = await known(store, 'http.answers');
    expect(answers.some(({ kind }) => kind === 'page')).toBe(true);
    expect(missed.map(({ url, cause }) => [pathOf(url), cause])).toEqual([['/slow', 'timeout']]);
  });

  test('an endless page, one of 50 MB and a bomb are cut, their heads seen', async () => {
    const bomb = gzipSync(Buffer.alloc(100 * 1024 * 1024));
    const type = { 'content-type': 'text/html', 'x-frame-options': 'DENY' };
    const { store } = await site(
      {
        '/': (_asked, answer) => {
          answer.writeHead(200, type);
          const more = () => {
            while (!answer.destroyed && answer.write('x'.repeat(65_536)));
          };
          answer.on('drain', more);
          more();
          return undefined;
        },
        '/long': { headers: type, body: Buffer.alloc(50 * 1024 * 1024, 'x') },
        '/bomb': { headers: { ...type, 'content-encoding': 'gzip' }, body: bomb },
      },
      { settings: { site: { pages: ['/', '/long', '/bomb'] } } },
    );
    const { answers, missed } = await known(store, 'http.answers');
    const pages = answers.filter(({ kind }) => kind === 'page');
    expect(missed).toEqual([]);
    expect(pages.map(({ url, cut, frameOptions }) => [pathOf(url), cut, frameOptions])).toEqual([
      ['/', true, ['deny']],
      ['/bomb', true, ['deny']],
      ['/long', true, ['deny']],
    ]);
  });

  test.each([
    ['a header of 50 MB', `HTTP/1.1 200 OK\r\nX-Long: ${'a'.repeat(50 * 1024 * 1024)}\r\n\r\n`],
    ['10,000 cookies', `HTTP/1.1 200 OK\r\n${'Set-Cookie: a=b\r\n'.repeat(10_000)}\r\n`],
    ['a policy of 1 MB', `HTTP/1.1 200 OK\r\nContent-Security-Policy: ${'a '.repeat(500_000)}\r\n\r\n`],
  ])('%s is missed as too large', async (_what, bytes) => {
    const { answers, missed } = await raw(bytes);
    expect(answers).toEqual([]);
    expect(missed.map(({ kind, cause }) => [kind, cause])).toEqual([
      ['page', 'too-large'],
      ['not-found', 'too-large'],
    ]);
  });

  test('escapes in a header do not hide the page', async () => {
    const { answers } = await raw(
      'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Frame-Options: \u001b[31mDENY\r\nContent-Length: 0\r\n\r\n',
    );
    expect(answers[0]?.headers['x-frame-options']).toEqual(['\u001b[31mDENY']);
  });

  test('a 429 is a limit, a 503 is asked once more', async () => {
    let asked = 0;
    const { store } = await site({
      '/': html('<a href=/limited>l</a><a href=/cold>c</a>'),
      '/limited': { status: 429 },
      '/cold': () => ((asked += 1) === 1 ? { status: 503 } : good),
    });
    const { answers, missed } = await known(store, 'http.answers');
    expect(missed.map(({ url, cause }) => [pathOf(url), cause])).toEqual([['/limited', 'rate-limited']]);
    expect(answers.find(({ url }) => pathOf(url) === '/cold')?.status).toBe(200);
  });
});
