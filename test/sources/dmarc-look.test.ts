import { afterEach, describe, expect, it } from 'vitest';
import { type DnsBehaviour, type DnsServer, type DnsZone, startDns } from '../../fixtures/servers/dns.ts';
import type { Facts } from '../../src/facts/index.ts';
import { storeFor } from '../support/gathering.ts';

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
}

async function look({ zone, behaviours = {}, email = {} }: Look) {
  const dns = await startDns({ zone, behaviours });
  stops.push(() => dns.stop());
  const settings = { dns: { servers: [dns.address] }, email: { domain: 'acme.test', ...email } };
  const store = storeFor({ settings, limits: { timeoutMs: isSilent(behaviours) ? 2500 : 10_000 } });
  stops.push(() => store.close());
  return { dns, found: await store.get('email.dmarc') };
}

async function factOf(options: Look): Promise<Facts['email.dmarc']> {
  const { found } = await look(options);
  if (found.state !== 'known') throw new Error(found.because);
  return found.value;
}

const dmarcQueries = ({ queries }: DnsServer): string[] =>
  [...new Set(queries.map(({ name }) => name))].filter((name) => name.startsWith('_dmarc.')).sort();

const txt = (...TXT: string[]) => ({ TXT });
const rua = 'rua=mailto:d@acme.test';

describe('the walk over real queries', () => {
  it('asks at each step once and finds the record', async () => {
    const { dns, found } = await look({ zone: { '_dmarc.acme.test': txt(`v=DMARC1; p=reject; ${rua}`) } });
    expect(dmarcQueries(dns)).toEqual(['_dmarc.acme.test', '_dmarc.test']);
    expect(dns.queries).toHaveLength(3);
    expect(found).toMatchObject({
      state: 'known',
      where: 'TXT of _dmarc.acme.test, _dmarc.test',
      value: {
        domain: 'acme.test',
        assumed: false,
        exists: true,
        organizational: 'acme.test',
        walk: [
          { domain: 'acme.test', outcome: 'ok', count: 1, record: { p: 'reject' } },
          { domain: 'test', count: 0, record: null },
        ],
        applied: { domain: 'acme.test', place: 'author', tag: 'p', policy: 'reject' },
        apex: [],
        suffixList: { organizational: 'acme.test', domain: 'acme.test', policy: 'reject' },
        reports: [{ tag: 'rua', host: 'acme.test', asked: null, authorized: true }],
        returnPath: null,
      },
    });
  });

  it('of a name with 12 labels takes 8 queries', async () => {
    const domain = 'a.b.c.d.e.f.g.h.i.j.acme.test';
    const { dns, found } = await look({ zone: { '_dmarc.acme.test': txt('v=DMARC1; p=reject') }, email: { domain } });
    expect(dmarcQueries(dns)).toEqual([
      '_dmarc.a.b.c.d.e.f.g.h.i.j.acme.test',
      '_dmarc.acme.test',
      '_dmarc.f.g.h.i.j.acme.test',
      '_dmarc.g.h.i.j.acme.test',
      '_dmarc.h.i.j.acme.test',
      '_dmarc.i.j.acme.test',
      '_dmarc.j.acme.test',
      '_dmarc.test',
    ]);
    expect(found).toMatchObject({ value: { organizational: 'acme.test', applied: { domain: 'acme.test' } } });
  });

  it('joins the strings of a record, and follows aliases', async () => {
    const fact = await factOf({
      zone: {
        '_dmarc.acme.test': { CNAME: 'policy.other.test' },
        'policy.other.test': { TXT: [['v=DMARC1; p=rej', 'ect']] },
      },
    });
    expect(fact.walk[0]).toMatchObject({ aliases: ['policy.other.test'], record: { p: 'reject' } });
  });

  it('discards several records and goes on', async () => {
    const fact = await factOf({
      zone: {
        '_dmarc.m.acme.test': txt('v=DMARC1; p=none', 'v=DMARC1; p=reject'),
        '_dmarc.acme.test': txt('v=DMARC1; p=quarantine'),
      },
      email: { domain: 'm.acme.test' },
    });
    expect(fact.walk[0]).toMatchObject({ count: 2, record: null });
    expect(fact.applied).toMatchObject({ domain: 'acme.test', place: 'organizational', policy: 'quarantine' });
  });

  it('counts one record among others that are none', async () => {
    const fact = await factOf({
      zone: { '_dmarc.acme.test': txt('hello', ' v=DMARC1; p=none', 'v=DMARC1; p=reject') },
    });
    expect(fact.walk[0]).toMatchObject({ count: 1, ignored: [{ why: 'leading-space' }], record: { p: 'reject' } });
  });

  it('sees what stands at the domain itself', async () => {
    const fact = await factOf({ zone: { 'acme.test': txt('v=spf1 -all', 'v=DMARC1; p=reject') } });
    expect(fact).toMatchObject({ apex: ['v=DMARC1; p=reject'], applied: null });
  });

  it.each([
    ['exists', { 'm.acme.test': { A: '192.0.2.1' } }, true, 'sp'],
    ['exists without records of its own', { 'x.m.acme.test': { A: '192.0.2.1' } }, true, 'sp'],
    ['is an alias that leads nowhere', { 'm.acme.test': { CNAME: 'gone.acme.test' } }, true, 'sp'],
    ['does not exist', {}, false, 'np'],
  ] as const)('a subdomain that %s', async (_what, zone, exists, tag) => {
    const record = { '_dmarc.acme.test': txt('v=DMARC1; p=reject; sp=quarantine; np=none') };
    const fact = await factOf({ zone: { ...record, ...zone }, email: { domain: 'm.acme.test' } });
    expect(fact).toMatchObject({ exists, applied: { tag } });
  });

  it('an internationalized domain is asked for by its A-labels', async () => {
    const zone = { '_dmarc.xn--bcher-kva.test': txt('v=DMARC1; p=reject') };
    expect(await factOf({ zone, email: { domain: 'B\u00fccher.test' } })).toMatchObject({
      domain: 'xn--bcher-kva.test',
      applied: { policy: 'reject' },
    });
  });
});

describe('an answer that is none', () => {
  it.each([
    ['servfail', 'dns'],
    ['refused', 'dns'],
    ['drop', 'timeout'],
    ['garbage', 'timeout'],
  ] as const)('%s at the domain is no missing record', async (behaviour, cause) => {
    const { found } = await look({ zone: {}, behaviours: { '_dmarc.acme.test': behaviour } });
    expect(found).toMatchObject({ state: 'unreachable', cause, fix: expect.stringContaining('_dmarc.acme.test') });
  });

  it('above a domain without a record is no missing record either', async () => {
    const behaviours = { '_dmarc.acme.test': 'servfail' } as const;
    const { found } = await look({ zone: {}, behaviours, email: { domain: 'm.acme.test' } });
    expect(found).toMatchObject({ state: 'unreachable', cause: 'dns' });
  });

  it("above the domain's own record leaves it as it is, and the organizational domain open", async () => {
    const zone = { '_dmarc.m.acme.test': txt('v=DMARC1; p=reject') };
    const behaviours = { '_dmarc.acme.test': 'refused' } as const;
    const { found } = await look({ zone, behaviours, email: { domain: 'm.acme.test' } });
    expect(found).toMatchObject({
      state: 'known',
      value: { applied: { policy: 'reject' }, unseen: expect.stringContaining('_dmarc.acme.test') },
    });
  });

  it('of a top-level domain changes nothing for the domain below it', async () => {
    const zone = { '_dmarc.acme.test': txt('v=DMARC1; p=reject; sp=quarantine') };
    const behaviours = { '_dmarc.test': 'refused', 'm.acme.test/TXT': 'nodata' } as const;
    expect(await factOf({ zone, behaviours })).toMatchObject({ unseen: null, organizational: 'acme.test' });
    const below = await factOf({ zone, behaviours, email: { domain: 'm.acme.test' } });
    expect(below).toMatchObject({ unseen: null, organizational: 'acme.test', applied: { policy: 'quarantine' } });
  });

  it('of a top-level domain matters where the domain below it has no record', async () => {
    const zone = { '_dmarc.m.acme.test': txt('v=DMARC1; p=reject') };
    const behaviours = { '_dmarc.test': 'refused' } as const;
    const { found } = await look({ zone, behaviours, email: { domain: 'a.m.acme.test' } });
    expect(found).toMatchObject({ state: 'unreachable', cause: 'dns' });
  });

  it('behind the end of the walk does not matter', async () => {
    const zone = { '_dmarc.acme.test': txt('v=DMARC1; p=reject; psd=n') };
    const { found } = await look({ zone, behaviours: { '_dmarc.test': 'servfail' } });
    expect(found).toMatchObject({ state: 'known', value: { walk: [{ domain: 'acme.test' }] } });
  });

  it('SERVFAIL is asked about again', async () => {
    const { dns } = await look({ zone: {}, behaviours: { '_dmarc.acme.test': 'servfail' } });
    expect(dns.queries.filter(({ name }) => name === '_dmarc.acme.test').length).toBeGreaterThan(2);
  });

  it("about the domain itself matters where sp and np could apply, and not for the domain's own record", async () => {
    const zone = { '_dmarc.acme.test': txt('v=DMARC1; p=reject; np=none') };
    const behaviours = { 'm.acme.test/TXT': 'refused', 'acme.test/TXT': 'refused' } as const;
    expect((await look({ zone, behaviours, email: { domain: 'm.acme.test' } })).found).toMatchObject({
      state: 'unreachable',
      cause: 'dns',
    });
    expect((await look({ zone, behaviours })).found).toMatchObject({
      state: 'known',
      value: { exists: null, apex: null },
    });
  });
});

describe('receivers of RFC 7489', () => {
  it('look at the registered domain alone', async () => {
    const fact = await factOf({
      zone: { '_dmarc.b.acme.test': txt('v=DMARC1; p=reject; psd=n') },
      email: { domain: 'a.b.acme.test' },
    });
    expect(fact).toMatchObject({
      organizational: 'b.acme.test',
      applied: { domain: 'b.acme.test' },
      suffixList: { organizational: 'acme.test', domain: null, policy: null },
    });
  });

  it('take sp from there', async () => {
    const fact = await factOf({
      zone: { '_dmarc.acme.test': txt('v=DMARC1; p=reject; sp=none') },
      email: { domain: 'm.acme.test' },
    });
    expect(fact.suffixList).toEqual({ organizational: 'acme.test', domain: 'acme.test', policy: 'none' });
  });

  it('know suffixes of several labels, and no private ones', async () => {
    const uk = await factOf({ zone: {}, email: { domain: 'mail.acme.co.uk' } });
    expect(uk.suffixList?.organizational).toBe('acme.co.uk');
    const pages = await factOf({ zone: {}, email: { domain: 'acme.github.io' } });
    expect(pages.suffixList?.organizational).toBe('github.io');
  });
});

describe('report addresses elsewhere (RFC 9990)', () => {
  const record = (tags: string) => ({ '_dmarc.acme.test': txt(`v=DMARC1; p=reject; ${tags}`) });
  const asked = 'acme.test._report._dmarc.reports.test';
  const reportOf = async (zone: DnsZone, behaviours: Record<string, DnsBehaviour> = {}) =>
    (await factOf({ zone: { ...record('rua=mailto:a@reports.test'), ...zone }, behaviours })).reports;

  it('are authorised by a record of their own', async () => {
    expect(await reportOf({ [asked]: txt('v=DMARC1') })).toEqual([
      {
        tag: 'rua',
        uri: 'mailto:a@reports.test',
        host: 'reports.test',
        asked,
        authorized: true,
        because: `${asked} says so`,
      },
    ]);
  });
  it('or by a wildcard', async () => {
    expect(await reportOf({ '*._report._dmarc.reports.test': txt('v=DMARC1;') })).toMatchObject([{ authorized: true }]);
  });
  it('several records do, as one of them is enough', async () => {
    expect(await reportOf({ [asked]: txt('v=DMARC1', 'v=DMARC1; x=y', 'hello') })).toMatchObject([
      { authorized: true },
    ]);
  });
  it('not without one', async () => {
    expect(await reportOf({})).toMatchObject([
      { asked, authorized: false, because: `there is no v=DMARC1 at ${asked}` },
    ]);
  });
  it('nor by one that does not begin with the version', async () => {
    expect(await reportOf({ [asked]: txt('rua=mailto:a@reports.test; v=DMARC1') })).toMatchObject([
      { authorized: false },
    ]);
  });
  it('with another address of the same host', async () => {
    expect(await reportOf({ [asked]: txt('v=DMARC1; rua=mailto:other@reports.test') })).toMatchObject([
      { authorized: true },
    ]);
  });
  it('nor where they are sent on to another host', async () => {
    expect(await reportOf({ [asked]: txt('v=DMARC1; rua=mailto:a@elsewhere.test') })).toMatchObject([
      { authorized: false, because: `${asked} sends them on to elsewhere.test` },
    ]);
  });
  it('is not known without an answer, and the line stands', async () => {
    expect(await reportOf({}, { [asked]: 'refused' })).toMatchObject([{ authorized: null }]);
  });
  it('of the same organization need none', async () => {
    const { reports } = await factOf({ zone: record('rua=mailto:a@reports.acme.test,mailto:b@acme.test') });
    expect(reports).toMatchObject([
      { host: 'reports.acme.test', asked: null, authorized: true },
      { host: 'acme.test', asked: null, authorized: true },
    ]);
  });
  it('below a psd=n of its own it is another organization', async () => {
    const { reports } = await factOf({
      zone: { ...record('rua=mailto:a@x.reports.acme.test'), '_dmarc.reports.acme.test': txt('v=DMARC1; psd=n') },
    });
    expect(reports).toMatchObject([{ asked: 'acme.test._report._dmarc.x.reports.acme.test', authorized: false }]);
  });
  it('the name that is asked for begins where the record was found', async () => {
    const { reports } = await factOf({
      zone: record('rua=mailto:a@reports.test; ruf=mailto:b@reports.test'),
      email: { domain: 'm.acme.test' },
    });
    expect(reports).toMatchObject([
      { tag: 'rua', asked },
      { tag: 'ruf', asked },
    ]);
  });
  it('a name longer than DNS allows cannot authorise', async () => {
    const host = `${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.test`;
    const { reports } = await factOf({ zone: record(`rua=mailto:a@${host}`) });
    expect(reports).toMatchObject([{ authorized: false, because: 'the name is longer than DNS allows' }]);
  });
  it('ten hosts are looked at', async () => {
    const many = Array.from({ length: 15 }, (_, index) => `mailto:a@r${index}.test`).join(',');
    expect((await factOf({ zone: record(`rua=${many}`) })).reports).toHaveLength(10);
  });
});

describe('the return path', () => {
  const zone = { '_dmarc.acme.test': txt('v=DMARC1; p=reject') };
  it('has an organizational domain of its own', async () => {
    expect((await factOf({ zone, email: { returnPath: 'bounce.acme.test' } })).returnPath).toEqual({
      domain: 'bounce.acme.test',
      organizational: 'acme.test',
    });
    expect((await factOf({ zone, email: { returnPath: 'bounce.mail.test' } })).returnPath).toEqual({
      domain: 'bounce.mail.test',
      organizational: 'bounce.mail.test',
    });
  });
  it('whose walk may fail without harm to the line', async () => {
    const { found } = await look({
      zone,
      behaviours: { '_dmarc.bounce.acme.test': 'refused' },
      email: { returnPath: 'bounce.acme.test' },
    });
    expect(found).toMatchObject({ state: 'known', value: { returnPath: { organizational: null } } });
  });
});

describe('hostile answers', () => {
  it('60 KB of TXT are bounded', async () => {
    const fact = await factOf({ zone: { '_dmarc.acme.test': txt(`v=DMARC1; p=reject; x=${'a'.repeat(60_000)}`) } });
    expect(fact.applied).toMatchObject({ policy: 'reject' });
    expect(JSON.stringify(fact).length).toBeLessThan(10_000);
  });
  it('255 records are several', async () => {
    const fact = await factOf({
      zone: { '_dmarc.acme.test': txt(...Array.from({ length: 255 }, (_, index) => `v=DMARC1; p=none; x=${index}`)) },
    });
    expect(fact.walk[0]).toMatchObject({ count: 255, record: null });
    expect(JSON.stringify(fact).length).toBeLessThan(10_000);
  });
  it('control characters break the tag that they stand in', async () => {
    const fact = await factOf({ zone: { '_dmarc.acme.test': txt('v=DMARC1; p=reject\u001b[31m; sp=none') } });
    expect(fact.applied).toMatchObject({ policy: null, record: { p: null, sp: 'none' } });
  });
  it('aliases in a circle are no missing record', async () => {
    const { found } = await look({
      zone: { '_dmarc.acme.test': { CNAME: '_dmarc.b.test' }, '_dmarc.b.test': { CNAME: '_dmarc.acme.test' } },
    });
    expect(found).toMatchObject({ state: 'unreachable', cause: 'dns' });
  });
});
