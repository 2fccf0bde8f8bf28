import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { signsOf } from '../../src/sources/http/development.ts';
import { readHealth } from '../../src/sources/http/health-body.ts';
import { readPage } from '../../src/sources/http/html.ts';

const here = new URL('https://app.acme.test/docs/');

describe('a page', () => {
  test('policies count in the head only, addresses stand against the base', async () => {
    const page = await readPage(
      `<!doctype html><base href="/root/"><meta http-equiv="Content-Security-Policy" content="a">
       <meta name="Referrer" content="no-referrer"><link rel="preload stylesheet" href="x.css"><link rel=modulepreload href=m.js>
       <template><meta http-equiv="content-security-policy" content="in a template"></template>
       <noscript><meta http-equiv="content-security-policy" content="without scripts"></noscript>
       <script src="//cdn.test/a.js" integrity="sha384-x"></script><script>let a = 1</script>
       <body><meta http-equiv="Content-Security-Policy" content="b"><a href="page">p</a><a href="mailto:x@y.z">m</a>
       <img src="../i.png"><script src="/b.js"></script>`,
      here,
    );
    expect(page).toEqual({
      policies: ['a'],
      referrers: ['no-referrer'],
      links: ['https://app.acme.test/root/page'],
      scripts: [
        { src: 'https://app.acme.test/root/m.js', integrity: true },
        { src: 'https://cdn.test/a.js', integrity: true },
        { src: 'https://app.acme.test/b.js', integrity: false },
      ],
      styles: ['https://app.acme.test/root/x.css'],
      images: ['https://app.acme.test/i.png'],
      pictures: [{ src: 'https://app.acme.test/i.png', lazy: false, sized: false }],
      inline: ['let a = 1'],
      cut: false,
    });
  });

  test.each([
    ['depth', '<div>'.repeat(100_000)],
    ['formatting', '<p><b>'.repeat(100_000)],
    ['elements', '<br>'.repeat(100_000)],
    ['tables', '<table>'.repeat(100_000)],
  ])('%s beyond the bound ends the reading', async (_what, markup) => {
    const page = await readPage(`<head><meta http-equiv=content-security-policy content=a></head>${markup}`, here);
    expect([page.cut, page.policies]).toEqual([true, ['a']]);
  });

  test('never throws', async () => {
    const tag = fc.constantFrom(
      '<a href=',
      '<base href=//[>',
      '<meta ',
      'http-equiv',
      '<svg>',
      '<table>',
      '</p>',
      '"',
      '>',
      '<!--',
    );
    const markup = fc.array(fc.oneof(tag, fc.string({ unit: 'binary', maxLength: 20 })), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(markup, async (pieces) => {
        await readPage(pieces.join(''), here);
      }),
      { numRuns: 50 },
    );
  });
});

describe('a health answer', () => {
  test.each([
    ['{"status":"ok"}', 'ok', []],
    ['{"Status":"UP"}', 'up', []],
    ['{"healthy":true,"checks":{"database":{"status":"up","host":"db.internal"}}}', 'true', ['checks.database up']],
    [
      '{"status":"pass","checks":[{"name":"redis","status":"pass"},{"status":"fail"}]}',
      'pass',
      ['checks.redis pass', 'checks fail'],
    ],
    [
      '{"checks":{"pg:conn":[{"status":"pass"},{"status":"warn"}]}}',
      null,
      ['checks.pg:conn pass', 'checks.pg:conn warn'],
    ],
    ['{"ok":true,"database":"connected","redis":false,"uptime":5}', 'true', ['database connected', 'redis false']],
    ['{"data":{"status":"ok","services":{"db":{"healthy":true}}}}', null, ['data ok', 'data.services.db true']],
    ['{"database":{"primary":"up","replica":"down"}}', null, ['database.primary up', 'database.replica down']],
    ['{"status":{"code":1},"database":"postgres://u:p@h/d"}', null, []],
    ['{}', null, []],
  ])('%s', (body, overall, parts) => {
    const said = readHealth(body);
    expect([said.json, said.overall, said.parts.map((part) => `${part.name} ${part.said}`)]).toEqual([
      true,
      overall,
      parts,
    ]);
  });

  test.each(['OK', '"ok"', '[{"status":"ok"}]', 'null', '', '<html>', '{"status":'])('%s is no object', (body) => {
    expect(readHealth(body)).toEqual({ json: false, overall: null, parts: [] });
  });

  test('depth and width are bounded, whatever it is', () => {
    const wide = JSON.stringify(
      Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`c${at}`, { status: 'up' }])),
    );
    const deep = `${'{"a":'.repeat(3000)}{"status":"up"}${'}'.repeat(3000)}`;
    expect(readHealth(wide).parts.length).toBeLessThanOrEqual(60);
    expect(readHealth(deep)).toMatchObject({ json: true, parts: [] });
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(readHealth(JSON.stringify(value)).parts.length).toBeLessThanOrEqual(60);
      }),
    );
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void readHealth(text)));
  });
});

describe('signs of a development build', () => {
  const none = { scripts: [], inline: [] };

  test.each([
    [{ scripts: ['/@vite/client'], inline: [] }, '/@vite/client'],
    [{ scripts: [], inline: ['import("/@fs/home/me/app/.svelte-kit/generated/client/app.js")'] }, '/@fs/'],
    [
      { scripts: ['/node_modules/@sveltejs/kit/src/runtime/client/entry.js'], inline: [] },
      '/node_modules/@sveltejs/kit/',
    ],
    [{ scripts: ['/_app/immutable/entry/start.D2x.js'], inline: ['import("./_app/immutable/entry/app.js")'] }, null],
  ])('%j', (page, vite) => {
    expect(signsOf('', page).vite).toBe(vite);
  });

  test.each([
    ['at load (/home/me/app/src/routes/+page.server.ts:12:9)', '/home/me/app/src/routes/+page.server.ts:12:9'],
    ['<pre>at async Page (file:///srv/app/src/lib/a.svelte:3:1)</pre>', 'file:///srv/app/src/lib/a.svelte:3:1'],
    ['at eval (webpack-internal:///./pages/index.tsx:5:10)', 'webpack-internal:///./pages/index.tsx:5:10'],
    ['<pre>Error: no<br> &nbsp; &nbsp;at /srv/app/build/handler.js:1:2</pre>', "Express's development error page"],
    ['at load (/srv/app/build/server/chunks/page.js:12:9)', null],
    ['Not found: /src/app.ts', null],
    ['meet at 10:30:15 in /room.ts', null],
  ])('%s', (body, frame) => {
    expect(signsOf(body, none).frame).toBe(frame);
  });

  test('an endless near-match takes no time to speak of', () => {
    for (const text of [
      'at '.repeat(700_000),
      `at ${'a.'.repeat(1_000_000)}`,
      `at (${'/'.repeat(2_000_000)}`,
      '<pre>Error: '.repeat(180_000),
    ]) {
      expect(signsOf(text, none)).toEqual({ vite: null, frame: null });
    }
  });
});
