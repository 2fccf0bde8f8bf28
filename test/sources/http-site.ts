import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type Authority, createAuthority } from '../../fixtures/servers/certificates.ts';
import type { FactStore } from '../../src/engine/store.ts';
import { type LookOptions, storeFor } from '../support/gathering.ts';
import { later, listen } from './http-gathering.ts';

export interface Reply {
  status?: number;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
}
export type Route = Reply | ((asked: IncomingMessage, answer: ServerResponse) => Reply | undefined);

export const html = (body: string, headers: Reply['headers'] = {}): Reply => ({
  headers: { 'content-type': 'text/html; charset=utf-8', ...headers },
  body: `<!doctype html><html><head><title>x</title></head><body>${body}</body></html>`,
});

/** Answers by path (the query left out); `*` is what answers the rest, else a plain 404. */
function listener(routes: Record<string, Route>, asked: IncomingMessage[] = []): RequestListener {
  return (request, answer) => {
    asked.push(request);
    const [path = '/'] = (request.url ?? '/').split('?');
    const route = routes[path] ?? routes['*'] ?? { status: 404, ...html('not found'), body: 'not found' };
    const reply = typeof route === 'function' ? route(request, answer) : route;
    if (reply) answer.writeHead(reply.status ?? 200, reply.headers).end(reply.body ?? '');
  };
}

let authority: Authority | undefined;

export interface TestSite {
  /** As in svcheck.yaml, and the folder that its paths stand on. */
  settings: Record<string, unknown>;
  base: string;
  store: FactStore;
  origin: string;
  port: number;
  /** What was asked over https, in order. */
  asked: IncomingMessage[];
  /** A further audit of the same site. */
  again(options?: LookOptions): FactStore;
}

/** An https site named app.acme.test on loopback, looked at with its CA; plain HTTP beside it redirects, unless told. */
export async function site(
  routes: Record<string, Route>,
  options: LookOptions & { plain?: Record<string, Route>; names?: string[] } = {},
): Promise<TestSite> {
  authority ??= await createAuthority();
  const { certPem } = authority;
  const { chainPem, keyPem } = authority.issue({ names: options.names ?? ['app.acme.test'] });
  const base = mkdtempSync('/tmp/svcheck-site-');
  later(() => rmSync(base, { recursive: true }));
  writeFileSync(`${base}/ca.pem`, certPem);
  const asked: IncomingMessage[] = [];
  const port = await listen(createTlsServer({ cert: chainPem, key: keyPem }, listener(routes, asked)));
  const origin = `https://app.acme.test:${port}`;
  const toHttps: Record<string, Route> = { '*': { status: 308, headers: { location: `${origin}/` } } };
  const plainPort = await listen(createServer(listener(options.plain ?? toHttps)));
  const settingsWith = (more: LookOptions = {}) => ({
    ...options.settings,
    ...more.settings,
    site: {
      url: origin,
      http: `http://app.acme.test:${plainPort}`,
      ca: 'ca.pem',
      resolve: { 'app.acme.test': `127.0.0.1:${port}` },
      ...(options.settings?.site as object | undefined),
      ...(more.settings?.site as object | undefined),
    },
  });
  const again = (more: LookOptions = {}) => {
    const store = storeFor({ base, ...options, ...more, settings: settingsWith(more) });
    later(() => store.close());
    return store;
  };
  return { store: again(), origin, port, asked, again, base, settings: settingsWith() };
}
