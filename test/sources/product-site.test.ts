import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { type Asked, startStandIn } from '../../fixtures/servers/stand-in.ts';
import { brevoTestKey, startBrevo } from '../../fixtures/servers/brevo-stand-in.ts';
import type { FactName } from '../../src/facts/index.ts';
import { unsubscribeLinks } from '../../src/sources/product/links.ts';
import { headersOf } from '../../src/sources/product/sample.ts';
import { COMPLAINT, fateOf } from '../../src/sources/product/statuses.ts';
import { sealOf } from '../../src/sources/seal.ts';
import { type LookOptions, storeFor, targetOf } from '../support/gathering.ts';
import { tree } from '../support/tree.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const path = '/api/webhooks/email';
const credential = 'Bearer 7c0ffee5a1e0b2d4';

/** A site whose webhook takes POST alone, and keeps what it was asked. */
async function site(answer: (asked: Asked) => number) {
  const asked: Asked[] = [];
  const server = await startStandIn({ name: 'the site' }, (request, response) => {
    asked.push(request);
    response.writeHead(answer(request), { 'content-type': 'application/json' }).end('{}');
    return undefined;
  });
  cleanups.push(() => server.stop());
  return { ...server, url: server.url, asked };
}

const good = ({ method, path: at, headers }: Asked): number => {
  if (at !== path) return 404;
  if (method !== 'POST') return 405;
  return headers.authorization === credential ? 200 : 401;
};

function look<N extends FactName>(name: N, url: string, email: Record<string, unknown>, more: LookOptions = {}) {
  const store = storeFor({ settings: { site: { url }, email }, env: { NODE_ENV: 'production' }, ...more });
  cleanups.push(() => store.close());
  return store.get(name);
}

describe('the webhook’s endpoint', () => {
  test('is looked for beside a random path, and not called', async () => {
    const { url, asked } = await site(good);
    expect(await look('product.webhook', url, { webhook: { path } })).toMatchObject({
      state: 'known',
      value: { from: 'email.webhook.path', get: 405, options: 405, control: { get: 404, options: 404 } },
    });
    expect(asked.map(({ method }) => method).sort()).toEqual(['GET', 'GET', 'OPTIONS', 'OPTIONS']);
  });

  test('is the one that the provider lists, before the configured one', async () => {
    const { url, asked } = await site(good);
    const webhooks = [{ url: `${url}api/listed?secret=1`, events: ['delivered'] }];
    const brevo = await startBrevo({ account: { webhooks } });
    cleanups.push(() => brevo.finish());
    const more = {
      env: { EMAIL_PROVIDER: 'brevo', BREVO_API_KEY: brevoTestKey },
      trustedHosts: [`127.0.0.1:${brevo.port}`],
    };
    const found = await look('product.webhook', url, { api: brevo.url, webhook: { path } }, more);
    expect(found).toMatchObject({ value: { address: `${url}api/listed`, from: 'the provider’s list', get: 404 } });
    expect(asked.some(({ path: at }) => at.includes('secret'))).toBe(false);
  });

  test('is absent where nobody names one', async () => {
    expect(await look('product.webhook', 'http://127.0.0.1:1', {})).toMatchObject({
      state: 'absent',
      add: 'email.webhook.path',
    });
  });

  test('takes the call made well, and refuses it without and with a wrong credential', async () => {
    const { url, asked } = await site(good);
    const webhook = { path, header: `Authorization: ${credential}` };
    const fact = await look('product.webhook-refusal', url, { webhook }, { active: true });
    expect(fact).toMatchObject({ value: { well: 200, without: 401, wrong: 401, control: 404 } });
    expect(JSON.stringify(fact)).not.toContain('7c0ffee5');
    expect(
      asked.every(({ method, body }) => method === 'POST' && JSON.parse(body.toString()).event === 'svcheck'),
    ).toBe(true);
    expect(asked.filter(({ path: at, headers }) => at !== path && headers.authorization)).toEqual([]);
  });

  test('takes everything', async () => {
    const { url } = await site(({ path: at }) => (at === path ? 204 : 404));
    expect(await look('product.webhook-refusal', url, { webhook: { path } }, { active: true })).toMatchObject({
      value: { well: null, without: 204, wrong: null, control: 404 },
    });
  });

  test('has a credential that is sealed with and without its header’s name', () => {
    for (const header of [`Authorization: ${credential}`, 'X-Webhook-Token: 7c0ffee5a1e0b2d4']) {
      const seal = sealOf(targetOf({ settings: { email: { webhook: { path, header } } } }));
      expect(seal.text('it said 7c0ffee5a1e0b2d4 back')).toBe('it said [secret] back');
    }
  });

  test('with a header that is none', async () => {
    const { url } = await site(good);
    const fact = await look(
      'product.webhook-refusal',
      url,
      { webhook: { path, header: 'hush-hush-secret' } },
      { active: true },
    );
    expect(fact).toMatchObject({ state: 'unreachable', cause: 'malformed' });
    expect(JSON.stringify(fact)).not.toContain('hush');
  });
});

describe('links to unsubscribe', () => {
  const at = new URL('https://app.example.com');
  const own = (address: string) => [{ address, own: true }];
  test.each([
    ['<a href="https://app.example.com/u/{{token}}">Unsubscribe</a>', own('https://app.example.com/u/{token}')],
    ["<a href='/unsubscribe?t=<%= t %>'>x</a>", own('https://app.example.com/unsubscribe?t={token}')],
    ['<a href="${base}/opt-out/${t}">no more</a>', own('https://app.example.com/opt-out/{token}')],
    ['<a href="http://app.example.com/x">Hier abmelden</a>', own('https://app.example.com/x')],
    // Somebody's own token, left in the template.
    [
      '<a href="https://app.example.com/unsubscribe?token=abc123">x</a>',
      own('https://app.example.com/unsubscribe?token={token}'),
    ],
    [
      '<a href="https://app.example.com/unsubscribe/9f8e7d6c5b4a3f2e1d0c">x</a>',
      own('https://app.example.com/unsubscribe/{token}'),
    ],
    [
      '<a href="https://lists.example.net/unsub?u={{u}}">x</a>',
      [{ address: 'https://lists.example.net/unsub?u={token}', own: false }],
    ],
    [
      '<a href="https://app.example.com/v2/unsubscribe/4711">x</a>',
      own('https://app.example.com/v2/unsubscribe/{token}'),
    ],
    ['<a href="{{ unsubscribe }}">x</a>', [{ address: null, own: false }]],
    ['To leave: *|UNSUB|*', [{ address: null, own: false }]],
    ['<a href="mailto:unsubscribe@example.com">Unsubscribe</a>', []],
    ['<p>You can unsubscribe in your settings</p>', []],
    ['<a href="https://app.example.com/shop">Shop</a>', []],
  ])('%s', (html, links) => {
    expect(unsubscribeLinks(html, at)).toEqual(links);
  });

  test('no template makes it throw', () => {
    const pieces = fc.constantFrom(
      '<a href="',
      '{{',
      '}}',
      'unsub',
      '"',
      "'",
      '>',
      '</a',
      '${',
      'href=',
      '%',
      '//',
      '<%',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string())), (parts) => void unsubscribeLinks(parts.join(''), at)),
    );
    for (const piece of ['<a href="', '{{', 'href="x"', '*|', "<a href='u"]) unsubscribeLinks(piece.repeat(20_000), at);
  });
});

describe('statuses', () => {
  test.each([
    ['delivered', 'delivered'],
    ['HARD_BOUNCE', 'bounced'],
    ['soft-bounced', 'bounced'],
    ['email.complained', 'complained'],
    ['spam_report', 'complained'],
    ['in_progress', 'pending'],
    ['cancelled', 'ignored'],
    ['undeliverable', 'failed'],
    ['not delivered', null],
    ['', null],
  ])('%s', (status, fate) => {
    expect(fateOf(status.toLowerCase())).toBe(fate);
  });

  test('a server’s refusal of spam is no complaint', () => {
    const complaint = new RegExp(COMPLAINT, 'i');
    for (const text of ['550 blocked as spam', 'rejected: looks like spam', '554 listed by Spamhaus'])
      expect(complaint.test(text)).toBe(false);
    for (const text of ['User complained', 'marked as spam', 'reported it as junk', 'Feedback loop', 'spam report'])
      expect(complaint.test(text)).toBe(true);
  });
});

describe('a sample message', () => {
  const mail = (headers: string) =>
    `From: a@example.com\r\nSubject: News\r\n${headers}\r\nBody: x\r\nList-Unsubscribe: <https://body.example>\r\n`;
  const of = async (content: string, email: Record<string, unknown> = { sample: 'mail.eml' }) =>
    look('product.sample', 'http://127.0.0.1:1', email, {
      base: tree({ 'mail.eml': content }).path,
      settings: { email },
    });

  test('with one-click headers, folded', async () => {
    const headers =
      'List-Unsubscribe: <mailto:u@example.com>,\r\n\t<https://example.com/u?t=1>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n';
    expect(await of(mail(headers))).toMatchObject({ value: { schemes: ['mailto', 'https'], post: true } });
  });

  test('without, where only the body has them', async () => {
    expect(await of(mail('\r\n'))).toMatchObject({ value: { schemes: [], post: false } });
  });

  test('that is no message, or not there', async () => {
    expect(await of('<html>')).toMatchObject({ state: 'unreachable', cause: 'malformed' });
    expect(await of('', { sample: 'no.eml' })).toMatchObject({
      state: 'unreachable',
      because: expect.stringContaining('ENOENT'),
    });
    expect(await of('', {})).toMatchObject({ state: 'absent', add: 'email.sample' });
  });

  test('no text makes the parser throw', () => {
    fc.assert(fc.property(fc.string(), (text) => void headersOf(text)));
  });
});
