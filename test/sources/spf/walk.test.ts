import { describe, expect, it } from 'vitest';
import type { DnsZone } from '../../../fixtures/servers/dns.ts';
import type { DnsFailure } from '../../../src/sources/email/spf/record.ts';
import type { SpfTree } from '../../../src/sources/email/spf/tree.ts';
import { walkSpf } from '../../../src/sources/email/spf/walk.ts';
import { hosts, hostZone } from './case.ts';
import { memory } from './memory.ts';

const walk = async (spf: string | string[], zone: DnsZone = {}, fails: Record<string, DnsFailure> = {}) =>
  walkSpf('example.com', memory({ ...zone, 'example.com': { ...zone['example.com'], TXT: spf } }, fails).lookup);

const tree = async (...given: Parameters<typeof walk>): Promise<SpfTree> => (await walk(...given)).tree;

/** `depth term outcome lookups/voids`, one a node. */
const drawn = ({ nodes }: SpfTree) =>
  nodes.map(({ depth, term, outcome, lookups, voids }) => `${depth} ${term} ${outcome} ${lookups}/${voids}`);

describe('the tree', () => {
  it('holds each term that looks something up, with what it costs', async () => {
    const seen = await tree(
      'v=spf1 mx a:web.example.com ip4:192.0.2.0/24 include:one.example.org include:two.example.org -all',
      {
        'example.com': { MX: '10 mx.example.com' },
        'mx.example.com': { A: '192.0.2.1' },
        'web.example.com': { AAAA: '2001:db8::1' },
        'one.example.org': { TXT: 'v=spf1 include:deep.example.org ip4:198.51.100.0/24 ~all' },
        'deep.example.org': { TXT: 'v=spf1 a:gone.example.org exists:%{i}.list.example.org ptr -all' },
        'two.example.org': { TXT: 'v=spf1 ip6:2001:db8::/32 ?all' },
      },
    );
    expect(drawn(seen)).toEqual([
      '0 example.com record 8/1',
      '1 mx found 1/0',
      '1 a:web.example.com found 1/0',
      '1 include:one.example.org record 5/1',
      '2 include:deep.example.org record 4/1',
      '3 a:gone.example.org void 1/1',
      '3 exists:%{i}.list.example.org dynamic 1/0',
      '3 ptr counted 1/0',
      '1 include:two.example.org record 1/0',
    ]);
    expect(seen).toMatchObject({
      result: 'record',
      lookups: 8,
      voids: 1,
      endUnseen: false,
      open: [],
      duplicates: [],
      truncated: false,
    });
    expect(seen.all).toEqual({ qualifier: '-', domain: 'example.com' });
    expect(seen.nodes[3]).toMatchObject({ domain: 'one.example.org', networks: 1, all: '~' });
  });

  it('asks for what stands side by side at once: as many round trips as the tree is deep', async () => {
    let open = 0;
    let waves = 0;
    const waiting: (() => void)[] = [];
    const { lookup } = memory({
      'example.com': { TXT: 'v=spf1 include:a.example.com include:b.example.com a:h1.example.com -all' },
      'a.example.com': { TXT: 'v=spf1 include:c.example.com -all' },
      'b.example.com': { TXT: 'v=spf1 include:d.example.com a:h2.example.com -all' },
      'c.example.com': { TXT: 'v=spf1 -all' },
      'd.example.com': { TXT: 'v=spf1 -all' },
      ...hostZone(2),
    });
    const release = () => {
      waves += 1;
      for (const go of waiting.splice(0)) go();
    };
    await walkSpf('example.com', async (name, type) => {
      open += 1;
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        if (waiting.length === 1) setTimeout(release, 5);
      });
      return lookup(name, type);
    });
    expect(open).toBe(9);
    expect(waves).toBe(3);
  });

  it('knows the macros of the domain, and leaves those of the message', async () => {
    const seen = await tree(
      'v=spf1 include:_spf.%{d} exists:%{o}.ok.example.org include:%{l}.example.com a:%{h} -all',
      {
        '_spf.example.com': { TXT: 'v=spf1 a:%{d2}.x.example.org -all' },
        'example.com.ok.example.org': { A: '127.0.0.2' },
        'example.com.x.example.org': { A: '192.0.2.1' },
      },
    );
    expect(drawn(seen)).toEqual([
      '0 example.com record 5/0',
      '1 include:_spf.%{d} record 2/0',
      '2 a:%{d2}.x.example.org found 1/0',
      '1 exists:%{o}.ok.example.org found 1/0',
      '1 include:%{l}.example.com dynamic 1/0',
      '1 a:%{h} dynamic 1/0',
    ]);
  });

  it('ends where all stands: what follows is named, not followed', async () => {
    const seen = await tree('v=spf1 mx ~all include:gone.example.com a redirect=other.example.com', {
      'example.com': { MX: '10 mx.example.com' },
      'mx.example.com': { A: '192.0.2.1' },
    });
    expect(drawn(seen)).toEqual([
      '0 example.com record 1/0',
      '1 mx found 1/0',
      '1 redirect=other.example.com ignored 0/0',
    ]);
    expect(seen.nodes[0]?.after).toEqual(['include:gone.example.com', 'a']);
  });

  it('follows a redirect to the end', async () => {
    const zone = {
      'a.example.com': { TXT: 'v=spf1 mx:gone.example.com redirect=b.example.com' },
      'b.example.com': { TXT: 'v=spf1 ~all' },
    };
    const seen = await tree('v=spf1 redirect=a.example.com', zone);
    expect(drawn(seen)).toEqual([
      '0 example.com record 3/1',
      '1 redirect=a.example.com record 3/1',
      '2 mx:gone.example.com void 1/1',
      '2 redirect=b.example.com record 1/0',
    ]);
    expect(seen.all).toEqual({ qualifier: '~', domain: 'b.example.com' });
  });

  it('an include’s all is not the record’s', async () => {
    expect(await tree('v=spf1 include:inc.example.com', { 'inc.example.com': { TXT: 'v=spf1 -all' } })).toMatchObject({
      all: null,
      endUnseen: false,
    });
  });

  it('an end that depends on the message, or that could not be asked for, is not seen', async () => {
    expect(await tree('v=spf1 redirect=%{l}.example.com')).toMatchObject({ all: null, endUnseen: true });
    expect(await tree('v=spf1 redirect=slow.example.com', {}, { 'slow.example.com/TXT': 'timeout' })).toMatchObject({
      all: null,
      endUnseen: true,
    });
    expect(await tree('v=spf1 redirect=gone.example.com')).toMatchObject({ all: null, endUnseen: false });
  });
});

describe('what is wrong below', () => {
  it.each<[string, string, string, DnsZone, Record<string, DnsFailure>]>([
    ['an include without a record', 'none', 'NXDOMAIN', {}, {}],
    ['an include with other TXT only', 'none', 'no SPF record', { 'inc.example.com': { TXT: 'x' } }, {}],
    [
      'an include with two records',
      'multiple',
      '2 SPF records',
      { 'inc.example.com': { TXT: ['v=spf1 -all', 'v=spf1 ~all'] } },
      {},
    ],
    ['an include with a syntax error', 'syntax', '"moo"', { 'inc.example.com': { TXT: 'v=spf1 moo' } }, {}],
    ['an include that fails', 'servfail', 'servfail', {}, { 'inc.example.com/TXT': 'servfail' }],
    ['an include that is refused', 'refused', 'refused', {}, { 'inc.example.com/TXT': 'refused' }],
    ['an include that does not answer', 'timeout', 'timeout', {}, { 'inc.example.com/TXT': 'timeout' }],
  ])('%s: %s', async (_what, outcome, because, zone, fails) => {
    const { nodes } = await tree('v=spf1 include:inc.example.com -all', zone, fails);
    expect(nodes[1]).toMatchObject({ outcome, domain: 'inc.example.com' });
    expect(nodes[1]?.because).toContain(because);
  });

  it.each<[string, string | string[], string]>([
    ['none', 'something else', 'none'],
    ['several', ['v=spf1 -all', 'v=spf1 ~all'], 'permerror'],
    ['a syntax error', 'v=spf1 -al', 'permerror'],
  ])('of its own record: %s', async (_what, spf, result) => {
    const seen = await tree(spf);
    expect(seen).toMatchObject({ result, lookups: 0 });
    expect(seen.nodes).toHaveLength(1);
  });

  it.each<[string, string, DnsZone]>([
    ['of itself', 'v=spf1 include:example.com -all', {}],
    ['of itself in other letters', 'v=spf1 include:EXAMPLE.com. -all', {}],
    [
      'through another',
      'v=spf1 include:b.example.com -all',
      {
        'b.example.com': { TXT: 'v=spf1 include:c.example.com' },
        'c.example.com': { TXT: 'v=spf1 redirect=b.example.com' },
      },
    ],
    ['by redirect', 'v=spf1 redirect=example.com', {}],
  ])('a loop %s', async (_what, spf, zone) => {
    const { nodes } = await tree(spf, zone);
    expect(nodes.filter(({ outcome }) => outcome === 'loop')).toHaveLength(1);
  });

  it('a domain that is included twice is no loop', async () => {
    const seen = await tree('v=spf1 include:a.example.com include:b.example.com -all', {
      'a.example.com': { TXT: 'v=spf1 include:c.example.com -all' },
      'b.example.com': { TXT: 'v=spf1 include:C.example.com -all' },
      'c.example.com': { TXT: 'v=spf1 ip4:192.0.2.1 -all' },
    });
    expect(seen).toMatchObject({ duplicates: ['c.example.com'], lookups: 4 });
    expect(seen.nodes.some(({ outcome }) => outcome === 'loop')).toBe(false);
  });

  it('an mx of eleven names', async () => {
    const names = Array.from({ length: 11 }, (_, index) => `10 h${index + 1}.example.com`);
    const { nodes } = await tree('v=spf1 mx -all', { ...hostZone(11), 'example.com': { MX: names } });
    expect(nodes[1]).toMatchObject({
      outcome: 'too-many-names',
      because: 'example.com has 11 MX records; 10 are looked up',
    });
  });

  it('void: an mx name without address counts although another has one', async () => {
    const seen = await tree('v=spf1 mx -all', {
      'example.com': { MX: ['1 h1.example.com', '2 gone.example.com'] },
      ...hostZone(1),
    });
    expect(drawn(seen)[1]).toBe('1 mx found 1/1');
    expect(seen.voidNames).toBe(1);
  });

  it('not void: a name that has addresses of one family', async () => {
    expect(await tree('v=spf1 a:v6.example.com -all', { 'v6.example.com': { AAAA: '2001:db8::1' } })).toMatchObject({
      voids: 0,
    });
  });

  it('void: exists of a name that has AAAA alone', async () => {
    expect(
      await tree('v=spf1 exists:v6.example.com -all', { 'v6.example.com': { AAAA: '2001:db8::1' } }),
    ).toMatchObject({ voids: 1 });
  });
});

describe('who could send', () => {
  const everybody = { 'web.example.com': { A: '192.0.2.1' } };
  it.each<[string, string, string[], DnsZone]>([
    ['+all', 'v=spf1 +all', ['+all'], {}],
    ['all without a sign', 'v=spf1 mx all', ['all'], {}],
    ['every IPv4 address', 'v=spf1 ip4:192.0.2.1/0 -all', ['ip4:192.0.2.1/0'], {}],
    ['every IPv6 address', 'v=spf1 ip6:::/0 -all', ['ip6:::/0'], {}],
    ['a/0 of a name with an address', 'v=spf1 a:web.example.com/0 -all', ['a:web.example.com/0'], everybody],
    ['exists of a name that is there', 'v=spf1 exists:web.example.com -all', ['exists:web.example.com'], everybody],
    [
      '+all of an include',
      'v=spf1 include:inc.example.com -all',
      ['+all'],
      { 'inc.example.com': { TXT: 'v=spf1 +all' } },
    ],
    ['+all of a redirect', 'v=spf1 redirect=inc.example.com', ['+all'], { 'inc.example.com': { TXT: 'v=spf1 +all' } }],
  ])('everybody: %s', async (_what, spf, terms, zone) => {
    expect((await tree(spf, zone)).open.map(({ term }) => term)).toEqual(terms);
  });

  it.each<[string, string, DnsZone]>([
    ['-all', 'v=spf1 -all', {}],
    ['?all', 'v=spf1 ?all', {}],
    [
      'an include that is no pass',
      'v=spf1 ?include:inc.example.com -all',
      { 'inc.example.com': { TXT: 'v=spf1 +all' } },
    ],
    ['a network that is refused', 'v=spf1 -ip4:0.0.0.0/0 -all', {}],
    ['a/0 of a name without an address', 'v=spf1 a:gone.example.com/0 -all', {}],
    ['a/0 of a name with IPv6 alone', 'v=spf1 a:v6.example.com/0 -all', { 'v6.example.com': { AAAA: '2001:db8::1' } }],
    ['exists that depends on the client', 'v=spf1 exists:%{i}.example.com -all', {}],
    ['exists of a name that is not there', 'v=spf1 exists:gone.example.com -all', {}],
    ['all after all', 'v=spf1 -all +all', {}],
  ])('not everybody: %s', async (_what, spf, zone) => {
    expect((await tree(spf, zone)).open).toEqual([]);
  });

  it('the networks that pass, through includes that pass', async () => {
    const { networks } = await walk(
      'v=spf1 ip4:192.0.2.0/24 -ip4:192.0.2.7 include:a.example.com ?include:b.example.com -all',
      {
        'a.example.com': { TXT: 'v=spf1 ip6:2001:db8::/32 ~ip4:198.51.100.1 -all' },
        'b.example.com': { TXT: 'v=spf1 ip4:203.0.113.0/24 -all' },
      },
    );
    expect(networks).toEqual([
      { network: '192.0.2.0', prefix: 24 },
      { network: '2001:db8::', prefix: 32 },
    ]);
  });
});

describe('bounds', () => {
  it('lookups above ten are counted, not only noticed', async () => {
    const seen = await tree(`v=spf1 ${hosts(25)} -all`, hostZone(25));
    expect(seen).toMatchObject({ lookups: 25, truncated: false });
  });

  it('a tree that grows at every level ends, and says so', async () => {
    const zone = Object.fromEntries(
      Array.from({ length: 9 }, (_, depth) => [
        `d${depth}.example.com`,
        { TXT: `v=spf1 ${`include:d${depth + 1}.example.com `.repeat(4)}-all` },
      ]),
    );
    const dns = memory({ ...zone, 'example.com': { TXT: 'v=spf1 include:d0.example.com -all' } });
    const { tree: seen } = await walkSpf('example.com', dns.lookup);
    expect(seen.truncated).toBe(true);
    expect(seen.lookups).toBeGreaterThan(10);
    expect(seen.nodes.length).toBeLessThanOrEqual(200);
    expect(dns.asked.length).toBeLessThanOrEqual(60);
  });

  it('names that grow by their own macro end', async () => {
    const dns = memory({});
    const { tree: seen } = await walkSpf('example.com', async (name, type) =>
      type === 'TXT'
        ? {
            ...(await dns.lookup(name, type)),
            outcome: 'ok',
            answers: [{ name, type: 'TXT', strings: ['v=spf1 include:x.%{d} -all'] }],
          }
        : dns.lookup(name, type),
    );
    expect(seen.truncated).toBe(true);
    expect(seen.lookups).toBeGreaterThan(10);
    expect(dns.asked.length).toBeLessThanOrEqual(60);
  });

  it('a record of 64 KB with terms without end', async () => {
    const dns = memory({
      'example.com': {
        TXT: `v=spf1${' mx'.repeat(20_000)} -all`,
        MX: Array.from({ length: 30 }, (_, n) => `1 h${n}.example.com`),
      },
    });
    const { tree: seen } = await walkSpf('example.com', dns.lookup);
    expect(seen).toMatchObject({ lookups: 20_000, truncated: true, result: 'record' });
    expect(seen.nodes.length).toBeLessThanOrEqual(200);
    expect(dns.asked.length).toBeLessThanOrEqual(1 + 30 * 21);
    expect(seen.text).toHaveLength(2000);
  });

  it('the answer’s octets: all TXT records of the name count', async () => {
    const small = await tree('v=spf1 -all');
    const large = await tree(['v=spf1 -all', 'x'.repeat(600)]);
    expect(small.nodes[0]?.bytes).toBe(12 + 13 + 4 + 12 + 12);
    expect(large.nodes[0]?.bytes).toBeGreaterThan(512);
  });
});
