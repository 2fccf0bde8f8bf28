import type { ServerResponse } from 'node:http';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Deployment } from '../../fixtures/demo/deployment.ts';
import { startGarbage, startReset } from '../../fixtures/servers/tcp.ts';
import { freePort } from '../../fixtures/servers/ports.ts';
import { allOf, type Flips, siteLost } from '../../fixtures/faults/lines.ts';
import { selfSigned } from '../../fixtures/servers/certificates.ts';
import type { SiteAnswer, Tamper } from '../../fixtures/demo/site.ts';
import { describeOutages } from './outage.ts';
import { moveSite, running } from './places.ts';

const tampered =
  (change: Tamper) =>
  ({ site }: Deployment) => {
    site.tamper(change);
  };

const MB = 1024 * 1024;

/** Pages that were not read to their end; what health says of itself comes before the filler. */
const tooLarge: Flips = {
  ...allOf('pages', 'error too-large'),
  'secrets.in-env': 'manual not-all-searched',
  'optimization.gzip': 'fail not-compressed',
  'optimization.images': 'fail too-heavy',
};

/** Without the coding that the site gave it. */
function uncompressed(answer: SiteAnswer): SiteAnswer {
  if (answer.headers['content-encoding'] === undefined) return answer;
  const { 'content-encoding': _, ...headers } = answer.headers;
  return { ...answer, headers, body: gunzipSync(answer.body) };
}

/** No page was found to judge; cookies are set by redirects too. */
const { 'auth.cookies': _, ...headersOfNone } = allOf('pages', 'manual no-page');
const nothing = {
  'optimization.cdn': 'manual no-assets',
  'optimization.gzip': 'manual nothing-to-compress',
  'optimization.images': 'manual no-images',
  'email-monitoring.webhook': 'manual endpoint-undecided',
} as const;

/** The answer, and after it a filler of so many bytes, in pieces and no faster than they are read. */
function stream(answer: SiteAnswer, response: ServerResponse, bytes: number): void {
  const { status, headers, body } = uncompressed(answer);
  response.writeHead(status, headers as Record<string, string>);
  response.write(body);
  const piece = Buffer.alloc(64 * 1024, ' ');
  let left = bytes;
  const more = () => {
    if (response.destroyed) return;
    if (left <= 0) return void response.end();
    left -= piece.length;
    // Other servers of the demo share this process, and want their turn.
    response.write(piece, () => setImmediate(more));
  };
  more();
}

describeOutages([
  {
    name: 'a site that refuses',
    flips: siteLost('error refused'),
    plant: async (shop) => moveSite(shop, await freePort()),
  },
  {
    name: 'a site that resets',
    flips: siteLost('error reset'),
    plant: async (shop) => moveSite(shop, await running(shop, startReset)),
  },
  {
    name: 'something else than TLS',
    flips: siteLost('error wrong-protocol'),
    plant: async (shop) => moveSite(shop, await running(shop, () => startGarbage('SSH-2.0-\u001b[2Jowned\u0007\r\n'))),
  },
  {
    name: 'a host that does not exist',
    flips: { ...siteLost('error dns'), 'network.waf': 'error dns', 'network.ddos': 'error dns' },
    plant: ({ zone }) => {
      zone.set('app.shop.test', null);
    },
  },
  {
    name: 'a certificate that does not verify',
    flips: { 'auth.https': 'fail self-signed' },
    plant: async ({ site }) => {
      const { chainPem, keyPem } = await selfSigned({ names: ['app.shop.test'] });
      site.secure({ cert: chainPem, key: keyPem });
    },
  },
  {
    name: 'bodies without end',
    flips: { ...tooLarge, 'email-monitoring.webhook': 'error timeout' },
    plant: tampered((answer, _request, response) => {
      stream(answer, response, Infinity);
      return null;
    }),
  },
  {
    name: 'bodies of 50 MB',
    flips: tooLarge,
    plant: tampered((answer, _request, response) => {
      stream(answer, response, 50 * MB);
      return null;
    }),
  },
  {
    name: 'heads of 50 MB',
    flips: { ...siteLost('error too-large'), 'auth.https': 'error wrong-protocol' },
    plant: tampered((_answer, _request, response) => {
      const { socket } = response;
      socket?.write('HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n');
      const line = `X-Filler: ${'x'.repeat(8000)}\r\n`;
      let left = 50 * MB;
      const more = () => {
        while (!socket?.destroyed && left > 0 && socket?.write(line)) left -= line.length;
      };
      socket?.on('drain', more);
      more();
      return null;
    }),
  },
  {
    name: 'a gzip bomb',
    flips: {
      ...allOf('pages', 'error too-large'),
      'secrets.in-env': 'manual not-all-searched',
      'optimization.images': 'fail too-heavy',
    },
    plant: (shop) => {
      // RFC 1952 section 2.2: a second member goes on where the first one ends.
      const bomb = gzipSync(Buffer.alloc(200 * MB, ' '));
      tampered((answer) => ({
        ...answer,
        headers: { ...answer.headers, 'content-encoding': 'gzip', vary: 'Accept-Encoding' },
        body: Buffer.concat([gzipSync(uncompressed(answer).body), bomb]),
      }))(shop);
    },
  },
  {
    name: 'redirects in a circle',
    flips: {
      'application.health': 'fail redirect',
      ...headersOfNone,
      ...nothing,
    },
    plant: tampered((answer, { path }) => ({
      ...answer,
      status: 302,
      headers: { ...answer.headers, location: path === '/a' ? '/b' : '/a' },
    })),
  },
  {
    name: 'control characters and escapes in headers, cookies and titles',
    flips: {
      'application.health': 'fail html',
      'auth.hsts': 'fail missing',
      'auth.cookies': 'fail insecure not-http-only same-site-missing',
      'headers.csp': 'fail missing',
      'headers.frame-options': 'fail unknown-value',
      'headers.content-type-options': 'fail missing',
      'headers.xss-protection': 'fail missing',
      'headers.referrer-policy': 'fail unrecognised',
      ...nothing,
    },
    plant: tampered((_answer, _request, response) => {
      const body = '<!doctype html><title>\u001b[2J\u001b]0;owned\u0007\u202e</title>';
      const fields = [
        'Content-Type: text/html',
        'X-Frame-Options: \u001b[2JDENY',
        'Referrer-Policy: \u001b]0;owned\u0007no-referrer',
        'Set-Cookie: session=\u001b[31m; Path=/',
        'Server: \u0008\u0008\u0001',
        `Content-Length: ${Buffer.byteLength(body)}`,
      ];
      response.socket?.end(`HTTP/1.1 200 OK\r\n${fields.join('\r\n')}\r\n\r\n${body}`);
      return null;
    }),
  },
]);
