import { createServer as createHttps } from 'node:https';
import { createServer as createProxy } from 'node:http';
import { connect, type Socket } from 'node:net';
import { createServer as createTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Authority, type Certificate, createAuthority, selfSigned } from '../../fixtures/servers/certificates.ts';
import { type DnsServer, startDns } from '../../fixtures/servers/dns.ts';
import { type Folder, temporaryFolder } from '../../fixtures/servers/folder.ts';
import { type NginxServer, startNginx } from '../../fixtures/servers/nginx.ts';
import { freePort } from '../../fixtures/servers/ports.ts';
import { startBlackhole, startGarbage, startReset, startSilent } from '../../fixtures/servers/tcp.ts';
import type { Known } from '../../src/facts/index.ts';
import type { Facts } from '../../src/facts/index.ts';
import { failureOf } from '../../src/sources/tls/dial.ts';
import { type LookOptions, storeFor } from '../support/gathering.ts';
import { later, listen } from './dns-gathering.ts';

const host = 'app.acme.test';
type Site = Facts['tls.site'];

let root: Authority;
let issuing: Authority;
let good: Certificate;
let folder: Folder;
let dns: DnsServer;
let nginx: NginxServer;

/** One nginx, a server block each on its own port. */
const blocks = {
  modern: 'ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers ECDHE+AESGCM;',
  installed: '',
  old: 'ssl_protocols TLSv1 TLSv1.1 TLSv1.2; ssl_ciphers ALL:@SECLEVEL=0;',
  oldest: 'ssl_protocols TLSv1; ssl_ciphers ALL:@SECLEVEL=0;',
  only13: 'ssl_protocols TLSv1.3;',
  retry: 'ssl_protocols TLSv1.2 TLSv1.3; ssl_ecdh_curve secp384r1;',
  broken: 'ssl_protocols TLSv1.2; ssl_ciphers eNULL:aNULL:@SECLEVEL=0;',
  static: 'ssl_protocols TLSv1.2; ssl_ciphers AES128-SHA;',
  leaf: 'ssl_certificate leaf.pem;',
  disorder: 'ssl_certificate disorder.pem;',
  withRoot: 'ssl_certificate with-root.pem;',
  mutual: 'ssl_protocols TLSv1.2; ssl_client_certificate root.pem; ssl_verify_client on;',
  redirects: 'return 302 /signin?state=1;',
  cdn: 'add_header CF-Ray 8f1a always;',
} as const;
const ports = {} as Record<keyof typeof blocks, number>;

beforeAll(async () => {
  root = await createAuthority({ name: 'Acme Root CA' });
  issuing = root.intermediate({ name: 'Acme Issuing CA' });
  good = issuing.issue({ names: [host] });
  const ours = root.issue({ names: ['svcheck'] });
  const other = await createAuthority({ name: 'Other CA' });
  folder = temporaryFolder('tls-site');
  folder.write({
    'ca.pem': root.certPem,
    'both.pem': root.certPem + issuing.certPem,
    'me.pem': ours.certPem,
    'me.key': ours.keyPem,
  });
  for (const name of Object.keys(blocks) as (keyof typeof blocks)[]) ports[name] = await freePort();
  const servers = Object.entries(blocks).map(([name, lines]) => {
    const chain = lines.includes('ssl_certificate ') ? '' : 'ssl_certificate chain.pem;';
    const answer = lines.includes('return') ? '' : "return 200 'hello';";
    const port = ports[name as keyof typeof blocks];
    return `server { listen 127.0.0.1:${port} ssl; listen 127.0.0.2:${port} ssl; server_name ${host}; ssl_certificate_key key.pem; ${chain} ${lines} location / { ${answer} } }`;
  });
  nginx = await startNginx({
    http: servers.join('\n'),
    files: {
      'chain.pem': good.chainPem,
      'key.pem': good.keyPem,
      'leaf.pem': good.certPem,
      'disorder.pem': good.certPem + other.certPem + issuing.certPem,
      'with-root.pem': good.chainPem + root.certPem,
      'root.pem': root.certPem,
    },
  });
  dns = await startDns({
    zone: {
      [host]: { A: '127.0.0.1' },
      'two.acme.test': { A: ['127.0.0.1', '127.0.0.2'] },
      'origin.acme.test': { A: '127.0.0.2' },
    },
    behaviours: { 'half.acme.test/AAAA': 'servfail' },
  });
  dns.zone['half.acme.test'] = { A: '127.0.0.1' };
});
afterAll(async () => {
  await Promise.all([nginx.stop(), dns.stop()]);
  await folder.remove();
});

function options(url: string, site: object = {}, more: LookOptions = {}): LookOptions {
  return {
    base: folder.path,
    settings: { site: { url, ca: 'ca.pem', ...site }, dns: { servers: [dns.address] } },
    ...more,
  };
}

async function fact(look: LookOptions): Promise<Known<Site>> {
  const store = storeFor(look);
  const found = await store.get('tls.site');
  await store.close();
  return found;
}

async function siteAt(port: number, site: object = {}, more: LookOptions = {}): Promise<Site> {
  const found = await fact(options(`https://${host}:${port}/start`, site, more));
  if (found.state !== 'known') throw new Error(`tls.site is ${found.state}: ${found.because}`);
  return found.value;
}

async function endpoint(name: keyof typeof blocks, site: object = {}) {
  const { endpoints } = await siteAt(ports[name], site);
  const [first] = endpoints;
  if (!first || endpoints.length !== 1) throw new Error(`${endpoints.length} endpoints`);
  return first;
}

const answers = (one: Site['endpoints'][number]) =>
  Object.fromEntries(Object.entries(one.protocols ?? {}).map(([version, { answer }]) => [version, answer]));
const accepted = (one: Site['endpoints'][number]) =>
  (one.weak ?? []).flatMap((offer) => (offer.answer === 'accepted' ? [offer.family] : []));

describe('a real nginx', () => {
  it('as it should be', async () => {
    const found = await fact(options(`https://${host}:${ports.modern}/start`));
    expect(found).toMatchObject({
      state: 'known',
      where: `TLS handshakes with ${host}:${ports.modern} at 127.0.0.1:${ports.modern}`,
    });
    const site = await siteAt(ports.modern);
    expect(site).toMatchObject({ host, path: '/start', unresolved: null, cdn: null, originKnown: false });
    expect(site.handshakes).toBeLessThanOrEqual(12);
    const [one] = site.endpoints;
    expect(one).toMatchObject({ address: '127.0.0.1', family: 4, role: 'site', outcome: 'ok', detail: '' });
    expect(one?.session).toMatchObject({ protocol: 'TLSv1.3', verified: true, defects: [] });
    expect(one?.http).toEqual({ status: 200, location: null, detail: '' });
    expect(one?.chain).toMatchObject({ problems: [], read: 'message' });
    expect(one?.chain?.certificates.map(({ subject }) => subject)).toEqual([`CN=${host}`, 'CN=Acme Issuing CA']);
  });

  it.each<[keyof typeof blocks, object, string[]]>([
    ['modern', { TLSv1: 'refused', 'TLSv1.1': 'refused', 'TLSv1.2': 'accepted', 'TLSv1.3': 'accepted' }, []],
    [
      'installed',
      { TLSv1: 'refused', 'TLSv1.1': 'refused', 'TLSv1.2': 'accepted', 'TLSv1.3': 'refused' },
      ['no-forward-secrecy'],
    ],
    [
      'old',
      { TLSv1: 'accepted', 'TLSv1.1': 'accepted', 'TLSv1.2': 'accepted', 'TLSv1.3': 'refused' },
      ['anonymous', 'no-forward-secrecy'],
    ],
    [
      'oldest',
      { TLSv1: 'accepted', 'TLSv1.1': 'refused', 'TLSv1.2': 'refused', 'TLSv1.3': 'refused' },
      ['anonymous', 'no-forward-secrecy'],
    ],
    ['only13', { TLSv1: 'refused', 'TLSv1.1': 'refused', 'TLSv1.2': 'refused', 'TLSv1.3': 'accepted' }, []],
    ['retry', { 'TLSv1.2': 'accepted', 'TLSv1.3': 'accepted' }, ['no-forward-secrecy']],
    ['broken', { 'TLSv1.2': 'accepted' }, ['null', 'anonymous']],
    ['static', { 'TLSv1.2': 'accepted' }, ['no-forward-secrecy']],
  ])('%s: versions and weak suites by its own word', async (name, versions, weak) => {
    const found = await fact(options(`https://${host}:${ports[name]}`));
    // Without one suite that our own library takes there is no session, and so nothing else.
    if (name === 'broken') return expect(found).toMatchObject({ state: 'unreachable', cause: 'tls' });
    const one = await endpoint(name);
    expect(answers(one)).toMatchObject(versions);
    expect(accepted(one)).toEqual(weak);
  });

  it.each<[keyof typeof blocks, string, string[], object]>([
    ['leaf', 'ca.pem', ['missing-intermediate'], { problems: [] }],
    ['leaf', 'both.pem', [], { problems: ['missing-intermediate'] }],
    ['disorder', 'ca.pem', [], { problems: ['unneeded'], certificates: { length: 3 } }],
    ['withRoot', 'ca.pem', [], { problems: ['root-sent'], certificates: { length: 3 } }],
    ['modern', 'ca.pem', [], { problems: [], certificates: { length: 2 } }],
  ])('%s with %s: the chain as sent', async (name, ca, defects, chain) => {
    const one = await endpoint(name, { ca });
    expect(one.session?.defects).toEqual(defects);
    expect(one.chain).toMatchObject({ read: 'message', ...chain });
  });

  it('the chain of a server that speaks TLS 1.3 only comes from the library, in the same order', async () => {
    const one = await endpoint('only13');
    expect(one.chain).toMatchObject({ problems: [], read: 'library' });
    expect(one.chain?.certificates.map(({ subject }) => subject)).toEqual([`CN=${host}`, 'CN=Acme Issuing CA']);
  });

  it('out of order, as the library hands it on', async () => {
    const certificates = root.intermediate({ name: 'Second CA' });
    const leaf = certificates.intermediate({ name: 'Third CA' }).issue({ names: [host] });
    const [end = '', third = '', second = ''] = leaf.chainPem.split(/(?<=END CERTIFICATE-----\n)/);
    const server = createHttps({ cert: end + second + third, key: leaf.keyPem, minVersion: 'TLSv1.3' }, (_, answer) =>
      answer.end(),
    );
    const site = await siteAt(await listen(server));
    expect(site.endpoints[0]?.chain).toMatchObject({ problems: ['out-of-order'], read: 'library' });
    expect(site.endpoints[0]?.session).toMatchObject({ verified: true });
  });

  it('that is not ours is still looked at, and every defect said', async () => {
    const one = await endpoint('modern', { ca: undefined });
    expect(one).toMatchObject({
      outcome: 'ok',
      session: { verified: false, defects: ['unknown-root'] },
      http: { status: 200 },
    });
  });

  it('with a redirect of its own', async () => {
    expect((await endpoint('redirects')).http).toMatchObject({
      status: 302,
      location: expect.stringMatching(/\/signin\?state=1$/) as string,
    });
  });

  it('that asks for our certificate gets it', async () => {
    expect((await endpoint('mutual', { cert: 'me.pem', key: 'me.key' })).http).toMatchObject({ status: 200 });
    expect((await endpoint('mutual')).http).toMatchObject({ status: 400 });
    const missing = await fact(options(`https://${host}:${ports.mutual}`, { cert: 'me.pem', key: 'gone.key' }));
    expect(missing).toMatchObject({
      state: 'unreachable',
      cause: 'malformed',
      because: expect.stringMatching(/gone\.key/) as string,
    });
  });

  it('behind a content delivery network', async () => {
    expect(await siteAt(ports.cdn)).toMatchObject({ cdn: 'Cloudflare', originKnown: false });
    const known = await siteAt(ports.cdn, { origin: '127.0.0.2' });
    expect(known).toMatchObject({ cdn: 'Cloudflare', originKnown: true });
    expect(known.endpoints.map(({ address, role, outcome }) => [address, role, outcome])).toEqual([
      ['127.0.0.1', 'site', 'ok'],
      ['127.0.0.2', 'origin', 'ok'],
    ]);
  });

  it.each([
    ['127.0.0.2:MODERN', 0],
    ['origin.acme.test', 0],
    ['origin.acme.test:OLD', 'old'],
  ] as const)('site.origin: %s', async (origin, other) => {
    const named = origin.replace('MODERN', String(ports.modern)).replace('OLD', String(ports.old));
    const { endpoints } = await siteAt(ports.modern, { origin: named });
    expect(endpoints[1]).toMatchObject({
      address: '127.0.0.2',
      role: 'origin',
      port: other ? ports.old : ports.modern,
    });
    expect(endpoints[1]?.protocols?.TLSv1.answer).toBe(other ? 'accepted' : 'refused');
  });
});

/** A TLS server on one address, that tells of each connection. */
async function answering(address: string, port: number, connected: () => void): Promise<void> {
  const open = new Set<Socket>();
  const server = createTls({ cert: good.chainPem, key: good.keyPem }, (socket) => {
    socket.on('error', () => {});
    socket.end('HTTP/1.1 204 No Content\r\n\r\n');
  });
  server.on('tlsClientError', () => {});
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    connected();
  });
  await new Promise<void>((done) => server.listen(port, address, done));
  later(() => {
    for (const socket of open) socket.destroy();
    return new Promise((done) => server.close(done));
  });
}

describe('every address', () => {
  it('is looked at, within the budget of handshakes', async () => {
    const found = await fact(options(`https://two.acme.test:${ports.modern}`));
    if (found.state !== 'known') throw new Error(found.because);
    expect(found.value.endpoints.map(({ address }) => address)).toEqual(['127.0.0.1', '127.0.0.2']);
    expect(found.value.handshakes).toBeLessThanOrEqual(12);
    const [first, second] = found.value.endpoints;
    expect(second?.session?.certificate?.fingerprint256).toBe(first?.session?.certificate?.fingerprint256);
    expect(answers(second as never)).toEqual({
      TLSv1: 'refused',
      'TLSv1.1': 'refused',
      'TLSv1.2': 'not-asked',
      'TLSv1.3': 'not-asked',
    });
    expect(second?.weak).toBeNull();
  });

  it('ten of them are too many without --active, and it says so', async () => {
    const many = Array.from({ length: 10 }, (_, at) => `127.0.0.${at + 1}`);
    dns.zone['many.acme.test'] = { A: many };
    const port = await freePort();
    let connections = 0;
    for (const address of many) await answering(address, port, () => void (connections += 1));
    const quiet = await fact(options(`https://many.acme.test:${port}`));
    if (quiet.state !== 'known') throw new Error(quiet.because);
    expect(connections).toBe(12);
    expect(quiet.value.endpoints.map(({ outcome }) => outcome)).toEqual([
      ...Array<string>(5).fill('ok'),
      ...Array<string>(5).fill('not-asked'),
    ]);
    connections = 0;
    const active = await fact(options(`https://many.acme.test:${port}`, {}, { active: true }));
    if (active.state !== 'known') throw new Error(active.because);
    expect(active.value.endpoints.every(({ outcome, protocols }) => outcome === 'ok' && protocols !== null)).toBe(true);
    expect(connections).toBeLessThanOrEqual(40);
  });

  it('one that nobody listens on beside one that answers', async () => {
    const port = await listen(createHttps({ cert: good.chainPem, key: good.keyPem }, (_, answer) => answer.end()));
    const found = await fact(options(`https://two.acme.test:${port}`));
    expect(found).toMatchObject({
      value: {
        endpoints: [{ outcome: 'ok' }, { outcome: 'refused', detail: 'the connection was refused', session: null }],
      },
    });
  });

  it('of localhost counts only where somebody listens', async () => {
    const port = await listen(createHttps({ cert: good.chainPem, key: good.keyPem }, (_, answer) => answer.end()));
    const found = await fact(options(`https://localhost:${port}`));
    expect(found).toMatchObject({
      value: { endpoints: [{ address: '127.0.0.1', outcome: 'ok', session: { defects: ['wrong-name'] } }] },
    });
  });

  it('is taken from site.resolve before any name server', async () => {
    const before = dns.queries.length;
    const site = { resolve: { [host]: `127.0.0.2:${ports.modern}` } };
    const found = await fact(options(`https://${host}`, site));
    expect(found).toMatchObject({
      value: { endpoints: [{ address: '127.0.0.2', port: ports.modern, session: { verified: true } }] },
    });
    const both = { resolve: { [host]: '127.0.0.1:1', [`${host}:8443`]: `127.0.0.2:${ports.modern}` } };
    expect(await fact(options(`https://${host}:8443`, both))).toMatchObject({
      value: { endpoints: [{ port: ports.modern }] },
    });
    expect(dns.queries.length).toBe(before);
  });

  it('of a family that could not be asked for is told as not known', async () => {
    const found = await fact(options(`https://half.acme.test:${ports.modern}`));
    expect(found).toMatchObject({
      value: { unresolved: expect.stringMatching(/AAAA .*SERVFAIL/) as string, endpoints: { length: 1 } },
    });
  });

  it.each([
    ['ENETUNREACH', 'no-route'],
    ['EHOSTUNREACH', 'no-route'],
    ['EADDRNOTAVAIL', 'no-route'],
    ['ECONNREFUSED', 'refused'],
    ['ECONNRESET', 'reset'],
    ['ETIMEDOUT', 'timeout'],
    ['EACCES', 'not-permitted'],
  ])('%s is %s', (code, outcome) => {
    expect(failureOf(Object.assign(new Error(code), { code }))).toMatchObject({ outcome });
  });

  it('a fault of our own is not blamed on the server', () => {
    expect(() => failureOf(new TypeError('x is not a function'))).toThrow(TypeError);
  });
});

describe('through a proxy', () => {
  /** A proxy that lets through whatever `allow` says; `asked` are its CONNECT lines. */
  async function proxyFor(allow: boolean): Promise<{ url: string; asked: string[] }> {
    const asked: string[] = [];
    const proxy = createProxy();
    proxy.on('connect', ({ url = '' }, socket: Socket) => {
      asked.push(url);
      socket.on('error', () => {});
      if (!allow) return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      const onward = connect(Number(url.split(':')[1]), url.split(':')[0], () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        onward.pipe(socket).pipe(onward);
      });
      return onward.on('error', () => socket.destroy());
    });
    return { url: `http://127.0.0.1:${await listen(proxy)}`, asked };
  }

  it('every handshake goes through it', async () => {
    const proxy = await proxyFor(true);
    const one = await endpoint('modern', { proxy: proxy.url });
    expect(one).toMatchObject({ outcome: 'ok', session: { verified: true }, http: { status: 200 } });
    expect(answers(one)).toMatchObject({ TLSv1: 'refused', 'TLSv1.3': 'accepted' });
    expect(new Set(proxy.asked)).toEqual(new Set([`127.0.0.1:${ports.modern}`]));
    expect(proxy.asked.length).toBeGreaterThan(5);
  });

  it('one that refuses is said', async () => {
    const { url } = await proxyFor(false);
    const found = await fact(options(`https://${host}:${ports.modern}`, { proxy: url }));
    expect(found).toMatchObject({
      state: 'unreachable',
      cause: 'not-permitted',
      because: expect.stringMatching(/answered 403/) as string,
    });
  });
});

describe('what is no site', () => {
  it.each([
    ['nobody listens', async () => ({ port: await freePort(), stop: async () => {} }), 'refused', /refused/],
    ['a black hole', startBlackhole, 'timeout', /in time/],
    ['silence', startSilent, 'timeout', /in time/],
    ['resets', () => startReset({ after: 'data' }), 'reset', /closed|reset/],
    [
      'a page without TLS',
      () => startGarbage('HTTP/1.1 400 Bad Request\r\n\r\n', { close: false }),
      'wrong-protocol',
      /not TLS/,
    ],
  ])('%s', async (_, start, cause, because) => {
    const server = await start();
    later(() => server.stop());
    const found = await fact(options(`https://${host}:${server.port}`, {}, { limits: { timeoutMs: 2000 } }));
    expect(found).toMatchObject({ state: 'unreachable', cause, because: expect.stringMatching(because) as string });
    expect(found).toHaveProperty('fix', expect.stringMatching(/site\.url or site\.resolve/));
  });

  it.each([
    ['garbage after the handshake', 'no HTTP at all\r\n\r\n', /no HTTP/],
    ['nothing after the handshake', '', /closed without an answer/],
    ['a head without end', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(200_000)}`, /no HTTP/],
    ['an answer that is cut in its head', 'HTTP/1.1 200 OK\r\nServer: x', /no HTTP/],
  ])('%s', async (_, bytes, detail) => {
    const server = createTls({ cert: good.chainPem, key: good.keyPem }, (socket) => {
      socket.on('error', () => {});
      socket.end(bytes);
    });
    server.on('tlsClientError', () => {});
    const site = await siteAt(await listen(server));
    expect(site.endpoints[0]).toMatchObject({
      outcome: 'ok',
      http: { status: null, detail: expect.stringMatching(detail) as string },
    });
  });

  it('interim answers are passed over, and control characters kept', async () => {
    const bytes =
      'HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 302 Found\r\nLocation: /\u001b[31mred\r\n\r\n';
    const server = createTls({ cert: good.chainPem, key: good.keyPem }, (socket) => {
      socket.on('error', () => {});
      socket.end(bytes);
    });
    server.on('tlsClientError', () => {});
    const site = await siteAt(await listen(server));
    expect(site.endpoints[0]?.http).toEqual({ status: 302, location: '/\u001b[31mred', detail: '' });
  });

  it.each([
    ['gone.acme.test', 'dns', /NXDOMAIN/],
    ['a..b', 'malformed', /not an address of a website/],
  ])('%s', async (name, cause, because) => {
    const look = name === 'a..b' ? { env: { ORIGIN: 'app.acme.test' } } : options(`https://${name}`);
    expect(await fact(look)).toMatchObject({
      state: 'unreachable',
      cause,
      because: expect.stringMatching(because) as string,
    });
  });

  it('nothing names it', async () => {
    expect(await fact({})).toMatchObject({ state: 'absent', reason: 'not-configured', add: 'site.url' });
  });

  it('a site named by http:// is looked at over https', async () => {
    const site = { resolve: { [`${host}:443`]: `127.0.0.1:${ports.modern}` } };
    expect(await fact(options(`http://${host}:8080`, site))).toMatchObject({
      value: { endpoints: [{ port: ports.modern, outcome: 'ok' }] },
    });
  });

  it('a CA file that cannot be used is said', async () => {
    const found = await fact(options(`https://${host}:${ports.modern}`, { ca: 'gone.pem' }));
    expect(found).toMatchObject({
      state: 'unreachable',
      cause: 'malformed',
      because: expect.stringMatching(/gone\.pem does not exist/) as string,
    });
  });

  it('a self-signed certificate is one of the site, not of the roots', async () => {
    const own = await selfSigned({ names: [host] });
    const site = await siteAt(
      await listen(createHttps({ cert: own.certPem, key: own.keyPem }, (_, answer) => answer.end())),
    );
    expect(site.endpoints[0]?.session).toMatchObject({ defects: ['self-signed'] });
  });
});
