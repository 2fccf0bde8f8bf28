import { createServer as createTcpServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { audit } from '../../src/audit.ts';
import { defaultLimits } from '../../src/engine/limits.ts';
import { type LookOptions, targetOf } from '../support/gathering.ts';
import { freePort } from '../../fixtures/servers/ports.ts';
import { listen } from './http-gathering.ts';
import { html, type Route, site } from './http-site.ts';

const lines = ['application.health', 'auth.hsts', 'auth.cookies', 'headers.*'];

/** Status and reason of each line that rests on the site, as the audit decides it. */
async function judged(settings: LookOptions['settings'], base?: string): Promise<Record<string, string>> {
  const now = new Date();
  const report = await audit(targetOf({ settings: settings ?? {}, ...(base ? { base } : {}) }), {
    version: '0.0.0-test',
    phases: ['pre-deploy'],
    only: lines,
    skip: [],
    active: false,
    vantage: 'undeclared',
    limits: { ...defaultLimits, timeoutMs: 5000 },
    gate: { failOn: ['fail', 'error'], require: null },
    applyWaivers: true,
    now,
    asOf: now,
    interrupt: new AbortController().signal,
  });
  const looked = report.results.filter(({ status }) => status !== 'skipped');
  for (const { status, fix, id } of looked) {
    if (status === 'fail' || status === 'error') expect(fix, `${id} says what to do`).toBeTruthy();
  }
  return Object.fromEntries(looked.map(({ id, status, reason }) => [id, `${status} ${reason ?? ''}`]));
}

const secure = {
  'content-security-policy': "default-src 'self'; object-src 'none'; base-uri 'self'",
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'x-xss-protection': '1; mode=block',
  'referrer-policy': 'strict-origin-when-cross-origin',
};
const health = (body: object): Route => ({
  headers: { ...secure, 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const well: Record<string, Route> = {
  '/': html('<a href=/login>l</a>', {
    ...secure,
    'set-cookie': '__Host-session=1f0c; Path=/; Secure; HttpOnly; SameSite=Lax',
  }),
  '/login': html('login', secure),
  '/health': health({ status: 'ok' }),
  '/health/live': health({ status: 'ok' }),
  '/health/ready': health({ status: 'ok', checks: { database: { status: 'up' }, redis: { status: 'up' } } }),
  '*': { status: 404, ...html('not found', secure) },
};
const toHttps: Record<string, Route> = {
  '*': { status: 308, headers: { ...secure, location: 'https://app.acme.test/' } },
};

const passes = {
  'application.health': 'pass healthy',
  'auth.hsts': 'pass one-year',
  'auth.cookies': 'pass secure',
  'headers.csp': 'pass strict',
  'headers.frame-options': 'pass deny',
  'headers.content-type-options': 'pass nosniff',
  'headers.xss-protection': 'pass block',
  'headers.referrer-policy': 'pass no-full-url',
};

async function judgedSite(routes: Record<string, Route>, names?: string[]) {
  const { settings, base } = await site({ ...well, ...routes }, { plain: toHttps, ...(names ? { names } : {}) });
  return judged(settings, base);
}

test('a site in order passes every line', async () => {
  expect(await judgedSite({})).toEqual(passes);
});

test('a certificate that does not verify is not their business', async () => {
  expect(await judgedSite({}, ['other.acme.test'])).toEqual(passes);
});

const drip: Route = (_asked, answer) => {
  answer.writeHead(200, { ...secure, 'content-type': 'text/html' });
  const timer = setInterval(() => answer.write('.'), 20);
  answer.on('close', () => clearInterval(timer));
  return undefined;
};
const endless: Route = (_asked, answer) => {
  answer.writeHead(200, { ...secure, 'content-type': 'text/html' });
  const more = () => {
    while (!answer.destroyed && answer.write('x'.repeat(65_536)));
  };
  answer.on('drain', more);
  more();
  return undefined;
};
const pageLines = Object.keys(passes).filter((id) => id !== 'application.health');
const every = (outcome: string) => ({ ...passes, ...Object.fromEntries(pageLines.map((id) => [id, outcome])) });

test.each([
  ['a page that drips', drip, every('error timeout')],
  ['an endless page', endless, every('error too-large')],
  [
    'a bomb',
    {
      headers: { ...secure, 'content-type': 'text/html', 'content-encoding': 'gzip' },
      body: gzipSync(Buffer.alloc(64 * 1024 * 1024)),
    },
    every('error too-large'),
  ],
  ['a head of 100 KB', html('x', { ...secure, 'x-long': 'a'.repeat(100_000) }), every('error too-large')],
  [
    'a redirect to itself',
    { status: 302, headers: { ...secure, location: '/' } },
    { ...every('manual no-page'), 'auth.cookies': 'manual no-cookie' },
  ],
  ['a connection that is cut', (_asked, answer) => void answer.destroy(), every('error reset')],
] satisfies [string, Route, Record<string, string>][])('%s', async (_what, route, expected) => {
  expect(await judgedSite({ '/': route })).toEqual(expected);
});

test('escapes in a header are judged as what they are', async () => {
  const port = await listen(
    createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', () =>
        socket.end(
          'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Frame-Options: \u001b[2JDENY\r\nContent-Length: 0\r\n\r\n',
        ),
      );
    }),
  );
  expect(await judged({ site: { url: `http://127.0.0.1:${port}` } })).toMatchObject({
    'headers.frame-options': 'fail unknown-value',
  });
});

test('a site that is not there makes every line an error', async () => {
  const port = await freePort();
  const found = await judged({ site: { url: `https://127.0.0.1:${port}` } });
  expect(found).toEqual(Object.fromEntries(Object.keys(passes).map((id) => [id, 'error refused'])));
});

test('a nonce is judged by two fetches', async () => {
  let at = 0;
  const withNonce =
    (nonce: () => string): Route =>
    () =>
      html('x', {
        ...secure,
        'content-security-policy': `script-src 'nonce-${nonce()}'; object-src 'none'; base-uri 'none'`,
      });
  const csp = async (route: Route) => (await judgedSite({ '/': route }))['headers.csp'];
  expect(await csp(withNonce(() => `fresh-number-${(at += 1)}`))).toBe('pass strict');
  expect(await csp(withNonce(() => 'always-the-same'))).toBe('fail nonce-repeats');
});

test('a prerendered page has its policy in a meta element, and none on what it cannot set', async () => {
  const policy =
    "script-src 'self' 'sha256-4Su6mBWzEIFnH4pAGMOuaeBrstwJN4Z3pq/s1Kn4/KQ='; object-src 'none'; base-uri 'self'";
  const body = `<!doctype html><head><meta http-equiv="content-security-policy" content="${policy}"></head><p>x`;
  const { 'content-security-policy': _, ...others } = secure;
  const found = await judgedSite({ '/': { headers: { ...others, 'content-type': 'text/html' }, body } });
  expect(found['headers.csp']).toBe('pass strict');
});

test('health: cold at first is a warning, ill at last is a fail', async () => {
  let asked = 0;
  const after =
    (first: Route, then: Route): Route =>
    (incoming, answer) => {
      asked += 1;
      const route = asked === 1 ? first : then;
      return typeof route === 'function' ? route(incoming, answer) : route;
    };
  const ready = well['/health/ready'] as Route;
  const cold = { status: 503, ...html('starting', secure) };
  expect((await judgedSite({ '/health/ready': after(cold, ready) }))['application.health']).toBe('pass healthy');
  asked = 0;
  expect((await judgedSite({ '/health/ready': after(ready, cold) }))['application.health']).toBe('fail status');
  const hangs: Route = () => undefined;
  expect((await judgedSite({ '/health/ready': hangs }))['application.health']).toBe('fail slow');
});

test('health endpoints are asked before anything else, and again after it', async () => {
  const { settings, base, asked } = await site(well, { plain: toHttps });
  await judged(settings, base);
  const paths = asked.map(({ url }) => url ?? '').map((url) => (url.startsWith('/health') ? 'health' : 'other'));
  expect([paths[0], paths.at(-1)]).toEqual(['health', expect.anything()]);
  expect(paths.lastIndexOf('health')).toBeGreaterThan(paths.indexOf('other'));
});
