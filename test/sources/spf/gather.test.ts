import { describe, expect, it } from 'vitest';
import type { DnsBehaviour, DnsServer, DnsZone } from '../../../fixtures/servers/dns.ts';
import { emailProvider, returnPath, sendingDomain } from '../../../src/sources/email/domain.ts';
import type { Facts } from '../../../src/facts/index.ts';
import { answerTo, later, record, serve, serveBytes } from '../dns-gathering.ts';
import { storeFor } from '../../support/gathering.ts';
import { targetOf } from '../../support/target.ts';

type Spf = Facts['email.spf'];
type Email = Record<string, unknown>;

async function looked(
  address: string,
  email: Email,
  rest: { env?: Record<string, string>; site?: string; timeoutMs?: number } = {},
) {
  const { env = {}, site, timeoutMs = 5000 } = rest;
  const settings = { email, dns: { servers: [address] }, ...(site === undefined ? {} : { site: { url: site } }) };
  const store = storeFor({ settings, env, limits: { timeoutMs } });
  later(() => store.close());
  return store.get('email.spf');
}

async function spfOf(
  zone: DnsZone,
  email: Email = { domain: 'acme.test' },
  {
    behaviours = {},
    ...rest
  }: {
    behaviours?: Record<string, DnsBehaviour>;
    env?: Record<string, string>;
    site?: string;
    timeoutMs?: number;
  } = {},
): Promise<Spf & { server: DnsServer }> {
  const server = await serve({ zone, behaviours });
  const fact = await looked(server.address, email, rest);
  if (fact.state !== 'known') throw new Error(JSON.stringify(fact));
  return { ...fact.value, server };
}

/** An answer with one TXT record of one string; to a question of another type, none. */
function txt(query: Buffer, text: string | Buffer): Buffer {
  const bytes = Buffer.from(text);
  const isTxt = query.readUInt16BE(query.indexOf(0, 12) + 1) === 16;
  return answerTo(query, isTxt ? [record(16, Buffer.concat([Buffer.from([bytes.length]), bytes]))] : []);
}

const brevo = { 'spf.brevo.com': { TXT: 'v=spf1 ip4:185.41.28.0/22 ip4:77.32.128.0/18 ip6:2a02:26f0::/32 -all' } };

describe('which domain', () => {
  it.each<[string, Email, Record<string, string>, string | undefined, object | null]>([
    [
      'as configured',
      { domain: 'acme.test' },
      { EMAIL_FROM: 'a@other.test' },
      'https://app.site.test',
      { domain: 'acme.test', from: 'email.domain', assumed: false },
    ],
    [
      'as configured, as A-labels',
      { domain: 'Bücher.test' },
      {},
      undefined,
      { domain: 'xn--bcher-kva.test', from: 'email.domain', assumed: false },
    ],
    [
      'of the From address',
      {},
      { EMAIL_FROM: 'noreply@mail.acme.test' },
      'https://app.site.test',
      { domain: 'mail.acme.test', from: 'EMAIL_FROM', assumed: false },
    ],
    [
      'of a From address with a name',
      {},
      { SMTP_FROM: 'Acme Shop <noreply@Acme.test>' },
      undefined,
      { domain: 'acme.test', from: 'SMTP_FROM', assumed: false },
    ],
    [
      'of the site, without the rest',
      {},
      { EMAIL_FROM: 'Acme' },
      'https://app.eu.acme.co.uk/x',
      { domain: 'acme.co.uk', from: 'site.url', assumed: true },
    ],
    [
      'of the site as the env has it',
      {},
      { ORIGIN: 'https://shop.acme.test' },
      undefined,
      { domain: 'acme.test', from: 'ORIGIN', assumed: true },
    ],
    ['none of an address', {}, {}, 'https://203.0.113.10', null],
    ['none of IPv6', {}, {}, 'https://[2001:db8::1]', null],
    ['none of a bare host', {}, {}, 'https://localhost', null],
    ['none where nothing says', {}, {}, undefined, null],
  ])('%s', async (_what, email, env, site, expected) => {
    const target = targetOf({ settings: { email, ...(site === undefined ? {} : { site: { url: site } }) }, env });
    expect(await sendingDomain(target)).toEqual(expected);
  });

  it('is not guessed where a file of the env that could name it cannot be read', async () => {
    const target = targetOf({ settings: { site: { url: 'https://app.acme.test' } } });
    const env = { files: [{ state: 'unreadable' as const, file: '.env', because: 'no' }], entries: new Map() };
    expect(await sendingDomain({ ...target, env })).toBeNull();
  });

  it('unknown: absent, with the setting that would tell', async () => {
    const server = await serve({ zone: {} });
    expect(await looked(server.address, {})).toMatchObject({ state: 'absent', add: 'email.domain' });
    expect(server.queries).toEqual([]);
  });

  it.each<[Email, Record<string, string>, string | null]>([
    [{ provider: 'ses' }, { EMAIL_PROVIDER: 'brevo' }, 'ses'],
    [{}, { EMAIL_PROVIDER: 'Brevo' }, 'brevo'],
    [{}, { EMAIL_PROVIDER: 'mock' }, null],
    [{}, {}, null],
  ])('the provider of %j and %j', (email, env, expected) => {
    expect(emailProvider(targetOf({ settings: { email }, env }))).toBe(expected);
  });

  it('the return path is the custom MAIL FROM domain, as A-labels', () => {
    expect(returnPath(targetOf({ settings: { email: { returnPath: 'Bounce.bücher.test' } } }))).toBe(
      'bounce.xn--bcher-kva.test',
    );
    expect(returnPath(targetOf({}))).toBeNull();
  });
});

describe('email.spf', () => {
  it('looks at the envelope domain first, the sending domain beside it', async () => {
    const zone = { 'acme.test': { TXT: 'v=spf1 -all' }, 'bounce.acme.test': { TXT: 'v=spf1 ip4:192.0.2.1 ~all' } };
    const fact = await spfOf(zone, { domain: 'acme.test', returnPath: 'bounce.acme.test' });
    expect(fact).toMatchObject({ domain: 'acme.test', envelope: 'bounce.acme.test', aligned: true, provider: null });
    expect(fact.trees.map(({ domain, text }) => [domain, text])).toEqual([
      ['bounce.acme.test', 'v=spf1 ip4:192.0.2.1 ~all'],
      ['acme.test', 'v=spf1 -all'],
    ]);
  });

  it.each<[string, string, boolean]>([
    ['acme.test', 'acme.test', true],
    ['mail.acme.co.uk', 'bounce.acme.co.uk', true],
    ['acme.co.uk', 'other.co.uk', false],
    ['acme.test', 'sender-sib.com', false],
  ])('%s and %s: aligned %s', async (domain, envelope, aligned) => {
    expect(await spfOf({}, { domain, returnPath: envelope })).toMatchObject({ aligned });
  });

  it('asks nothing twice', async () => {
    const zone = {
      ...brevo,
      'acme.test': { TXT: 'v=spf1 mx include:spf.brevo.com include:a.test include:b.test -all', MX: '10 mx.acme.test' },
      'mx.acme.test': { A: '203.0.113.1', AAAA: '2001:db8::1' },
      'a.test': { TXT: 'v=spf1 include:c.test a:mx.acme.test -all' },
      'b.test': { TXT: 'v=spf1 include:c.test -all' },
      'c.test': { TXT: 'v=spf1 ip4:192.0.2.9 -all' },
    };
    const { server, trees, provider } = await spfOf(zone, { domain: 'acme.test', provider: 'brevo' });
    const asked = server.queries.map(({ name, type }) => `${name} ${type}`);
    expect(asked).toEqual([...new Set(asked)]);
    expect(trees[0]).toMatchObject({ lookups: 7, duplicates: ['c.test'] });
    expect(provider?.checked.map(({ result }) => result)).toEqual(['pass', 'pass', 'pass']);
  });

  it('a SERVFAIL that is gone at the next try is none', async () => {
    let asked = 0;
    const server = await serveBytes((query) => {
      if (!query.subarray(12).toString('latin1').toLowerCase().includes('inc'))
        return [txt(query, 'v=spf1 include:inc.test -all')];
      asked += 1;
      return [asked === 1 ? answerTo(query, [], { flags: 0x8182 }) : txt(query, 'v=spf1 ip4:192.0.2.1 -all')];
    });
    const fact = await looked(server.address, { domain: 'acme.test' });
    expect(fact).toMatchObject({ state: 'known', value: { trees: [{ nodes: [{}, { outcome: 'record' }] }] } });
  });

  it('servers that do not answer leave the look without its time, not hanging', async () => {
    const server = await serve({ zone: {}, behaviours: { '*': 'drop' } });
    const fact = await looked(server.address, { domain: 'acme.test' }, { timeoutMs: 600 });
    const said =
      fact.state === 'known' ? fact.value.trees[0]?.nodes[0]?.outcome : fact.state === 'unreachable' ? fact.cause : '';
    expect(said).toBe('timeout');
  });
});

describe('the provider', () => {
  const asBrevo = { domain: 'acme.test', provider: 'brevo' };

  it('is authorised where every network of its include is', async () => {
    const { provider } = await spfOf({ ...brevo, 'acme.test': { TXT: 'v=spf1 include:spf.brevo.com -all' } }, asBrevo);
    expect(provider).toMatchObject({
      name: 'brevo',
      from: 'email.provider',
      named: 'spf.brevo.com',
      networks: 3,
      failure: null,
    });
    expect(provider?.checked).toEqual([
      { address: '185.41.28.0', result: 'pass', because: 'include:spf.brevo.com of acme.test matches' },
      { address: '77.32.128.0', result: 'pass', because: 'include:spf.brevo.com of acme.test matches' },
      { address: '2a02:26f0::', result: 'pass', because: 'include:spf.brevo.com of acme.test matches' },
    ]);
  });

  it('is known by the env too', async () => {
    const { provider } = await spfOf(
      { ...brevo, 'acme.test': { TXT: 'v=spf1 -all' } },
      { domain: 'acme.test' },
      { env: { EMAIL_PROVIDER: 'brevo' } },
    );
    expect(provider).toMatchObject({ name: 'brevo', from: 'EMAIL_PROVIDER', named: null });
    expect(provider?.checked.map(({ result }) => result)).toEqual(['fail', 'fail', 'fail']);
  });

  it('may be included by its earlier name', async () => {
    const zone = {
      ...brevo,
      'spf.sendinblue.com': { TXT: 'v=spf1 ip4:185.41.28.0/22 -all' },
      'acme.test': { TXT: 'v=spf1 include:spf.sendinblue.com ~all' },
    };
    const { provider } = await spfOf(zone, asBrevo);
    expect(provider).toMatchObject({
      named: 'spf.sendinblue.com',
      networks: 1,
      checked: [{ address: '185.41.28.0', result: 'pass' }],
    });
  });

  it('may be included deeper down', async () => {
    const zone = {
      ...brevo,
      '_spf.acme.test': { TXT: 'v=spf1 include:spf.brevo.com -all' },
      'acme.test': { TXT: 'v=spf1 include:_spf.acme.test -all' },
    };
    expect((await spfOf(zone, asBrevo)).provider).toMatchObject({ named: 'spf.brevo.com' });
  });

  it('is tried at the envelope domain', async () => {
    const zone = {
      ...brevo,
      'acme.test': { TXT: 'v=spf1 include:spf.brevo.com -all' },
      'bounce.acme.test': { TXT: 'v=spf1 ~all' },
    };
    const { provider } = await spfOf(zone, { ...asBrevo, returnPath: 'bounce.acme.test' });
    expect(provider?.checked.every(({ result }) => result === 'softfail')).toBe(true);
  });

  it('has twelve of its addresses tried where it has more networks', async () => {
    const many = Array.from({ length: 40 }, (_, index) => `ip4:198.51.${index}.0/24`).join(' ');
    const zone = {
      'spf.brevo.com': { TXT: `v=spf1 ${many} -all` },
      'acme.test': { TXT: 'v=spf1 include:spf.brevo.com -all' },
    };
    const { provider } = await spfOf(zone, asBrevo);
    expect(provider?.networks).toBe(40);
    expect(provider?.checked).toHaveLength(12);
    expect([provider?.checked[0]?.address, provider?.checked[11]?.address]).toEqual(['198.51.0.0', '198.51.39.0']);
  });

  it.each<[string, Record<string, DnsBehaviour>, string | null, RegExp]>([
    ['does not exist here', {}, null, /NXDOMAIN/],
    ['is refused', { 'spf.brevo.com': 'refused' }, 'refused', /REFUSED/],
    ['fails', { 'spf.brevo.com': 'servfail' }, 'servfail', /SERVFAIL/],
  ])('whose include %s has no addresses', async (_what, behaviours, failure, because) => {
    const { provider } = await spfOf({ 'acme.test': { TXT: 'v=spf1 -all' } }, asBrevo, { behaviours });
    expect(provider).toMatchObject({ networks: 0, checked: [], failure });
    expect(provider?.because).toMatch(because);
  });
});

describe('hostile zones', () => {
  it('TXT with control characters, escapes and bytes that are no UTF-8', async () => {
    const text = Buffer.concat([
      Buffer.from('v=spf1 a:\u001b[2J\u0007\\032x.test '),
      Buffer.from([0xff, 0xfe, 0x80]),
      Buffer.from(' -all'),
    ]);
    const server = await serveBytes((query) => [txt(query, text)]);
    const fact = await looked(server.address, { domain: 'acme.test' });
    expect(fact).toMatchObject({ state: 'known', value: { trees: [{ result: 'permerror' }] } });
  });

  it('a record of 10 KB in strings of 255 bytes', async () => {
    const zone = { 'acme.test': { TXT: `v=spf1 ${'ip4:192.0.2.1 '.repeat(730)}-all` } };
    const { trees, server } = await spfOf(zone);
    expect(trees[0]).toMatchObject({ result: 'record', lookups: 0, nodes: [{ networks: 730 }] });
    expect(trees[0]?.text).toHaveLength(2000);
    expect(server.queries.map(({ transport }) => transport)).toContain('tcp');
  });

  it('255 CNAMEs', async () => {
    const chain = Object.fromEntries(
      Array.from({ length: 255 }, (_, index) => [`c${index}.test`, { CNAME: `c${index + 1}.test` }]),
    );
    const { trees } = await spfOf({
      ...chain,
      'c255.test': { TXT: 'v=spf1 +all' },
      'acme.test': { TXT: 'v=spf1 include:c0.test -all' },
    });
    expect(trees[0]?.nodes[1]).toMatchObject({ outcome: 'servfail' });
  });

  it('names whose case the server mangles', async () => {
    const server = await serveBytes((query) => {
      const end = query.indexOf(0, 12);
      const asked = query.subarray(12, end).toString('latin1').toLowerCase();
      const mangled = Buffer.from(query);
      for (let at = 12; at < end; at += 1) {
        const byte = mangled[at] ?? 0;
        if (byte >= 0x61 && byte <= 0x7a && at % 2 === 0) mangled[at] = byte - 32;
      }
      return [txt(mangled, asked.includes('inc') ? 'v=spf1 ip4:192.0.2.1 -all' : 'v=spf1 include:INC.acme.TEST -all')];
    });
    const fact = await looked(server.address, { domain: 'acme.test' });
    expect(fact).toMatchObject({
      state: 'known',
      value: { trees: [{ result: 'record', lookups: 1, nodes: [{}, { outcome: 'record', networks: 1 }] }] },
    });
  });

  it('an alias in a circle, and one into nothing', async () => {
    const zone = {
      'acme.test': { TXT: 'v=spf1 a:one.test include:gone.test -all' },
      'one.test': { CNAME: 'two.test' },
      'two.test': { CNAME: 'one.test' },
      'gone.test': { CNAME: 'nowhere.test' },
    };
    const { trees } = await spfOf(zone);
    expect(trees[0]?.nodes.map(({ outcome }) => outcome)).toEqual(['record', 'servfail', 'none']);
  });

  it('a server that only refers to others, and one that answers to something else', async () => {
    for (const behaviour of ['wrong-question', 'wrong-id', 'garbage'] as const) {
      const server = await serve({ zone: { 'acme.test': { TXT: 'v=spf1 +all' } }, behaviours: { '*': behaviour } });
      const fact = await looked(server.address, { domain: 'acme.test' }, { timeoutMs: 700 });
      expect(JSON.stringify(fact), behaviour).not.toContain('"+all"');
    }
  });
});
