import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { startBlackhole, startSilent, type TcpServer } from '../../fixtures/servers/tcp.ts';
import type { Facts } from '../../src/facts/index.ts';
import { classOf } from '../../src/sources/network/classes.ts';
import { contact } from '../../src/sources/network/contact.ts';
import { providerOf } from '../../src/sources/network/managed.ts';
import { type LookOptions, storeFor } from '../support/gathering.ts';
import { outside } from './network-namespace.ts';

const open: TcpServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.stop()));
});
const kept = async (server: Promise<TcpServer>): Promise<TcpServer> => {
  open.push(await server);
  return server;
};

describe('where an address lies', () => {
  it.each([
    ['10.1.2.3', 'private'],
    ['172.31.0.1', 'private'],
    ['192.168.1.1', 'private'],
    ['172.32.0.1', 'public'],
    ['100.64.0.1', 'carrier-grade-nat'],
    ['100.128.0.1', 'public'],
    ['169.254.169.254', 'link-local'],
    ['127.8.8.8', 'loopback'],
    ['0.0.0.0', 'unspecified'],
    ['8.8.8.8', 'public'],
    ['203.0.113.10', 'public'],
    ['::1', 'loopback'],
    ['::', 'unspecified'],
    ['fd00::1', 'unique-local'],
    ['fe80::1%eth0', 'link-local'],
    ['2606:4700::1', 'public'],
    ['2001:db8::1', 'public'],
    ['::ffff:10.0.0.1', 'private'],
    ['::ffff:8.8.8.8', 'public'],
    ['64:ff9b::a00:1', 'private'],
    ['64:ff9b::808:808', 'public'],
  ])('%s is %s', async (address, expected) => {
    expect(await classOf(address)).toBe(expected);
  });
});

describe('whose managed service a host is', () => {
  it.each([
    ['ep-x.eu-central-1.aws.neon.tech', 'neon'],
    ['EP-X.EU.NEON.TECH.', 'neon'],
    ['db.abcd.supabase.co', 'supabase'],
    ['eu2-a.upstash.io', 'upstash'],
    ['neon.tech.evil.example', null],
    ['notneon.tech', null],
    ['db.example.com', null],
  ])('%s: %s', (host, expected) => {
    expect(providerOf(host)).toBe(expected);
  });
});

describe('one connection', () => {
  const { signal } = new AbortController();

  it('is accepted, and nothing is sent', async () => {
    const { host, port } = await kept(startSilent());
    expect(await contact(host, port, 2000, signal)).toEqual({
      outcome: 'accepted',
      detail: 'the connection was accepted',
    });
  });

  it('is refused', async () => {
    const server = await startSilent();
    await server.stop();
    expect(await contact(server.host, server.port, 2000, signal)).toEqual({
      outcome: 'refused',
      detail: 'ECONNREFUSED',
    });
  });

  it('is dropped: no answer is another thing than no', async () => {
    const { host, port } = await kept(startBlackhole());
    expect(await contact(host, port, 300, signal)).toEqual({ outcome: 'dropped', detail: 'no answer within 0.3 s' });
  });

  it('is not taken for dropped when the look is cut', async () => {
    const { host, port } = await kept(startBlackhole());
    const cut = new AbortController();
    const asked = contact(host, port, 60_000, cut.signal);
    cut.abort();
    expect((await asked).outcome).toBe('not-asked');
  });
});

const stores: ReturnType<typeof storeFor>[] = [];
afterAll(() => Promise.all(stores.map((store) => store.close())));
function look(options: LookOptions) {
  const store = storeFor(options);
  stores.push(store);
  return store.get('network.database');
}

describe('the vantage', () => {
  it.each(['inside', 'undeclared'] as const)('%s decides nothing, and nobody is contacted', async (vantage) => {
    const server = await kept(startSilent());
    const env = { DATABASE_URL: `postgres://app:secret-of-app@${server.host}:${server.port}/app` };
    expect(await look({ vantage, env })).toMatchObject({
      state: 'absent',
      reason: 'needs-vantage',
      add: '--vantage outside',
    });
    expect(server.connections).toBe(0);
  });

  it('outside: loopback is shown, not connected to', async () => {
    const server = await kept(startSilent());
    const env = { DATABASE_URL: `postgres://app:secret-of-app@${server.host}:${server.port}/app` };
    const found = await look({ vantage: 'outside', env });
    expect(found).toMatchObject({ state: 'known', value: { hosts: [{ local: true, addresses: [] }] } });
    expect(server.connections).toBe(0);
    expect(JSON.stringify(found)).not.toContain('secret-of-app');
  });

  it.each([
    ['is not set', { OTHER: 'x' }, { state: 'absent', because: 'DATABASE_URL is not set' }],
    ['is a placeholder', { DATABASE_URL: 'changeme' }, { state: 'unreachable', cause: 'malformed' }],
    ['is of another kind', { DATABASE_URL: 'mysql://db/app' }, { state: 'unreachable', cause: 'malformed' }],
    ['is in a vault', { DATABASE_URL: 'op://vault/db/url' }, { state: 'absent', reason: 'not-configured' }],
  ])('outside, the address %s', async (_name, env: Record<string, string>, expected) => {
    expect(await look({ vantage: 'outside', env })).toMatchObject(expected);
  });
});

describe('from outside', () => {
  it('every address of the host is classed, and each public one gets one connection', async () => {
    const [database, redis] = await outside({
      facts: ['network.database', 'network.redis'],
      zone: {
        'db.test': { A: ['203.0.113.10', '203.0.113.11', '10.77.0.1'], AAAA: ['2001:db8::10', '2001:db8::99'] },
      },
      open: [
        { host: '203.0.113.10', port: 5432 },
        { host: '10.77.0.1', port: 5432 },
      ],
      look: {
        vantage: 'outside',
        env: { DATABASE_URL: 'postgres://app:secret-of-app@db.test/app', REDIS_URL: 'rediss://:x@gone.test:6380' },
      },
    });
    expect(database).toMatchObject({
      state: 'known',
      where: 'resolving and connecting to db.test:5432 from outside',
      value: { key: 'DATABASE_URL', hosts: [{ host: 'db.test', port: 5432, provider: null }] },
    });
    const value = database?.state === 'known' ? (database.value as Facts['network.database']) : null;
    const seen = value?.hosts[0]?.addresses ?? [];
    expect(seen.map((one) => [one.address, one.class, one.outcome])).toEqual([
      ['203.0.113.10', 'public', 'accepted'],
      ['203.0.113.11', 'public', 'refused'],
      ['10.77.0.1', 'private', 'not-asked'],
      ['2001:db8::10', 'public', 'refused'],
      ['2001:db8::99', 'public', 'no-route'],
    ]);
    expect(redis).toMatchObject({
      state: 'known',
      value: { hosts: [{ host: 'gone.test', port: 6380, resolution: { outcome: 'nxdomain' }, addresses: [] }] },
    });
  });
});
