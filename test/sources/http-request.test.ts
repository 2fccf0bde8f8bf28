import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { createAuthority } from '../../fixtures/servers/certificates.ts';
import { startDns } from '../../fixtures/servers/dns.ts';
import { freePort } from '../../fixtures/servers/ports.ts';
import { startBlackhole, startReset, startSilent, startSlow } from '../../fixtures/servers/tcp.ts';
import { LookFailed } from '../../src/sources/gathering.ts';
import { request } from '../../src/sources/http/request.ts';
import { gathering, later, listen } from './http-gathering.ts';

const serve = async (listener: RequestListener) => `http://127.0.0.1:${await listen(createServer(listener))}/`;

/** A server that says these bytes, whatever it is asked. */
async function say(bytes: string | Buffer): Promise<string> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(bytes));
  });
  return `http://127.0.0.1:${await listen(server)}/`;
}

async function failureOf(asked: Promise<unknown>) {
  const error = await asked.then(
    () => 'an answer',
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(LookFailed);
  return (error as LookFailed).outcome;
}

const bombOf = (megabytes: number) => gzipSync(Buffer.alloc(megabytes * 1024 * 1024));

test('an answer keeps its headers as sent, duplicates and case too, and the server learns who asks', async () => {
  let seen: Record<string, unknown> = {};
  const url = await serve((asked, answer) => {
    seen = { agent: asked.headers['user-agent'], host: asked.headers.host, method: asked.method, url: asked.url };
    answer.setHeader('X-Twice', ['a', 'b']);
    answer.end('hello');
  });
  const { host } = new URL(url);
  const answer = await request(gathering(), `${url}a?b=c#d`);
  expect(seen).toEqual({ agent: 'svcheck/0.0.0-test', host, method: 'GET', url: '/a?b=c' });
  expect(answer.headers.filter(([name]) => name === 'X-Twice')).toEqual([
    ['X-Twice', 'a'],
    ['X-Twice', 'b'],
  ]);
  expect(answer).toMatchObject({ status: 200, truncated: false, verified: null, address: host });
  expect(answer.body.toString()).toBe('hello');
});

test('one connection serves one request after another, and a stale one is replaced', async () => {
  let connections = 0;
  const server = createServer((_asked, answer) => void answer.end('ok'));
  server.on('connection', () => {
    connections += 1;
  });
  const port = await listen(server);
  const via = gathering();
  for (let at = 0; at < 3; at += 1) await request(via, `http://127.0.0.1:${port}/${at}`);
  expect(connections).toBe(1);
  server.closeAllConnections();
  expect((await request(via, `http://127.0.0.1:${port}/again`)).status).toBe(200);
  expect(connections).toBe(2);
});

test('no redirect is followed', async () => {
  let asked = 0;
  const url = await serve((_request, answer) => {
    asked += 1;
    answer.writeHead(302, { location: '/' }).end();
  });
  const answer = await request(gathering(), url);
  expect([answer.status, asked]).toEqual([302, 1]);
});

test.each([
  ['gzip', gzipSync('plain text')],
  ['deflate', deflateSync('plain text')],
  ['deflate', deflateRawSync('plain text')],
  ['br', brotliCompressSync('plain text')],
  ['gzip, br', brotliCompressSync(gzipSync('plain text'))],
])('a body in %s is decoded', async (coding, bytes) => {
  const url = await serve((_asked, answer) => void answer.setHeader('content-encoding', coding).end(bytes));
  expect((await request(gathering(), url)).body.toString()).toBe('plain text');
});

test('an empty body that claims a coding is empty', async () => {
  const url = await serve((_asked, answer) => void answer.setHeader('content-encoding', 'gzip').end());
  expect((await request(gathering(), url)).body.length).toBe(0);
  expect((await request(gathering(), url, { method: 'HEAD' })).status).toBe(200);
});

test.each([
  ['gzip', 'no gzip at all'],
  ['zstd', 'unasked'],
  ['gzip, gzip, gzip, gzip', 'stacked'],
])('a body that is not the %s it claims is malformed', async (coding, bytes) => {
  const url = await serve((_asked, answer) => void answer.setHeader('content-encoding', coding).end(bytes));
  expect(await failureOf(request(gathering(), url))).toMatchObject({ cause: 'malformed' });
});

test.each([
  ['gzip', bombOf(64)],
  ['gzip, gzip', gzipSync(bombOf(512))],
])('a bomb in %s stops at the bound', async (coding, bomb) => {
  const url = await serve((_asked, answer) => void answer.setHeader('content-encoding', coding).end(bomb));
  const answer = await request(gathering(), url, { maxBytes: 100_000 });
  expect([answer.truncated, answer.body.length]).toEqual([true, 100_000]);
});

test('an endless body and one of 50 MB stop at the bound', async () => {
  const url = await serve((asked, answer) => {
    if (asked.url === '/long') return void answer.end(Buffer.alloc(50 * 1024 * 1024, 'a'));
    const more = () => {
      while (!answer.destroyed && answer.write(Buffer.alloc(65_536, 'a')));
    };
    answer.on('drain', more);
    more();
  });
  for (const path of ['long', 'endless']) {
    const answer = await request(gathering(), url + path);
    expect([answer.status, answer.truncated, answer.body.length]).toEqual([200, true, 2 * 1024 * 1024]);
  }
});

test.each([
  ['a header of 50 MB', `HTTP/1.1 200 OK\r\nX-Long: ${'a'.repeat(50 * 1024 * 1024)}\r\n\r\n`, 'too-large'],
  ['10,000 cookies', `HTTP/1.1 200 OK\r\n${'Set-Cookie: a=b\r\n'.repeat(10_000)}\r\n`, 'too-large'],
  ['a policy of 1 MB', `HTTP/1.1 200 OK\r\nContent-Security-Policy: ${'a '.repeat(500_000)}\r\n\r\n`, 'too-large'],
  ['an SSH greeting', 'SSH-2.0-OpenSSH_9.2p1\r\n', 'wrong-protocol'],
  ['TLS records', Buffer.from([0x15, 3, 1, 0, 2, 2, 70]), 'wrong-protocol'],
  ['a header name with a space', 'HTTP/1.1 200 OK\r\nX A: b\r\n\r\n', 'malformed'],
  ['a head that is cut', 'HTTP/1.1 200 OK\r\nX-A', 'reset'],
  ['a body that is cut', 'HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhi', 'reset'],
  ['nothing', '', 'reset'],
])('%s ends as its cause', async (_what, bytes, cause) => {
  expect(await failureOf(request(gathering(), await say(bytes)))).toMatchObject({ cause });
});

test.each([
  ['an escape', 'X-A: \u001b[31mred', ['X-A', '\u001b[31mred']],
  ['a NUL', 'X-A: a\0b', ['X-A', 'a\0b']],
  ['a folded line', 'X-A: a\r\n b', ['X-A', 'a b']],
  ['bytes beyond ASCII', 'X-A: \u00e9', ['X-A', '\u00e9']],
])('%s in a header does not hide the answer', async (_what, line, header) => {
  const url = await say(Buffer.from(`HTTP/1.1 200 OK\r\n${line}\r\nContent-Length: 2\r\n\r\nhi`, 'latin1'));
  const answer = await request(gathering(), url);
  expect(answer.headers).toContainEqual(header);
  expect([answer.status, answer.body.toString()]).toEqual([200, 'hi']);
});

test('refused, reset, silent, black hole and drip are told apart', async () => {
  const limit = { timeoutMs: 400 };
  const cause = async (port: number) =>
    (await failureOf(request(gathering(), `http://127.0.0.1:${port}/`, limit))).cause;
  const servers = {
    reset: await startReset({ after: 'data' }),
    silent: await startSilent(),
    hole: await startBlackhole(),
    drip: await startSlow({ bytes: `HTTP/1.1 200 OK\r\nX-A: ${'a'.repeat(1000)}`, everyMs: 30 }),
    dripBody: await startSlow({ bytes: 'HTTP/1.1 200 OK\r\n\r\nabc', pieceSize: 19, everyMs: 300, endless: true }),
  };
  for (const server of Object.values(servers)) later(() => server.stop());
  const causes: Record<string, string> = { closed: await cause(await freePort()) };
  for (const [name, { port }] of Object.entries(servers)) causes[name] = await cause(port);
  const timeout = 'timeout';
  expect(causes).toEqual({
    closed: 'refused',
    reset: 'reset',
    silent: timeout,
    hole: timeout,
    drip: timeout,
    dripBody: timeout,
  });
});

test('names go to the resolver of the settings, and its failures are dns', async () => {
  const port = await listen(createServer((_asked, answer) => void answer.end('by name')));
  const dns = await startDns({
    zone: { 'app.acme.test': { A: '127.0.0.1' } },
    behaviours: { 'ill.acme.test': 'servfail' },
  });
  later(() => dns.stop());
  const via = gathering({ settings: { dns: { servers: [dns.address] } } });
  expect((await request(via, `http://app.acme.test:${port}/`)).body.toString()).toBe('by name');
  expect(await failureOf(request(via, 'https://gone.acme.test/'))).toMatchObject({ cause: 'dns' });
  expect(await failureOf(request(via, 'https://ill.acme.test/'))).toMatchObject({ cause: 'dns', transient: true });
});

test('svcheck stops at its own budget of requests', async () => {
  const url = await serve((_asked, answer) => void answer.end());
  const via = gathering();
  for (let at = 0; at < 150; at += 1) await request(via, url);
  expect(await failureOf(request(via, url))).toMatchObject({ cause: 'rate-limited' });
});

test('TLS: verified with the CA given; else refused, or looked at without what is secret', async () => {
  const authority = await createAuthority();
  const { chainPem, keyPem } = authority.issue({ names: ['app.acme.test'] });
  const asked: (string | undefined)[] = [];
  const port = await listen(
    createTlsServer({ cert: chainPem, key: keyPem }, (incoming, answer) => {
      asked.push(incoming.headers.authorization);
      answer.end('ok');
    }),
  );
  const base = mkdtempSync('/tmp/svcheck-http-');
  later(() => rmSync(base, { recursive: true }));
  writeFileSync(`${base}/ca.pem`, authority.certPem);
  const options = {
    resolve: { 'app.acme.test': `127.0.0.1:${port}`, 'other.acme.test': `127.0.0.1:${port}` },
    secretHeaders: { authorization: 'Bearer s3cret' },
  };
  const via = gathering({ base });
  const well = await request(via, 'https://app.acme.test/', { ...options, ca: 'ca.pem' });
  expect([well.verified, well.status]).toEqual([true, 200]);
  expect(await failureOf(request(via, 'https://app.acme.test/', options))).toMatchObject({ cause: 'tls' });
  const otherName = request(via, 'https://other.acme.test/', { ...options, ca: 'ca.pem' });
  expect(await failureOf(otherName)).toMatchObject({ cause: 'tls' });
  const anyway = await request(via, 'https://app.acme.test/', { ...options, verify: 'look-anyway' });
  expect([anyway.verified, anyway.status]).toEqual([false, 200]);
  expect(asked).toEqual(['Bearer s3cret', undefined]);
});

test('https asked of a plain HTTP server is the wrong protocol', async () => {
  const url = await serve((_asked, answer) => void answer.end());
  const asked = request(gathering(), url.replace('http:', 'https:'), { verify: 'look-anyway' });
  expect(await failureOf(asked)).toMatchObject({ cause: 'wrong-protocol' });
});
