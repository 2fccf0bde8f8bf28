import { deflateSync, gzipSync } from 'node:zlib';
import { randomBytes } from 'node:crypto';
import { describe, expect, it, test } from 'vitest';
import { startNginx } from '../../fixtures/servers/nginx.ts';
import { freePort } from '../../fixtures/servers/ports.ts';
import { readPage } from '../../src/sources/http/html.ts';
import { edgeLists } from '../../src/sources/network/edge-ranges.ts';
import { edgeOf } from '../../src/sources/network/edges.ts';
import { formatOf } from '../../src/sources/web/formats.ts';
import { networkOf, ownHosts } from '../../src/sources/web/own.ts';
import { savingOf } from '../../src/sources/web/saving.ts';
import { isHashed, parseCacheControl } from '../../src/sources/web/transfers.ts';
import { storeFor } from '../support/gathering.ts';
import { gathering, later } from './http-gathering.ts';
import { known, pathOf } from './http-known.ts';
import { html, site } from './http-site.ts';

describe('a name with a hash in it', () => {
  it.each([
    ['/_app/immutable/entry/start.BxC1d2eF.js', true],
    ['/_app/immutable/nodes/0.js', true],
    ['/assets/index-DiwrgTda.css', true],
    ['/assets/index-D-x_y12a.js', true],
    ['/chunks/BxCkdGeF.js', true],
    ['/main.3f2a1b9c.min.js', true],
    ['/3f2a1b9c4d5e6f70.png', true],
    ['/hero.CeQ2tX0b.avif', true],
    ['/assets/app.js', false],
    ['/bootstrap5.min.css', false],
    ['/jquery-ui-1.12.1.min.js', false],
    ['/lib/angular2.js', false],
    ['/photo-20240102.jpg', false],
    ['/my-application.js', false],
    ['/app-MyComponent.js', false],
    ['/uploads/2024-01-02/logo.png', false],
    ['/', false],
  ])('%s: %s', (path, expected) => {
    expect(isHashed(new URL(path, 'https://app.acme.test'))).toBe(expected);
  });
});

describe('Cache-Control', () => {
  it.each([
    [['public', 'max-age=31536000', 'immutable'], { immutable: true, maxAge: 31_536_000, noStore: false }],
    [['no-store', 'max-age="60"'], { immutable: false, maxAge: 60, noStore: true }],
    [['max-age=60', 'max-age=31536000', 's-maxage=9'], { immutable: false, maxAge: 60, noStore: false }],
    [['max-age=-1', 'immutable=1'], { immutable: false, maxAge: null, noStore: false }],
    [[], { immutable: false, maxAge: null, noStore: false }],
  ])('%s', (directives, expected) => {
    expect(parseCacheControl(directives)).toEqual(expected);
  });
});

describe('the format of an image', () => {
  it.each([
    ['jpeg', Buffer.from('ffd8ffe000104a464946', 'hex')],
    ['png', Buffer.from('89504e470d0a1a0a', 'hex')],
    ['gif', Buffer.from('GIF89a')],
    ['webp', Buffer.from('RIFF\x24\x01\0\0WEBPVP8 ', 'latin1')],
    ['avif', Buffer.from('\0\0\0\x20ftypavif', 'latin1')],
    ['bmp', Buffer.from('BM6')],
    ['tiff', Buffer.from('II*\0', 'latin1')],
    ['svg', Buffer.from('<?xml version="1.0"?>\n<!-- a --><svg xmlns="x">')],
    ['svg', Buffer.from('  <svg/>')],
    ['other', Buffer.from('<!doctype html><title>404</title>')],
    ['other', Buffer.alloc(0)],
  ] as const)('%s', (expected, bytes) => {
    expect(formatOf(bytes)).toBe(expected);
  });
});

describe('whose host it is', () => {
  it('of the same registrable domain is the site’s own; a neighbour on a shared one is not', async () => {
    const isOwn = await ownHosts(new URL('https://app.acme.co.uk/'));
    const of = (host: string) => isOwn(new URL(`https://${host}/x.js`));
    expect([of('app.acme.co.uk'), of('static.acme.co.uk'), of('acme.co.uk')]).toEqual([true, true, true]);
    expect([of('evil.co.uk'), of('acme.co.uk.evil.example')]).toEqual([false, false]);
    const shared = await ownHosts(new URL('https://acme.github.io/'));
    expect(shared(new URL('https://other.github.io/'))).toBe(false);
    const address = await ownHosts(new URL('https://127.0.0.1:8443/'));
    expect([address(new URL('http://127.0.0.1:9/')), address(new URL('http://127.0.0.2/'))]).toEqual([true, false]);
  });

  it.each([
    ['d111.cloudfront.net', 'Amazon CloudFront'],
    ['cdn.jsdelivr.net', 'jsDelivr'],
    ['cloudfront.net.evil.example', null],
    ['notcloudfront.net', null],
  ])('%s is of %s', (host, expected) => {
    expect(networkOf(host)).toBe(expected);
  });
});

describe('published ranges', () => {
  it.each([
    ['104.16.132.229', 'Cloudflare'],
    ['2606:4700::6810:84e5', 'Cloudflare'],
    ['::ffff:104.16.132.229', 'Cloudflare'],
    ['151.101.1.57', 'Fastly'],
    ['13.32.1.1', 'Amazon CloudFront'],
    ['45.60.1.1', 'Imperva'],
    ['192.88.134.9', 'Sucuri'],
    ['23.32.5.5', 'Akamai'],
    ['203.0.113.10', null],
    ['127.0.0.1', null],
    ['2001:db8::1', null],
    ['not an address', null],
  ])('%s is of %s', async (address, expected) => {
    expect((await edgeOf(address))?.name ?? null).toBe(expected);
  });

  it('each list has a source and a day, at least six of them protection against floods', () => {
    for (const { source, date } of edgeLists) {
      expect(source).toMatch(/^https:\/\//);
      expect(date).toMatch(/^\d{4}-\d\d-\d\d$/);
    }
    expect(edgeLists.filter(({ ddos }) => ddos !== null).length).toBeGreaterThanOrEqual(6);
  });
});

describe('the images of a page', () => {
  const pictures = async (body: string) =>
    (await readPage(`<!doctype html><body>${body}`, new URL('https://app.acme.test/a/'))).pictures;

  it.each([
    ['<img src=b.jpg>', { src: 'https://app.acme.test/a/b.jpg', sized: false, lazy: false }],
    ['<img src=b.jpg width=10 height=20 loading=LAZY>', { sized: true, lazy: true }],
    ['<img src=b.jpg width=10>', { sized: false }],
    ['<img src=b.jpg style="aspect-ratio: 4/3">', { sized: true }],
    ['<img src=b.jpg style="max-width:100%;height:auto">', { sized: false }],
    ['<img src=b.jpg srcset="b2.jpg 2x, b1.jpg 1x">', { src: 'https://app.acme.test/a/b1.jpg' }],
    ['<img src=b.jpg srcset="s.jpg 400w, m.jpg 1400w, l.jpg 3000w">', { src: 'https://app.acme.test/a/m.jpg' }],
    ['<img src=b.jpg srcset="s.jpg 400w, m.jpg 800w">', { src: 'https://app.acme.test/a/m.jpg' }],
    [
      '<picture><source type=image/jxl srcset=b.jxl><source type=image/avif srcset=b.avif><img src=b.jpg></picture>',
      { src: 'https://app.acme.test/a/b.avif' },
    ],
    [
      '<picture><source media="(max-width: 600px)" srcset=small.webp><img src=b.jpg></picture>',
      { src: 'https://app.acme.test/a/b.jpg' },
    ],
  ])('%s', async (body, expected) => {
    expect(await pictures(body)).toMatchObject([expected]);
  });

  it('are none where they are in the page itself, or in a template', async () => {
    expect(await pictures('<img src="data:image/gif;base64,R0"><template><img src=x.png></template><img>')).toEqual([]);
  });
});

const script = 'export const a = 1;\n'.repeat(200);
const css = { 'content-type': 'text/css' };
const js = { 'content-type': 'text/javascript' };

test('how each answer came: its size decoded, its coding, whether it varies, its caching, its name', async () => {
  const { store, asked } = await site({
    '/': html(
      '<link rel=stylesheet href=/app.css><script src=/_app/immutable/start.BxC1d2eF.js></script><script src=/slow.js></script>' +
        '<script src="https://www.googletagmanager.com/gtag.js"></script><img src="https://d1.cloudfront.net/a.png">',
    ),
    '/app.css': { headers: { ...css, 'content-encoding': 'deflate', vary: 'Origin' }, body: deflateSync(script) },
    '/_app/immutable/start.BxC1d2eF.js': {
      headers: {
        ...js,
        'content-encoding': 'gzip',
        vary: 'origin, Accept-Encoding',
        'cache-control': 'public,max-age=31536000,immutable',
      },
      body: gzipSync(script),
    },
    '/slow.js': { headers: { ...js, 'cf-ray': '8f1-FRA' }, body: script },
  });
  const { answers, foreign, unasked } = await known(store, 'web.transfers');
  const of = (path: string) => answers.find(({ url }) => pathOf(url) === path);
  expect(of('/_app/immutable/start.BxC1d2eF.js')).toMatchObject({
    kind: 'script',
    content: 'script',
    bytes: script.length,
    encodings: ['gzip'],
    varies: true,
    cacheControl: { immutable: true, maxAge: 31_536_000, noStore: false },
    hashed: true,
    edge: null,
  });
  expect(of('/app.css')).toMatchObject({ content: 'style', encodings: ['deflate'], varies: false, hashed: false });
  expect(of('/slow.js')).toMatchObject({ encodings: [], edge: { provider: 'Cloudflare', by: 'header' } });
  expect(of('/')).toMatchObject({ kind: 'page', content: 'html' });
  expect(foreign).toEqual([
    { host: 'www.googletagmanager.com', scripts: 1, styles: 0, images: 0, cdn: null },
    { host: 'd1.cloudfront.net', scripts: 0, styles: 0, images: 1, cdn: 'Amazon CloudFront' },
  ]);
  expect(unasked).toBe(0);
  await known(store, 'web.images');
  await known(store, 'http.answers');
  expect(asked.filter(({ url }) => url === '/app.css').length).toBe(1);
});

const png = (size: number) => Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), randomBytes(size - 8)]);
const image = (body: Buffer, type = 'image/png') => ({ headers: { 'content-type': type }, body });

test('images are looked at whole, each once, as a browser would ask for them', async () => {
  const { store, asked } = await site({
    '/': html('<a href=/b>b</a><img src=/big.png width=1 height=1><img src=/a.webp><img src=/2><img src=/low.webp>'),
    '/b': html('<img src=/big.png><img src=/gone.png>'),
    '/big.png': image(png(300_000)),
    '/a.webp': image(Buffer.from('RIFF\x24\x01\0\0WEBPVP8 ', 'latin1'), 'image/webp'),
    '/2': image(png(2_000_000)),
    '/low.webp': image(Buffer.from('RIFF\x24\x01\0\0WEBPVP8 ', 'latin1'), 'image/webp'),
  });
  const { images, pages } = await known(store, 'web.images');
  expect(pages).toBe(2);
  expect(images.map(({ url, ...rest }) => ({ path: pathOf(url), ...rest }))).toMatchObject([
    { path: '/2', format: 'png', bytes: 1024 * 1024, cut: true, saving: { state: 'not-measured' } },
    { path: '/a.webp', format: 'webp', saving: { state: 'modern' }, place: 2, lateAndEager: false, sized: false },
    { path: '/big.png', format: 'png', bytes: 300_000, cut: false, place: 1, sized: false },
    { path: '/low.webp', place: 4, lateAndEager: true },
  ]);
  const png1 = asked.filter(({ url }) => url === '/big.png');
  expect(png1.length).toBe(1);
  expect(png1[0]?.headers.accept).toContain('image/avif');
});

test('assets on another host of the site are looked at, those of other sites are not', async () => {
  const other = await site({ '/hero.png': image(png(5000)) }, { names: ['static.acme.test'] });
  const own = `https://static.acme.test:${other.port}`;
  const looking = await site({ '/': html(`<img src="${own}/hero.png"><img src="https://images.example.net/x.png">`) });
  const resolve = {
    'app.acme.test': `127.0.0.1:${looking.port}`,
    [`static.acme.test:${other.port}`]: `127.0.0.1:${other.port}`,
  };
  const { images, foreign, missed } = await known(looking.again({ settings: { site: { resolve } } }), 'web.images');
  expect(images).toMatchObject([{ url: `${own}/hero.png`, bytes: 5000 }]);
  expect(foreign).toMatchObject([{ host: 'images.example.net', images: 1 }]);
  expect(missed).toEqual([]);
  expect(other.asked[0]?.headers.cookie).toBeUndefined();
});

describe('what a modern format would save', () => {
  const ends = () => performance.now() + 5000;
  const jpeg = { bytes: Buffer.from('ffd8ffe0', 'hex'), format: 'jpeg', cut: false } as const;
  /** A stand-in for sharp: it answers with so many bytes, by the options of its webp. */
  const withSharp = (sizes: (options: { quality?: number; lossless?: boolean }) => number) => ({
    ...gathering(),
    share: <T>() =>
      Promise.resolve(() => ({
        webp: (options: { quality?: number }) => ({ toBuffer: () => Promise.resolve(Buffer.alloc(sizes(options))) }),
      })) as Promise<T>,
  });

  it('is not measured where sharp is not installed', async () => {
    expect(await savingOf({ ...gathering(), share: <T>() => Promise.resolve(null as T) }, jpeg, ends())).toEqual({
      state: 'not-measured',
      because: 'sharp is not installed',
    });
  });

  it('is measured by encoding anew: a photograph at 80, the rest without loss or at 90', async () => {
    const sharp = withSharp(({ quality, lossless }) => (lossless ? 50 : quality === 80 ? 80 : 90));
    expect(await savingOf(sharp, jpeg, ends())).toEqual({ state: 'measured', format: 'webp', bytes: 80 });
    expect(await savingOf(sharp, { ...jpeg, format: 'png' }, ends())).toMatchObject({ bytes: 50 });
  });

  it('is nothing for what is modern or vector', async () => {
    for (const format of ['webp', 'avif', 'svg', 'other'] as const)
      expect(await savingOf(gathering(), { ...jpeg, format }, ends())).toEqual({ state: 'modern' });
  });

  it('is not measured of what sharp cannot read, nor when time is over', async () => {
    const broken = withSharp(() => {
      throw new Error('Input buffer contains unsupported image format');
    });
    expect(await savingOf(broken, jpeg, ends())).toMatchObject({
      state: 'not-measured',
      because: expect.stringMatching(/unsupported/) as string,
    });
    expect(
      await savingOf(
        withSharp(() => 1),
        jpeg,
        0,
      ),
    ).toMatchObject({ because: 'there was no time left' });
  });
});

test('nginx: gzip with gzip_vary is seen as such, and without it too', async () => {
  const port = await freePort();
  const types = 'gzip_types text/css text/javascript application/json;';
  const nginx = await startNginx({
    http: `server { listen 127.0.0.1:${port}; root .; gzip on; ${types} gzip_vary on; location = /b.css { gzip_vary off; } location = /c.css { gzip off; } }`,
    files: {
      'index.html': `<!doctype html><link rel=stylesheet href=a.css><link rel=stylesheet href=b.css><link rel=stylesheet href=c.css>${'<p>text</p>'.repeat(300)}`,
      'a.css': script,
      'b.css': script,
      'c.css': script,
    },
  });
  later(() => nginx.stop());
  const store = storeFor({ settings: { site: { url: `http://127.0.0.1:${port}` } } });
  later(() => store.close());
  const { answers } = await known(store, 'web.transfers');
  const seen = answers.filter(({ status }) => status === 200);
  expect(seen.map(({ url, encodings, varies }) => [pathOf(url), encodings, varies])).toEqual([
    ['/', ['gzip'], true],
    ['/a.css', ['gzip'], true],
    ['/b.css', ['gzip'], false],
    ['/c.css', [], false],
  ]);
});
