import { generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { type DnsBehaviour, type DnsServer, type DnsZone, startDns } from '../../fixtures/servers/dns.ts';
import type { Facts } from '../../src/facts/index.ts';
import { storeFor } from '../support/gathering.ts';

const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const p = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
const good = `v=DKIM1; k=rsa; p=${p}`;

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** Time-outs are waited for, the rest may take its time. */
const isSilent = (behaviours: Record<string, DnsBehaviour>): boolean =>
  Object.values(behaviours).some((one) => one === 'drop' || one === 'garbage');

interface Look {
  zone: DnsZone;
  behaviours?: Record<string, DnsBehaviour>;
  email?: Record<string, unknown>;
  env?: Record<string, string>;
}

async function look({ zone, behaviours = {}, email = {}, env = {} }: Look) {
  const dns = await startDns({ zone, behaviours });
  stops.push(() => dns.stop());
  const settings = { dns: { servers: [dns.address] }, email: { domain: 'acme.test', ...email } };
  const store = storeFor({ settings, env, limits: { timeoutMs: isSilent(behaviours) ? 2500 : 10_000 } });
  stops.push(() => store.close());
  return { dns, found: await store.get('email.dkim') };
}

async function selectorsOf(options: Look): Promise<Facts['email.dkim']['selectors']> {
  const { found } = await look(options);
  if (found.state !== 'known') throw new Error(found.because);
  return found.value.selectors;
}

const asked = ({ queries }: DnsServer): string[] => queries.map(({ name, type }) => `${name} ${type}`).sort();

describe('which selectors are asked for', () => {
  it('those of the settings, and no other', async () => {
    const { dns, found } = await look({
      zone: { 'a._domainkey.acme.test': { TXT: good } },
      email: { selectors: ['a', 'b'], provider: 'brevo' },
    });
    expect(asked(dns)).toEqual(['a._domainkey.acme.test TXT', 'b._domainkey.acme.test TXT']);
    expect(found).toMatchObject({ state: 'known', where: 'TXT of 2 selectors below _domainkey.acme.test' });
  });

  it('as they are, or with the name that they stand in', async () => {
    const [one] = await selectorsOf({
      zone: { 'a.b._domainkey.acme.test': { TXT: good } },
      email: { selectors: ['a.b._domainkey.acme.test'] },
    });
    expect(one).toMatchObject({
      selector: 'a.b',
      name: 'a.b._domainkey.acme.test',
      named: true,
      source: 'email.selectors',
    });
  });

  it("else those that the env's provider usually has", async () => {
    const { dns, found } = await look({ zone: {}, env: { EMAIL_PROVIDER: 'brevo' } });
    expect(asked(dns)).toEqual([
      'brevo1._domainkey.acme.test TXT',
      'brevo2._domainkey.acme.test TXT',
      'mail._domainkey.acme.test TXT',
    ]);
    expect(found).toMatchObject({ value: { provider: 'brevo', selectors: [{ named: false }, {}, {}] } });
  });

  it('none for SES, whose tokens only its API knows', async () => {
    const { dns, found } = await look({ zone: {}, email: { provider: 'ses' } });
    expect(dns.queries).toEqual([]);
    expect(found).toMatchObject({ value: { provider: 'ses', selectors: [] } });
  });

  it('the usual ones of all where the provider is not known', async () => {
    const { dns } = await look({ zone: {} });
    expect(asked(dns)).toEqual(
      expect.arrayContaining(['google._domainkey.acme.test TXT', 's1._domainkey.acme.test TXT']),
    );
  });

  it('is absent without a domain', async () => {
    const store = storeFor({ settings: { dns: { servers: ['127.0.0.1:1'] } } });
    stops.push(() => store.close());
    expect(await store.get('email.dkim')).toMatchObject({ state: 'absent', add: 'email.domain' });
  });
});

describe('what is found at a selector', () => {
  const named = { selectors: ['s'] };
  const at = (records: DnsZone[string], more: DnsZone = {}) =>
    selectorsOf({ zone: { 's._domainkey.acme.test': records, ...more }, email: named });

  it('a key, its strings joined', async () => {
    const [one] = await at({ TXT: [[good.slice(0, 100), good.slice(100, 250), good.slice(250)]] });
    expect(one).toMatchObject({ outcome: 'ok', count: 1, meant: true, record: { key: { type: 'rsa', bits: 2048 } } });
  });

  it('a key behind CNAME records', async () => {
    const [one] = await at({ CNAME: 'b1.acme-test.dkim.mail.test' }, { 'b1.acme-test.dkim.mail.test': { TXT: good } });
    expect(one).toMatchObject({ aliases: ['b1.acme-test.dkim.mail.test'], record: { key: { bits: 2048 } } });
  });

  it('a CNAME that leads to a name that does not exist', async () => {
    const [one] = await at({ CNAME: 'gone.mail.test' }, { 'mail.test': { A: '192.0.2.1' } });
    expect(one).toMatchObject({ outcome: 'nxdomain', aliases: ['gone.mail.test'], count: 0, record: null });
  });

  it('a CNAME that leads to a name without TXT', async () => {
    const [one] = await at({ CNAME: 'www.mail.test' }, { 'www.mail.test': { A: '192.0.2.1' } });
    expect(one).toMatchObject({ outcome: 'nodata', aliases: ['www.mail.test'] });
  });

  it('nothing', async () => {
    const [one] = await selectorsOf({ zone: { 'acme.test': { A: '192.0.2.1' } }, email: named });
    expect(one).toMatchObject({
      outcome: 'nxdomain',
      aliases: [],
      count: 0,
      meant: false,
      record: null,
      problem: null,
    });
  });

  it('several records, of which none is read', async () => {
    const [one] = await at({ TXT: [good, 'v=DKIM1; p='] });
    expect(one).toMatchObject({ count: 2, record: null, problem: null });
  });

  it('another record that a wildcard answers with', async () => {
    const [one] = await selectorsOf({ zone: { '*.acme.test': { TXT: 'v=spf1 -all' } }, email: named });
    expect(one).toMatchObject({ outcome: 'ok', count: 1, meant: false, record: null });
  });

  it.each(['servfail', 'refused'] as const)('%s is no missing record', async (behaviour) => {
    const [one] = await selectorsOf({ zone: {}, behaviours: { 's._domainkey.acme.test': behaviour }, email: named });
    expect(one).toMatchObject({ outcome: behaviour, count: 0 });
    expect(one?.because).toMatch(/s\._domainkey\.acme\.test TXT at 127/);
  });

  it('silence is no missing record', async () => {
    const [one] = await selectorsOf({ zone: {}, behaviours: { 's._domainkey.acme.test': 'drop' }, email: named });
    expect(one?.outcome).toBe('timeout');
  });

  it('SERVFAIL is asked about once more', async () => {
    const { dns } = await look({ zone: {}, behaviours: { 's._domainkey.acme.test': 'servfail' }, email: named });
    expect(dns.queries).toHaveLength(2);
  });
});

describe('hostile answers', () => {
  const named = { selectors: ['s'] };

  it('60 KB of TXT are bounded', async () => {
    const [one] = await selectorsOf({
      zone: { 's._domainkey.acme.test': { TXT: `v=DKIM1; n=${'a'.repeat(60_000)}; p=${p}` } },
      email: named,
    });
    expect(one).toMatchObject({ record: null, problem: expect.stringMatching(/^the record has 60\d{3} characters$/) });
    expect(one?.texts[0]?.length).toBe(1200);
  });

  it('255 records are counted, five are kept', async () => {
    const TXT = Array.from({ length: 255 }, (_, index) => `v=DKIM1; n=${index}; p=`);
    const [one] = await selectorsOf({ zone: { 's._domainkey.acme.test': { TXT } }, email: named });
    expect(one).toMatchObject({ count: 255, record: null });
    expect(one?.texts).toHaveLength(5);
  });

  it('control characters stay as sent, and make no key', async () => {
    const [one] = await selectorsOf({
      zone: { 's._domainkey.acme.test': { TXT: 'v=DKIM1; p=\u001b[31mx' } },
      email: named,
    });
    expect(one).toMatchObject({
      texts: ['v=DKIM1; p=\u001b[31mx'],
      problem: 'p= holds characters that are not printable ASCII',
    });
  });

  it('a selector that no name can hold does not exist', async () => {
    const [one] = await selectorsOf({ zone: {}, email: { selectors: ['x'.repeat(64)] } });
    expect(one).toMatchObject({ outcome: 'nxdomain', record: null });
  });
});
