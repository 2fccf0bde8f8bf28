import { createSecureServer, type Http2ServerRequest } from 'node:http2';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { createServer as createTlsServer, type Server, type TlsOptions } from 'node:tls';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Authority, createAuthority } from '../../fixtures/servers/certificates.ts';
import { temporaryFolder } from '../../fixtures/servers/folder.ts';
import { freePort } from '../../fixtures/servers/ports.ts';
import { query } from '../../src/sources/dns/client.ts';
import { parseServer } from '../../src/sources/dns/servers.ts';
import { answerTo, asking, later, listen, record, serve } from './dns-gathering.ts';

type Request = IncomingMessage | Http2ServerRequest;
type Response = ServerResponse; // HTTP/2's does the same (Node.js documentation, "Compatibility API")
type Handle = (question: Buffer, response: Response, request: Request) => void;

const MEDIA_TYPE = 'application/dns-message';
const address = record(1, '7f000001');

let authority: Authority;
beforeAll(async () => {
  authority = await createAuthority();
});
afterEach(() => vi.unstubAllEnvs());

/** Answers as told; `seen` is what it was asked. */
async function serveHttps(handle: Handle, { http2 = true, names = ['127.0.0.1', 'localhost'] } = {}) {
  const { certPem: cert, keyPem: key } = authority.issue({ names });
  const seen: { method: string; url: string; version: string; headers: Request['headers']; question: Buffer }[] = [];
  let sessions = 0;
  const listener = (request: Request, response: Response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const question = Buffer.concat(chunks);
      const { method = '', url = '', httpVersion: version, headers } = request;
      seen.push({ method, url, version, headers, question });
      handle(question, response, request);
    });
  };
  const server: Server = http2
    ? createSecureServer({ cert, key, allowHTTP1: true }, (request, response) =>
        listener(request, response as unknown as Response),
      )
    : createServer({ cert, key }, listener);
  server.on('secureConnection', () => {
    sessions += 1;
  });
  const port = await listen(server);
  return { port, url: `https://127.0.0.1:${port}/dns-query`, seen, sessions: () => sessions };
}

function send(response: Response, body: Buffer | string, { status = 200, type = MEDIA_TYPE } = {}): void {
  response.writeHead(status, type ? { 'content-type': type } : {});
  response.end(body);
}

const good: Handle = (question, response) => send(response, answerTo(question, [address]));

/** The path of the authority's certificate. */
function trusted(): { ca: string } {
  const folder = temporaryFolder('doh');
  later(() => folder.remove());
  return { ca: folder.write({ 'ca.pem': authority.certPem })[0] ?? '' };
}

describe('a question', () => {
  it.each([
    ['2.0', true],
    ['1.1', false],
  ])('goes by HTTP/%s as RFC 8484 has it', async (version, http2) => {
    const { url, port, seen } = await serveHttps(good, { http2 });
    const result = await query(asking([url], trusted()), 'acme.test', 'A');
    expect(result).toMatchObject({ outcome: 'ok', tcp: true, server: url, answers: [{ address: '127.0.0.1' }] });
    expect(seen).toMatchObject([
      { method: 'POST', url: '/dns-query', version, headers: { accept: MEDIA_TYPE, 'content-type': MEDIA_TYPE } },
    ]);
    expect(seen[0]?.question.readUInt16BE(0)).toBe(0); // section 4.1: friendly to caches
    expect(seen[0]?.headers[':authority'] ?? seen[0]?.headers.host).toBe(`127.0.0.1:${port}`);
  });

  it('shares its connection with others', async () => {
    const { url, seen, sessions } = await serveHttps(good);
    const gathering = asking([url], trusted());
    await query(gathering, 'first.test', 'A');
    const names = Array.from({ length: 20 }, (_, at) => `n${at}.test`);
    const results = await Promise.all(names.map((name) => query(gathering, name, 'A')));
    expect(results.map(({ outcome }) => outcome)).toEqual(names.map(() => 'ok'));
    expect(seen).toHaveLength(21);
    expect(sessions()).toBeLessThanOrEqual(8);
  });

  it('goes to a host by name, which the system looks up', async () => {
    const { port } = await serveHttps(good);
    const plain = await serve({ zone: {} });
    const result = await query(asking([`https://localhost:${port}/`, plain.address], trusted()), 'acme.test', 'A');
    expect(result).toMatchObject({ outcome: 'ok', server: `https://localhost:${port}/dns-query` });
    expect(plain.queries).toEqual([]);
  });

  it('goes past the proxy of the environment', async () => {
    const { url } = await serveHttps(good);
    const proxy = `http://127.0.0.1:${await freePort()}`;
    vi.stubEnv('HTTPS_PROXY', proxy);
    vi.stubEnv('https_proxy', proxy);
    expect(await query(asking([url], trusted()), 'acme.test', 'A')).toMatchObject({ outcome: 'ok' });
  });

  it('goes without EDNS to a server that does not know it', async () => {
    const { url, seen } = await serveHttps((question, response) =>
      send(response, answerTo(question, [address], question.readUInt16BE(10) === 1 ? { flags: 0x8181, count: 0 } : {})),
    );
    expect(await query(asking([url], trusted()), 'acme.test', 'A')).toMatchObject({ outcome: 'ok' });
    expect(seen.map(({ question }) => question.readUInt16BE(10))).toEqual([1, 0]);
  });
});

describe('what a zone says comes through', () => {
  it.each([
    ['nxdomain', 0x8183],
    ['nodata', 0x8180],
    ['servfail', 0x8182],
    ['refused', 0x8185],
  ])('%s', async (outcome, flags) => {
    const { url } = await serveHttps((question, response) => send(response, answerTo(question, [], { flags })));
    expect(await query(asking([url], trusted()), 'acme.test', 'A')).toMatchObject({ outcome, rcode: flags & 15 });
  });

  it('an answer of 64 KB, in letters of either case, vouched for', async () => {
    const data = Buffer.concat(Array.from({ length: 254 }, () => Buffer.from(`\u00ff${'x'.repeat(255)}`, 'latin1')));
    const { url } = await serveHttps((question, response) => {
      const answer = answerTo(question, [record(16, data)], { flags: 0x81a0 });
      answer.write('AcMe', 13, 'latin1');
      send(response, answer, { type: 'Application/DNS-Message; x=y' });
    });
    const result = await query(asking([url], trusted()), 'acme.test', 'TXT');
    expect(result).toMatchObject({ outcome: 'ok', ad: true, answers: [{ strings: { length: 254 } }] });
  });
});

describe('what is no answer', () => {
  const other = (question: Buffer) => {
    const copy = Buffer.from(question);
    copy.write('else', 13, 'latin1');
    return copy;
  };
  const cases: [string, Handle, RegExp][] = [
    ['an error of HTTP', (_, response) => send(response, 'no', { status: 503 }), /HTTP 503/],
    [
      'a redirect',
      (_, response) => {
        response.writeHead(302, { location: '/elsewhere' });
        response.end();
      },
      /HTTP 302/,
    ],
    ['a page', (_, response) => send(response, '<p>Hello</p>', { type: 'text/html' }), /no DNS message/],
    ['no type', (question, response) => send(response, answerTo(question, [address]), { type: '' }), /no DNS message/],
    ['nothing', (_, response) => send(response, ''), /cannot be read/],
    ['bytes that are no DNS', (_, response) => send(response, 'this is not DNS'), /cannot be read/],
    ['half a message', (question, response) => send(response, question.subarray(0, 20)), /cannot be read/],
    ['the question itself', (question, response) => send(response, question), /cannot be read/],
    [
      'another id',
      (q, response) => send(response, Buffer.concat([Buffer.from([1, 2]), answerTo(q, [address]).subarray(2)])),
      /cannot be read/,
    ],
    ['another question', (q, response) => send(response, answerTo(other(q), [address])), /cannot be read/],
    [
      'more than a message holds',
      (q, response) => send(response, Buffer.concat([answerTo(q, [address]), Buffer.alloc(70_000)])),
      /more than 64 KB/,
    ],
    [
      'a stream that is cut',
      (_, response, request) => {
        response.writeHead(200, { 'content-type': MEDIA_TYPE, 'content-length': '100' });
        response.write('half');
        setTimeout(() => request.socket.destroy(), 20);
      },
      /closed|cannot be read/,
    ],
  ];
  it.each(cases.flatMap(([what, handle, because]) => [true, false].map((http2) => ({ what, handle, because, http2 }))))(
    '$what (HTTP/2: $http2)',
    async ({ handle, because, http2 }) => {
      const { url } = await serveHttps(handle, { http2 });
      const next = await serve({ zone: { 'acme.test': { A: '127.0.0.7' } } });
      const settings = trusted();
      const result = await query(asking([url], settings), 'acme.test', 'A');
      expect(result).toMatchObject({ outcome: 'timeout', answers: [], tcp: true, server: url });
      expect(result.because).toMatch(because);
      // The next server is asked.
      expect(await query(asking([url, next.address], settings), 'acme.test', 'A')).toMatchObject({
        outcome: 'ok',
        server: next.address,
      });
    },
  );

  it.each([true, false])('silence, and an answer without an end (HTTP/2: %s)', async (http2) => {
    const silent = await serveHttps(() => {}, { http2 });
    const settings = { ...trusted(), timeoutMs: 1000 };
    const first = await query(asking([silent.url], settings), 'acme.test', 'A');
    expect(first).toMatchObject({ outcome: 'timeout', because: expect.stringMatching(/no answer in time/) as string });
    const slow = await serveHttps(
      (_, response) => {
        response.writeHead(200, { 'content-type': MEDIA_TYPE });
        const timer = setInterval(() => response.write('x'), 20);
        response.on('close', () => clearInterval(timer));
      },
      { http2 },
    );
    const second = await query(asking([slow.url], settings), 'acme.test', 'A');
    expect(second).toMatchObject({ outcome: 'timeout', because: expect.stringMatching(/no answer in time/) as string });
  });

  it('a certificate of an authority that is not trusted, or of another host', async () => {
    const server = await serveHttps(good);
    const strange = await query(asking([server.url]), 'acme.test', 'A');
    expect(strange).toMatchObject({ outcome: 'timeout', answers: [] });
    expect(strange.because).toMatch(/its certificate does not verify/);
    const misnamed = await serveHttps(good, { names: ['dns.test'] });
    const wrong = await query(asking([misnamed.url], trusted()), 'acme.test', 'A');
    expect(wrong).toMatchObject({ outcome: 'timeout', answers: [] });
    expect(wrong.because).toMatch(/its certificate does not verify/);
    expect([...server.seen, ...misnamed.seen]).toEqual([]);
  });

  it('nobody there, a name that is not there, no TLS, no HTTP', async () => {
    const port = await freePort();
    const nobody = await query(asking([`https://127.0.0.1:${port}/`]), 'acme.test', 'A');
    expect(nobody.because).toMatch(/nothing listens there/);
    const dns = await serve({ zone: {} });
    const plain = await query(asking([`https://${dns.address}/`], { timeoutMs: 1000 }), 'acme.test', 'A');
    expect(plain).toMatchObject({ outcome: 'timeout', answers: [] });
    const { certPem: cert, keyPem: key } = authority.issue({ names: ['127.0.0.1'] });
    const options: TlsOptions = { cert, key };
    const tls = await listen(
      createTlsServer(options, (socket) => socket.on('error', () => {}).end('220 mail.test ESMTP\r\n')),
    );
    const mail = await query(asking([`https://127.0.0.1:${tls}/`], trusted()), 'acme.test', 'A');
    expect(mail).toMatchObject({
      outcome: 'timeout',
      because: expect.stringMatching(/does not speak HTTP|closed/) as string,
    });
  });
});

describe('dns.servers over HTTPS', () => {
  it.each([
    ['https://192.0.2.1/dns-query', { address: '192.0.2.1', port: 443, label: 'https://192.0.2.1/dns-query' }],
    [
      'HTTPS://DNS.Example.com:8443/q?x=1',
      { address: 'dns.example.com', port: 8443, label: 'https://dns.example.com:8443/q?x=1' },
    ],
    ['https://[2001:db8::53]/dns-query', { address: '2001:db8::53', label: 'https://[2001:db8::53]/dns-query' }],
    ['https://dns.example.com/dns-query{?dns}', { label: 'https://dns.example.com/dns-query' }],
    ['https://dns.example.com', { label: 'https://dns.example.com/dns-query' }],
    ['https://dns.example.com/#x', { label: 'https://dns.example.com/dns-query' }],
  ])('%s', (text, expected) => {
    expect(parseServer(text)).toMatchObject({ transport: 'https', ...expected });
  });
});
