import { describe, expect, it } from 'vitest';
import { resolveHost, unresolved } from '../../src/sources/dns/resolve.ts';
import { candidates, parseHosts, parseResolver } from '../../src/sources/dns/system.ts';
import { storeFor } from '../support/gathering.ts';
import { asking, serve } from './dns-gathering.ts';

const zone = {
  'both.test': { A: ['127.0.0.1', '127.0.0.2'], AAAA: '::1' },
  'v4.test': { A: '127.0.0.1' },
  'v6.test': { AAAA: '::1' },
  'text.test': { TXT: 'no address' },
  'alias.test': { CNAME: 'both.test' },
  'half.test': { A: '127.0.0.1' },
};

describe('the addresses of a host', () => {
  it.each([
    ['both.test', ['127.0.0.1', '127.0.0.2', '::1']],
    ['v4.test', ['127.0.0.1']],
    ['v6.test', ['::1']],
    ['alias.test', ['127.0.0.1', '127.0.0.2', '::1']],
    ['BOTH.test.', ['127.0.0.1', '127.0.0.2', '::1']],
  ])('%s', async (host, expected) => {
    const { address } = await serve({ zone });
    const found = await resolveHost(asking([address]), host);
    const families = expected.map((one) => (one.includes(':') ? 6 : 4));
    expect(found).toEqual({
      outcome: 'ok',
      addresses: expected.map((one, at) => ({ address: one, family: families[at] })),
    });
  });

  it.each([
    ['127.0.0.1', [{ address: '127.0.0.1', family: 4 }]],
    ['2001:db8::1', [{ address: '2001:db8::1', family: 6 }]],
    ['[::1]', [{ address: '::1', family: 6 }]],
    [
      'localhost',
      [
        { address: '127.0.0.1', family: 4 },
        { address: '::1', family: 6 },
      ],
    ],
    [
      'App.Localhost.',
      [
        { address: '127.0.0.1', family: 4 },
        { address: '::1', family: 6 },
      ],
    ],
  ])('%s needs no server', async (host, addresses) => {
    const server = await serve({ zone });
    expect(await resolveHost(asking([server.address]), host)).toEqual({ outcome: 'ok', addresses });
    expect(server.queries).toEqual([]);
  });

  it('of one family count when the other could not be asked for, and it says so', async () => {
    const { address } = await serve({ zone, behaviours: { 'half.test/AAAA': 'servfail' } });
    const found = await resolveHost(asking([address]), 'half.test');
    expect(found).toMatchObject({ outcome: 'ok', addresses: [{ address: '127.0.0.1', family: 4 }] });
    expect(found).toHaveProperty('incomplete', expect.stringMatching(/half\.test AAAA .*SERVFAIL/));
  });

  it.each([
    ['gone.test', 'nxdomain'],
    ['text.test', 'nodata'],
    ['broken.test', 'servfail'],
    ['barred.test', 'refused'],
    ['silent.test', 'timeout'],
    ['v4only-broken.test', 'servfail'],
    ['a..b', 'nxdomain'],
  ])('%s: %s', async (host, outcome) => {
    const { address } = await serve({
      zone: { ...zone, 'v4only-broken.test': { TXT: 'x' } },
      behaviours: {
        'broken.test': 'servfail',
        'barred.test': 'refused',
        'silent.test': 'drop',
        'v4only-broken.test/AAAA': 'servfail',
      },
    });
    const silence = outcome === 'timeout' ? { timeoutMs: 600 } : {};
    expect(await resolveHost(asking([address], silence), host)).toMatchObject({ outcome });
  });

  it('a failure is told to whoever needs the host, transient where it may pass', () => {
    const gone = unresolved('db.acme.test', { outcome: 'nxdomain', because: 'NXDOMAIN' }, 'db.acme.test:5432');
    expect(gone.outcome).toMatchObject({ cause: 'dns', where: 'db.acme.test:5432', transient: false });
    expect(gone.outcome.fix).toMatch(/add an A or AAAA record for db\.acme\.test/);
    const broken = unresolved('db.acme.test', { outcome: 'servfail', because: 'SERVFAIL' }, 'db.acme.test:5432');
    expect(broken.outcome).toMatchObject({ cause: 'dns', transient: true });
    expect(broken.outcome.fix).toMatch(/dns\.servers/);
  });
});

describe('what the system knows besides its servers', () => {
  it('/etc/hosts: names, several on a line and of both families', () => {
    const hosts = parseHosts(
      '127.0.0.1 localhost\n# 10.0.0.1 old\n10.0.0.2\tDB db.internal # main\nfe80::x bad\n2001:db8::2 db\n10.0.0.2 db\n',
    );
    expect(hosts.get('db')).toEqual(['10.0.0.2', '2001:db8::2']);
    expect(hosts.get('db.internal')).toEqual(['10.0.0.2']);
    expect(hosts.has('old')).toBe(false);
    expect(hosts.has('bad')).toBe(false);
  });

  it('resolv.conf: the last search list and ndots', () => {
    expect(
      parseResolver(
        'nameserver 10.0.0.10\nsearch a.test\nsearch prod.svc.cluster.local. Cluster.Local\noptions ndots:5 timeout:1',
      ),
    ).toEqual({
      search: ['prod.svc.cluster.local', 'cluster.local'],
      ndots: 5,
    });
    expect(parseResolver('# search x\ndomain acme.test')).toEqual({ search: ['acme.test'], ndots: 1 });
    expect(parseResolver('')).toEqual({ search: [], ndots: 1 });
  });

  it.each([
    ['redis', ['redis.prod.test', 'redis']],
    ['redis.cache', ['redis.cache.prod.test', 'redis.cache']],
    ['a.b.c', ['a.b.c', 'a.b.c.prod.test']],
    ['redis.', ['redis']],
  ])('a short name is tried in the search domains first: %s', (host, expected) => {
    expect(candidates(host, { search: ['prod.test'], ndots: 2 })).toEqual(expected);
  });
});

describe('dns.caa', () => {
  const caa = async (url: string, options: Parameters<typeof serve>[0]) => {
    const server = await serve(options);
    const store = storeFor({ settings: { site: { url }, dns: { servers: [server.address] } } });
    const fact = await store.get('dns.caa');
    await store.close();
    return fact;
  };

  it.each([
    [
      'https://app.acme.test',
      { 'app.acme.test': { CAA: '0 issue ";"' }, 'acme.test': { CAA: '0 issue "x"' } },
      'app.acme.test',
    ],
    [
      'https://app.acme.test',
      { 'app.acme.test': { A: '127.0.0.1' }, 'acme.test': { CAA: '0 issue "x"' } },
      'acme.test',
    ],
    ['https://a.b.acme.test:8443/x', { test: { CAA: '0 issue "x"' } }, 'test'],
    [
      'https://app.acme.test',
      { 'app.acme.test': { CNAME: 'edge.cdn.test' }, 'edge.cdn.test': { CAA: '0 issue "x"' } },
      'app.acme.test',
    ],
    ['https://app.acme.test', { 'acme.test': { A: '127.0.0.1' } }, null],
  ])('of %s: the nearest set counts', async (url, zone, at) => {
    expect(await caa(url, { zone })).toMatchObject({ state: 'known', value: { at } });
  });

  it('names what it asked and what it found', async () => {
    const zone = { 'acme.test': { CAA: ['0 issue "letsencrypt.org"', '0 iodef "mailto:pki@acme.test"'] } };
    expect(await caa('https://app.acme.test', { zone })).toMatchObject({
      where: 'CAA of app.acme.test',
      value: {
        host: 'app.acme.test',
        asked: ['app.acme.test', 'acme.test'],
        records: [
          { flags: 0, tag: 'issue', value: 'letsencrypt.org' },
          { flags: 0, tag: 'iodef', value: 'mailto:pki@acme.test' },
        ],
      },
    });
  });

  it('a server that fails is out of reach, not an empty zone', async () => {
    const fact = await caa('https://app.acme.test', { zone: {}, behaviours: { 'acme.test': 'servfail' } });
    expect(fact).toMatchObject({ state: 'unreachable', cause: 'dns' });
  });

  it.each([
    'https://127.0.0.1:8443',
    'https://[::1]',
    'https://localhost:3000',
    'https://app.localhost',
    'https://printer.local',
  ])('%s has no name that could have any', async (url) => {
    expect(await caa(url, { zone: {} })).toMatchObject({ state: 'absent' });
  });
});
