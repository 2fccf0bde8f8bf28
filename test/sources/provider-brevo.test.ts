import type { ServerResponse } from 'node:http';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  type Brevo,
  brevoDays,
  type BrevoOptions,
  brevoTestKey,
  startBrevo,
} from '../../fixtures/servers/brevo-stand-in.ts';
import { type Authority, createAuthority } from '../../fixtures/servers/certificates.ts';
import { startDns } from '../../fixtures/servers/dns.ts';
import type { FactName } from '../../src/facts/index.ts';
import { type LookOptions, storeFor } from '../support/gathering.ts';
import { tree } from '../support/tree.ts';

let authority: Authority;
beforeAll(async () => {
  authority = await createAuthority();
});

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function brevo(options: BrevoOptions = {}): Promise<Brevo> {
  const { chainPem: cert, keyPem: key } = authority.issue({ names: ['127.0.0.1'] });
  const server = await startBrevo({ tls: { cert, key }, ...options });
  cleanups.push(() => server.finish());
  return server;
}

function look<N extends FactName>(name: N, { port }: { port: number }, more: LookOptions = {}) {
  const { path: base } = tree({ 'ca.pem': authority.certPem });
  const email = { domain: 'mycompany.com', api: `https://127.0.0.1:${port}` };
  const store = storeFor({
    base,
    trustedHosts: [`127.0.0.1:${port}`],
    ...more,
    env: { EMAIL_PROVIDER: 'brevo', BREVO_API_KEY: brevoTestKey, ...more.env },
    settings: { email, site: { url: 'https://app.mycompany.com', ca: 'ca.pem' }, ...more.settings },
  });
  cleanups.push(() => store.close());
  return store.get(name);
}

const now = new Date();
const domain = (name: string, verified = true, authenticated = true) => ({
  ...{ domain_name: name, verified, authenticated },
  creationDate: '2025-03-27T16:22:24Z',
});

describe('the account', () => {
  test('accepts the key', async () => {
    const server = await brevo({ expects: ['account'] });
    expect(await look('provider.account', server)).toMatchObject({
      state: 'known',
      where: `GET https://127.0.0.1:${server.port}/v3/account`,
      value: { provider: 'brevo', by: 'BREVO_API_KEY', answers: [{ outcome: 'accepted', relay: true }] },
    });
  });

  test('refuses a key that it does not know: that is an answer', async () => {
    const server = await brevo({ key: brevoTestKey.replace('AbCd', 'WxYz') });
    expect(await look('provider.account', server)).toMatchObject({
      state: 'known',
      value: { answers: [{ outcome: 'invalid', detail: 'Key not found' }] },
    });
  });

  const refusing = (status: number, body: unknown) => (response: ServerResponse) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

  test('knows the key, but not the address that asks', async () => {
    const message =
      'We have detected you are using an unrecognised IP address 192.0.2.7. If you performed this action make sure to add the new IP address in this link: https://app.brevo.com/security/authorised_ips';
    const server = await brevo({ answers: { account: refusing(401, { message, code: 'unauthorized' }) } });
    expect(await look('provider.account', server)).toMatchObject({
      value: { answers: [{ outcome: 'not-permitted', lacks: expect.stringContaining('Authorised IPs') }] },
    });
  });

  test('knows the key, which may not read the account', async () => {
    const message = 'Access denied for resource "account". The API key does not include the required permission.';
    const server = await brevo({ answers: { account: refusing(403, { message, code: 'permission_denied' }) } });
    expect(await look('provider.account', server)).toMatchObject({
      value: { answers: [{ outcome: 'not-permitted', detail: message }] },
    });
  });

  test('is no fact without a key, nor while nobody may be contacted', async () => {
    const settings = { email: { provider: 'brevo' } };
    expect(await look('provider.account', { port: 1 }, { settings, env: { BREVO_API_KEY: '' } })).toMatchObject({
      state: 'absent',
      reason: 'not-configured',
      add: 'BREVO_API_KEY',
    });
    expect(await look('provider.account', { port: 1 }, { live: false })).toMatchObject({ state: 'absent' });
    expect(await look('provider.account', { port: 1 }, { env: { EMAIL_PROVIDER: 'mock' } })).toMatchObject({
      state: 'absent',
      add: 'email.provider',
    });
  });
});

describe('whom a key goes to', () => {
  test('not to a host that svcheck.yaml alone names', async () => {
    const server = await brevo();
    expect(await look('provider.account', server, { trustedHosts: ['other.example'] })).toMatchObject({
      state: 'unreachable',
      cause: 'not-permitted',
      fix: expect.stringContaining(`--trust-host 127.0.0.1:${server.port}`),
    });
    expect(server.answered).toBe(0);
    await server.stop();
    cleanups.length = 0;
  });

  test('not over plain HTTP, even to Brevo', async () => {
    const settings = { email: { api: 'http://api.brevo.com' } };
    expect(await look('provider.account', { port: 1 }, { settings })).toMatchObject({ cause: 'not-permitted' });
  });

  test('not to what a name server of svcheck.yaml makes of api.brevo.com, whatever certificate it names', async () => {
    const { chainPem: cert, keyPem: key } = authority.issue({ names: ['api.brevo.com', '127.0.0.1'] });
    const server = await startBrevo({ tls: { cert, key } });
    const dns = await startDns({ zone: { 'api.brevo.com': { A: '127.0.0.1' } } });
    cleanups.push(
      () => server.stop(),
      () => dns.stop(),
    );
    const settings = {
      dns: { servers: [dns.address] },
      email: { api: `https://api.brevo.com:${server.port}` },
      site: { ca: 'ca.pem' },
    };
    // Another port of that name is not Brevo's.
    expect(await look('provider.account', server, { settings })).toMatchObject({ cause: 'not-permitted' });
    expect(server.answered).toBe(0);
  });

  test('not over TLS that does not verify', async () => {
    const server = await brevo();
    expect(
      await look('provider.account', server, { settings: { email: { api: server.url }, site: {} } }),
    ).toMatchObject({
      cause: 'tls',
    });
    expect(server.answered).toBe(0);
    await server.stop();
    cleanups.length = 0;
  });
});

describe('the sending domain', () => {
  test('is verified and authenticated', async () => {
    const domains = [domain('mycompany.com'), domain('newsletter.mycompany.com')];
    const server = await brevo({ account: { domains }, expects: ['domain', 'domains'] });
    expect(await look('provider.domain', server)).toMatchObject({
      state: 'known',
      value: {
        domain: 'mycompany.com',
        from: 'email.domain',
        answers: [
          {
            known: true,
            verified: true,
            authenticated: true,
            records: [
              { what: 'brevo_code', host: '@', type: 'TXT', seen: true },
              { what: 'dkim_record', host: 'mail._domainkey', type: 'TXT', seen: true },
              { what: 'dmarc_record', host: '_dmarc', type: 'TXT', seen: true },
            ],
          },
        ],
        others: ['newsletter.mycompany.com'],
        since: '2025-03-27T16:22:24Z',
      },
    });
  });

  test('is not authenticated, and another one is unknown', async () => {
    const server = await brevo({ account: { domains: [domain('mycompany.com', true, false)] } });
    expect(await look('provider.domain', server)).toMatchObject({
      value: { answers: [{ known: true, verified: true, authenticated: false }] },
    });
    const settings = {
      email: { domain: 'other.example', api: `https://127.0.0.1:${server.port}` },
      site: { ca: 'ca.pem' },
    };
    expect(await look('provider.domain', server, { settings })).toMatchObject({
      state: 'known',
      value: { answers: [{ known: false, verified: false }], others: ['mycompany.com'] },
    });
  });
});

test('a configuration of another domain is none of ours', async () => {
  const other = (response: ServerResponse) =>
    void response
      .writeHead(200)
      .end('{"domain":"other.example","verified":true,"authenticated":true,"dns_records":{}}');
  const server = await brevo({ answers: { domain: other } });
  expect(await look('provider.domain', server)).toMatchObject({ state: 'unreachable', cause: 'malformed' });
});

describe('webhooks', () => {
  test('are listed with what they are told of, without their query and credentials', async () => {
    const webhooks = [
      {
        url: 'https://u:p@app.mycompany.com/api/webhooks/email?t=1',
        events: ['delivered', 'hardBounce', 'spam', 'click'],
      },
      { url: 'http://old.example/hook', events: ['opened'] },
    ];
    const server = await brevo({ account: { webhooks }, expects: ['webhooks'] });
    expect(await look('provider.destinations', server)).toMatchObject({
      value: {
        site: 'app.mycompany.com',
        destinations: [
          {
            kind: 'webhook',
            name: 'https://app.mycompany.com/api/webhooks/email',
            https: true,
            host: 'app.mycompany.com',
            events: ['delivered', 'bounce', 'complaint'],
          },
          { https: false, host: 'old.example', events: [] },
        ],
      },
    });
  });

  test('are none where Brevo answers that there are none', async () => {
    const server = await brevo();
    expect(await look('provider.destinations', server)).toMatchObject({ state: 'known', value: { destinations: [] } });
  });
});

describe('statistics', () => {
  test('of thirty days in three pages, and of the sixty days before', async () => {
    const server = await brevo({ account: { days: brevoDays(now, 90, 100) }, expects: ['total', 'days'] });
    const fact = await look('provider.statistics', server, { now });
    expect(fact).toMatchObject({
      state: 'known',
      value: { sent: 3000, delivered: 2970, bounced: 30, complained: 0, earlier: 6000 },
    });
    expect(fact.state === 'known' && fact.value.days.length).toBe(30);
    expect(fact.state === 'known' && fact.value.days.at(-1)).toEqual({
      date: now.toISOString().slice(0, 10),
      count: 100,
    });
    expect(server.asked.days).toBe(3);
    expect(server.asked.total).toBe(2);
  });

  test('end with the first page that is not full', async () => {
    const server = await brevo({ account: { days: brevoDays(now, 4, 10) } });
    expect(await look('provider.statistics', server, { now })).toMatchObject({
      value: { sent: 40, earlier: 0, days: [{}, {}, {}, {}] },
    });
    expect(server.asked.days).toBe(1);
  });

  test('of an account that sent nothing', async () => {
    const server = await brevo();
    expect(await look('provider.statistics', server, { now })).toMatchObject({ value: { sent: 0, days: [] } });
  });
});

describe('an API that does not answer as documented', () => {
  const total = (response: ServerResponse, body: string, status = 200, headers = {}) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  const days = brevoDays(now, 4, 10);
  const good = '{"requests":40,"delivered":40,"hardBounces":0,"softBounces":0,"spamReports":0}';

  test.each<[string, (response: ServerResponse) => void, string, string | RegExp]>([
    ['401', (r) => total(r, '{"message":"Key not found","code":"unauthorized"}', 401), 'auth', 'Key not found'],
    ['403', (r) => total(r, '{"message":"Access denied","code":"permission_denied"}', 403), 'not-permitted', '403'],
    ['500', (r) => total(r, 'oops', 500), 'refused', '500'],
    ['JSON that is cut', (r) => total(r, good.slice(0, 30)), 'malformed', 'no JSON'],
    ['a page', (r) => total(r, '<html>Sign in</html>'), 'malformed', 'no JSON'],
    ['a number as text', (r) => total(r, good.replace('40', '"40"')), 'malformed', 'requests'],
    ['a negative number', (r) => total(r, good.replace('40', '-40')), 'malformed', 'requests'],
    ['a field left out', (r) => total(r, good.replace('"spamReports":0', '"x":0')), 'malformed', 'spamReports'],
    ['a redirect', (r) => total(r, '', 302, { location: 'https://evil.example/' }), 'malformed', 'status 302'],
    ['two megabytes', (r) => total(r, `{"x":"${'a'.repeat(2 * 1024 * 1024)}"}`), 'too-large', 'MB'],
    ['a later 429', (r) => total(r, '{}', 429, { 'retry-after': '3600' }), 'rate-limited', '429'],
  ])('%s', async (_name, answer, cause, because) => {
    const server = await brevo({ account: { days }, answers: { total: answer } });
    const fact = await look('provider.statistics', server, { now });
    expect(fact).toMatchObject({ state: 'unreachable', cause, because: expect.stringMatching(because) });
    expect(JSON.stringify(fact)).not.toContain(brevoTestKey);
  });

  test('429 with Retry-After is asked again after that time', async () => {
    const server = await brevo({
      account: { days },
      answers: {
        account: (response, asked) =>
          asked === 1 ? total(response, '{}', 429, { 'retry-after': '1' }) : total(response, '{"email":"a@b.example"}'),
      },
    });
    expect(await look('provider.account', server)).toMatchObject({ value: { answers: [{ outcome: 'accepted' }] } });
    expect(server.asked.account).toBe(2);
  });

  test('a connection that breaks off is tried again', async () => {
    const server = await brevo({
      answers: {
        account: (response, asked) =>
          asked < 3 ? void response.socket?.destroy() : total(response, '{"email":"a@b.example"}'),
      },
    });
    expect(await look('provider.account', server)).toMatchObject({ state: 'known' });
  });
});
