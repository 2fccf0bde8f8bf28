import { describe, expect, test } from 'vitest';
import type { Facts } from '../../src/facts/index.ts';
import type { LookOptions } from '../support/gathering.ts';
import { html, type Route, site, type TestSite } from './http-site.ts';

const secret = 'q7XvT2mK9pLrB4sNwZ8dYf3hGj6cAe1U';
const env = { BETTER_AUTH_SECRET: secret, PUBLIC_STRIPE_KEY: `pk_live_${secret.slice(0, 24)}` };
const script = (body: string, headers: Record<string, string> = {}): Route => ({
  headers: { 'content-type': 'text/javascript', ...headers },
  body,
});
const page = (...sources: string[]): Route =>
  html(sources.map((src) => `<script type="module" src="${src}"></script>`).join(''));

async function assetsOf(
  routes: Record<string, Route>,
  options: LookOptions = {},
): Promise<[Facts['secrets.assets'], TestSite]> {
  const made = await site(routes, { env, ...options });
  const fact = await made.store.get('secrets.assets');
  if (fact.state !== 'known') throw new Error(fact.because);
  return [fact.value, made];
}

const seen = (assets: Facts['secrets.assets']) =>
  assets.findings.map(({ url, line, kind, key }) => [new URL(url).pathname, line, kind, key]);

describe('what the site sends to everybody', () => {
  test('nothing secret: pages and scripts are counted, public keys are none', async () => {
    const [assets] = await assetsOf({ '/': page('/app.js'), '/app.js': script(`init("${env.PUBLIC_STRIPE_KEY}")`) });
    expect(assets).toMatchObject({ scripts: 1, maps: 0, findings: [], more: 0, missed: 0, values: 1 });
    expect(assets.pages).toBeGreaterThan(0);
    expect(assets.formats).toBeGreaterThan(120);
  });

  test('a value in a page, in a script in base64, and a known format', async () => {
    const [assets] = await assetsOf({
      '/': html(`<script>\nwindow.config = {"secret":"${secret}"}</script><script src="/app.js"></script>`),
      '/app.js': script(
        `const a = "${Buffer.from(`x${secret}`).toString('base64')}";\nconst b = "sk_live_q7XvT2mK9pLrB4sNwZ8dYf3h";`,
      ),
    });
    expect(seen(assets)).toEqual([
      ['/', 2, 'env-value', 'BETTER_AUTH_SECRET'],
      ['/app.js', 1, 'env-value', 'BETTER_AUTH_SECRET'],
      ['/app.js', 2, 'stripe-key', null],
    ]);
    expect(JSON.stringify(assets)).not.toContain(secret);
  });

  test('scripts that scripts import, as SvelteKit lays them out, also after the first 64 KB', async () => {
    const [assets, made] = await assetsOf({
      '/': html('<link rel="modulepreload" href="/_app/immutable/entry/start.js">'),
      '/_app/immutable/entry/start.js': script('import{a}from"../chunks/one.js";import("./app.js")'),
      '/_app/immutable/entry/app.js': script(
        'const d=(m=[],r=(m.f||(m.f=["../nodes/0.js","_app/immutable/assets/0.css"])))=>m;',
      ),
      '/_app/immutable/chunks/one.js': script(`${'/* filler */'.repeat(8000)}x="${secret}"`),
      '/_app/immutable/nodes/0.js': script('export const y = "rk_live_q7XvT2mK9pLrB4sNwZ8dYf3h";'),
    });
    expect(seen(assets).sort()).toEqual([
      ['/_app/immutable/chunks/one.js', 1, 'env-value', 'BETTER_AUTH_SECRET'],
      ['/_app/immutable/nodes/0.js', 1, 'stripe-key', null],
    ]);
    expect(assets).toMatchObject({ scripts: 4, missed: 0 });
    const paths = made.asked.map(({ url }) => url);
    for (const path of new Set(paths.filter((one) => one?.endsWith('.js')))) {
      expect(
        paths.filter((one) => one === path),
        path,
      ).toHaveLength(1);
    }
  });

  test('source maps: by the comment, by the header, inline', async () => {
    const map = (source: string) =>
      JSON.stringify({ version: 3, sources: ['a.ts'], sourcesContent: [source], mappings: '' });
    const [assets] = await assetsOf({
      '/': page('/a.js', '/b.js', '/c.js'),
      '/a.js': script('a()\n//# sourceMappingURL=a.js.map'),
      '/a.js.map': { headers: { 'content-type': 'application/json' }, body: map(`x = "${secret}"`) },
      '/b.js': script('b()', { sourcemap: '/maps/b.json' }),
      '/maps/b.json': { body: map(`y = '${secret}'`) },
      '/c.js': script(
        `c()\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(map(`z="${secret}"`)).toString('base64')}`,
      ),
    });
    const found = seen(assets).map(([path]) => path);
    for (const path of ['/a.js.map', '/maps/b.json', '/c.js']) expect(found).toContain(path);
    expect(assets.maps).toBe(3);
  });

  test("not what other origins send, nor a token that is a page's own", async () => {
    const jwt = `eyJhbGciOiJIUzI1NiJ9.${Buffer.from('{"sub":"visitor-5812"}').toString('base64url')}.${[...secret].reverse().join('')}Ab3Cd4Ef5G6`;
    const [assets] = await assetsOf({
      '/': html(`<script src="https://cdn.example.com/x.js"></script><i data-t="${jwt}"></i>`),
    });
    expect(assets).toMatchObject({ findings: [], scripts: 0, missed: 0 });
  });

  test('a script without an answer is said', async () => {
    const [assets, { origin }] = await assetsOf({ '/': page('/a.js'), '/a.js': script('import "./gone.js"') });
    expect(assets).toMatchObject({ missed: 1, missedUrls: [`${origin}/gone.js`] });
  });

  test('a site that does not answer is out of reach, one without an address not configured', async () => {
    const made = await site({ '/': page() }, { env });
    const down = made.again({
      settings: { site: { url: 'https://app.acme.test:9', resolve: { 'app.acme.test': '127.0.0.1:9' } } },
    });
    expect(await down.get('secrets.assets')).toMatchObject({ state: 'unreachable', cause: 'refused' });
  });
});

describe('files that should not be served', () => {
  const exposedOf = async (routes: Record<string, Route>): Promise<Facts['secrets.exposed']> => {
    const { store } = await site(routes, { env, active: true });
    const fact = await store.get('secrets.exposed');
    if (fact.state !== 'known') throw new Error(fact.because);
    return fact.value;
  };
  const served = ({ served: list }: Facts['secrets.exposed']) =>
    list.map(({ url, what }) => [new URL(url).pathname, what]);

  test('none', async () => {
    expect(await exposedOf({ '/': page() })).toMatchObject({ missed: 0, served: [] });
  });

  test('by what they hold', async () => {
    const exposed = await exposedOf({
      '/': page(),
      '/.env': { body: `# production\nNODE_ENV=production\nBETTER_AUTH_SECRET=${secret}\n` },
      '/.git/HEAD': { body: 'ref: refs/heads/main\n' },
      '/.git/config': { body: '[core]\n\trepositoryformatversion = 0\n' },
      '/dump.sql': { body: '--\n-- PostgreSQL database dump\n--\n' },
      '/backup.zip': { body: Buffer.from('PK\x03\x04rest') },
      '/database.sqlite': { body: 'SQLite format 3\0' },
    });
    expect(served(exposed)).toEqual([
      ['/.env', 'an env file'],
      ['/.git/HEAD', "a git repository's HEAD"],
      ['/.git/config', "a git repository's settings"],
      ['/dump.sql', 'a database dump'],
      ['/backup.zip', 'an archive'],
      ['/database.sqlite', 'a database'],
    ]);
    expect(JSON.stringify(exposed)).not.toContain(secret);
  });

  test.each([
    ['a page for every path', { '*': html('welcome') }],
    ['a redirect for every path', { '*': { status: 302, headers: { location: '/login' } } }],
    ['a wall before every path', { '*': { status: 401, body: 'A=1\nB=2\n' } }],
    ['the same text for every path', { '*': { body: 'STATUS=ok\nVERSION=3\n' } }],
    ['plain words', { '/.env': { body: 'nothing to see here\n' }, '/.git/HEAD': { body: 'no' } }],
    ['JSON', { '/.env': { body: '{"error":"not found"}' } }],
  ] as [string, Record<string, Route>][])('%s is none of them', async (_, routes) => {
    expect(served(await exposedOf({ '/': page(), ...routes }))).toEqual([]);
  });
});
