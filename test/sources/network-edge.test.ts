import { describe, expect, it, test } from 'vitest';
import { known } from './http-known.ts';
import { html, site } from './http-site.ts';
import { outside } from './network-namespace.ts';

const sql = /UNION(?:\+|%20)SELECT/;

describe('the queries for a firewall', () => {
  const active = { active: true, settings: { active: true, network: { waf: 'modsecurity' } } };

  it('are three: plain, attack-like, plain; a firewall answers the one in the middle', async () => {
    const { store, asked } = await site(
      {
        '/': ({ url = '' }) =>
          sql.test(url) ? { status: 403, headers: { server: 'cloudflare' } } : html('shop', { server: 'cloudflare' }),
      },
      active,
    );
    const seen = await known(store, 'network.waf');
    expect(seen).toMatchObject({
      plain: { status: 200, outcome: 'answered' },
      attack: { status: 403 },
      again: { status: 200 },
      declared: 'modsecurity',
      header: 'Cloudflare',
    });
    const queries = asked.filter(({ url }) => url?.includes('q='));
    expect(queries.map(({ url, method }) => [method, sql.test(url ?? '')])).toEqual([
      ['GET', false],
      ['GET', true],
      ['GET', false],
    ]);
  });

  it('tell a cut connection from an answer', async () => {
    const { store } = await site(
      {
        '/': ({ url = '', socket }) => {
          if (!sql.test(url)) return html('shop');
          socket.destroy();
          return undefined;
        },
      },
      active,
    );
    expect(await known(store, 'network.waf')).toMatchObject({ attack: { status: null, outcome: 'reset' } });
  });

  it('are not sent without --active', async () => {
    const { store, asked } = await site({ '/': html('shop') });
    expect(await store.get('network.waf')).toMatchObject({ state: 'absent', reason: 'needs-active' });
    expect(await store.get('network.ports')).toMatchObject({ state: 'absent', reason: 'needs-vantage' });
    expect(asked.filter(({ url }) => url?.includes('q='))).toEqual([]);
  });
});

test('what stands before the site: addresses, headers and what is declared', async () => {
  const settings = { site: { origin: '104.16.0.9' }, network: { ddos: 'cloudflare' } };
  const { store } = await site({ '/': html('shop', { 'x-served-by': 'cache-fra-1' }) }, { settings });
  const { lists, ...edge } = await known(store, 'network.edge');
  expect(edge).toEqual({
    host: 'app.acme.test',
    addresses: [
      { address: '127.0.0.1', class: 'loopback', role: 'site', edge: null },
      { address: '104.16.0.9', class: 'public', role: 'origin', edge: { id: 'cloudflare', name: 'Cloudflare' } },
    ],
    unresolved: null,
    header: 'Fastly',
    originDeclared: true,
    declared: { waf: null, ddos: 'cloudflare' },
  });
  expect(lists.filter(({ ddos }) => ddos).length).toBeGreaterThanOrEqual(6);
});

describe('ports from outside', () => {
  const network = { ports: [22, 80, 443, 5432], allowed: [443] };

  it('of the site’s own address: open and refused told apart, and a port that nobody uses as the control', async () => {
    const [ports] = await outside({
      facts: ['network.ports'],
      zone: { 'app.test': { A: '203.0.113.10' } },
      open: [
        { host: '203.0.113.10', port: 443 },
        { host: '203.0.113.10', port: 5432 },
        { host: '203.0.113.11', port: 22 },
      ],
      look: { vantage: 'outside', active: true, settings: { site: { url: 'https://app.test' }, network } },
    });
    expect(ports).toMatchObject({
      state: 'known',
      where: '4 ports of 203.0.113.10, from outside',
      value: {
        from: 'the name of the site',
        allowed: [443],
        addresses: [
          {
            address: '203.0.113.10',
            class: 'public',
            role: 'site',
            ports: [
              { port: 22, outcome: 'refused' },
              { port: 80, outcome: 'refused' },
              { port: 443, outcome: 'accepted' },
              { port: 5432, outcome: 'accepted' },
            ],
            control: 'refused',
          },
        ],
      },
    });
  });

  it('only of site.origin where that is declared', async () => {
    const [ports] = await outside({
      facts: ['network.ports'],
      zone: { 'app.test': { A: '203.0.113.10' } },
      open: [{ host: '203.0.113.11', port: 22 }],
      look: {
        vantage: 'outside',
        active: true,
        settings: { site: { url: 'https://app.test', origin: '203.0.113.11' }, network },
      },
    });
    expect(ports).toMatchObject({
      state: 'known',
      value: { from: 'site.origin', addresses: [{ address: '203.0.113.11', role: 'origin' }] },
    });
  });

  it('of nobody else’s addresses: a network stands before the site', async () => {
    const [ports] = await outside({
      facts: ['network.ports'],
      zone: { 'app.test': { A: '104.16.1.1' } },
      look: { vantage: 'outside', active: true, settings: { site: { url: 'https://app.test' }, network } },
    });
    expect(ports).toMatchObject({
      state: 'absent',
      reason: 'not-configured',
      add: 'site.origin',
      because: expect.stringMatching(/Cloudflare/) as string,
    });
  });
});
