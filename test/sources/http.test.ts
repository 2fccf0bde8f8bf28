import { describe, expect, test } from 'vitest';
import { startNginx } from '../../fixtures/servers/nginx.ts';
import { freePort } from '../../fixtures/servers/ports.ts';
import type { FactStore } from '../../src/engine/store.ts';
import { storeFor } from '../support/gathering.ts';
import { later } from './http-gathering.ts';
import { known, pathOf } from './http-known.ts';
import { html, site } from './http-site.ts';

const kinds = async (store: FactStore) =>
  (await known(store, 'http.answers')).answers.map(({ kind, url, status }) => `${kind} ${pathOf(url)} ${status}`);

describe('the walk over the site', () => {
  test('pages are found by links and redirects, assets by markup; each is asked for once', async () => {
    const links =
      '<a href=/login?next=/>l</a><a href=/login>l</a><a href=/old>o</a><a href=/logout>x</a><a href=/m.pdf>m</a>';
    const { store, asked } = await site(
      {
        '/': html(`${links}<a href="https://other.test/">e</a><script src=/app.js></script><img src=/logo.svg>`),
        '/login': html('<link rel=stylesheet href=/app.css><script src="https://cdn.test/x.js"></script>'),
        '/old': { status: 302, headers: { location: '/new' } },
        '/new': html('new'),
        '/app.js': { headers: { 'content-type': 'text/javascript' } },
        '/app.css': { headers: { 'content-type': 'text/css' } },
        '/logo.svg': { headers: { 'content-type': 'image/svg+xml' } },
        '/api/v1/users': { status: 401, headers: { 'content-type': 'application/json' }, body: '{}' },
      },
      { settings: { site: { api: ['/api/v1/users'] } } },
    );
    expect((await kinds(store)).map((one) => one.replace(/svcheck-\w+/, 'RANDOM'))).toEqual([
      'page / 200',
      'page /login 200',
      'page /new 200',
      'not-found /RANDOM 404',
      'redirect / 308',
      'redirect /old 302',
      'script /app.js 200',
      'style /app.css 200',
      'image /logo.svg 200',
      'api /api/v1/users 401',
    ]);
    await Promise.all((['http.hsts', 'http.cookies', 'http.csp'] as const).map((name) => store.get(name)));
    const paths = asked.map(({ url }) => pathOf(`https://x${url ?? ''}`));
    expect(paths.filter((path) => path === '/').length).toBe(2); // the connection's own, and the walk's
    expect(paths).not.toContain('/logout');
    expect(new Set(asked.map(({ method }) => method))).toEqual(new Set(['GET']));
    expect(new Set(asked.map(({ headers }) => headers['user-agent']))).toEqual(new Set(['svcheck/0.0.0-test']));
  });

  test('ten pages at the most are looked at by links, all those that are named', async () => {
    const links = Array.from({ length: 40 }, (_, at) => `<a href=/p${at}>p</a>`).join('');
    const { store, again } = await site({ '*': html(links) });
    expect((await kinds(store)).filter((one) => one.startsWith('page')).length).toBe(10);
    const named = again({ settings: { site: { pages: Array.from({ length: 20 }, (_, at) => `/n${at}`) } } });
    expect((await kinds(named)).filter((one) => one.startsWith('page')).length).toBe(20);
  });

  test('an empty list of pages is told apart from a site without pages', async () => {
    const { store, again } = await site({ '*': { body: '{}', headers: { 'content-type': 'application/json' } } });
    expect((await known(store, 'http.answers')).pagesAsked).toBe(true);
    expect((await known(again({ settings: { site: { pages: [] } } }), 'http.answers')).pagesAsked).toBe(false);
  });

  test('a named page that leads to a login was not seen, one that leads below itself is looked at there', async () => {
    const { again } = await site({
      '/docs': { status: 301, headers: { location: '/docs/' } },
      '/docs/': html('docs'),
      '/app': { status: 302, headers: { location: '/login?next=/app' } },
      '/login': html('login'),
    });
    const of = async (pages: string[]) =>
      (await kinds(again({ settings: { site: { pages } } }))).filter((one) => !one.startsWith('not'));
    expect(await of(['/docs'])).toEqual(['page /docs/ 200', 'redirect / 308', 'redirect /docs 301']);
    expect(await of(['/app'])).toEqual(['redirect / 308', 'redirect /app 302']);
  });

  test('HTML is HTML without a type too', async () => {
    const { store } = await site({ '/': { body: ' <!DOCTYPE html><p>x' }, '*': { body: 'plain' } });
    expect((await known(store, 'http.answers')).answers.map(({ kind, html: is }) => [kind, is])).toEqual([
      ['page', true],
      ['not-found', false],
      ['redirect', false],
    ]);
  });

  test('a redirect loop ends', async () => {
    const { store, asked } = await site({
      '/': { status: 302, headers: { location: '/a' } },
      '/a': { status: 302, headers: { location: '/' } },
    });
    expect((await kinds(store)).filter((one) => one.includes('302'))).toEqual(['redirect / 302', 'redirect /a 302']);
    expect(asked.length).toBeLessThan(6);
  });

  test('headers come as sent: duplicates, control characters and all; cookies without their values', async () => {
    const { store } = await site({
      '/': html('x', {
        'x-frame-options': ['DENY', 'SAMEORIGIN'],
        'referrer-policy': 'no-referrer, unsafe-url',
        'set-cookie': ['a=secret-value; Secure; HttpOnly; SameSite=Lax', 'b=c; Domain=.acme.test'],
      }),
    });
    const [page] = (await known(store, 'http.answers')).answers;
    expect(page?.headers['x-frame-options']).toEqual(['DENY', 'SAMEORIGIN']);
    expect(page?.referrerPolicy).toEqual({ tokens: ['no-referrer', 'unsafe-url'], effective: 'unsafe-url' });
    const { cookies } = await known(store, 'http.cookies');
    expect(cookies.map(({ name, domain, secure }) => [name, domain, secure])).toEqual([
      ['a', null, true],
      ['b', 'acme.test', false],
    ]);
    expect(JSON.stringify(cookies)).not.toContain('secret-value');
  });

  test('a site behind nginx lacks what add_header leaves out of its own errors', async () => {
    const port = await freePort();
    const server = await startNginx({
      http: `server { listen 127.0.0.1:${port}; root pages; add_header X-Frame-Options DENY; add_header X-Content-Type-Options nosniff always; }`,
      files: { 'pages/index.html': '<!doctype html><link rel=stylesheet href=/a.css><p>hi', 'pages/a.css': 'p{}' },
    });
    later(() => server.stop());
    const store = storeFor({ settings: { site: { url: `http://127.0.0.1:${port}` } } });
    later(() => store.close());
    const { answers } = await known(store, 'http.answers');
    expect(
      answers.map(({ kind, frameOptions, contentTypeOptions }) => [kind, frameOptions, contentTypeOptions]),
    ).toEqual([
      ['page', ['deny'], ['nosniff']],
      ['not-found', [], ['nosniff']],
      ['style', ['deny'], ['nosniff']],
    ]);
  });
});
