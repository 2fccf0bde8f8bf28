import { createServer } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { createAuthority } from '../../fixtures/servers/certificates.ts';
import { questions } from '../../fixtures/servers/dns.ts';
import { temporaryFolder } from '../../fixtures/servers/folder.ts';
import { freePort } from '../../fixtures/servers/ports.ts';
import { query } from '../../src/sources/dns/client.ts';
import { parseServer } from '../../src/sources/dns/servers.ts';
import { answerTo, asking, framed, later, record, serve, serveBytes } from './dns-gathering.ts';

const long = 'p='.concat('A'.repeat(700));
const zone = {
  'acme.test': {
    A: ['127.0.0.1', '127.0.0.2'],
    AAAA: '::1',
    MX: ['10 mx.acme.test', '20 mx2.acme.test'],
    NS: 'ns.acme.test',
    TXT: ['v=spf1 -all', long, ['two ', 'strings']],
    CAA: ['0 issue "letsencrypt.org"', '128 issuewild ";"'],
    SOA: 'ns.acme.test admin.acme.test 7 3600 600 86400 300',
    SRV: '1 2 443 web.acme.test',
    TYPE52: '03 01 01 ab cd',
  },
  'www.acme.test': { CNAME: 'web.acme.test' },
  'web.acme.test': { CNAME: 'acme.test' },
  'elsewhere.acme.test': { CNAME: 'www.other.test' },
  'www.other.test': { A: '127.0.0.9' },
  'dangling.acme.test': { CNAME: 'gone.other.test' },
  'circle.acme.test': { CNAME: 'circle2.acme.test' },
  'circle2.acme.test': { CNAME: 'circle.acme.test' },
  'v4.acme.test': { A: '127.0.0.1' },
  'xn--bcher-kva.test': { A: '127.0.0.5' },
};

describe('what a zone holds', () => {
  it.each([
    ['A', [{ address: '127.0.0.1' }, { address: '127.0.0.2' }]],
    ['AAAA', [{ address: '::1' }]],
    [
      'MX',
      [
        { priority: 10, target: 'mx.acme.test' },
        { priority: 20, target: 'mx2.acme.test' },
      ],
    ],
    ['NS', [{ target: 'ns.acme.test' }]],
    [
      'CAA',
      [
        { flags: 0, tag: 'issue', value: 'letsencrypt.org' },
        { flags: 128, tag: 'issuewild', value: ';' },
      ],
    ],
    ['SOA', [{ primary: 'ns.acme.test', serial: 7, minimum: 300 }]],
    ['SRV', [{ priority: 1, weight: 2, port: 443, target: 'web.acme.test' }]],
  ] as const)('%s', async (type, expected) => {
    const { address } = await serve({ zone });
    const result = await query(asking([address]), 'acme.test', type);
    expect(result).toMatchObject({ outcome: 'ok', rcode: 0, server: address, tcp: false, because: '' });
    expect(result.answers).toEqual(expected.map((one) => expect.objectContaining(one) as unknown));
  });

  it('TXT keeps the strings of each record apart', async () => {
    const { address } = await serve({ zone });
    const { answers } = await query(asking([address]), 'acme.test', 'TXT');
    const strings = answers.map((one) => (one.type === 'TXT' ? one.strings : []));
    expect(strings.map((parts) => parts.join(''))).toEqual(['v=spf1 -all', long, 'two strings']);
    expect(strings[1]).toHaveLength(3);
    expect(strings[2]).toEqual(['two ', 'strings']);
  });

  it('names are asked in lower case, without the final dot, as A-labels', async () => {
    const server = await serve({ zone });
    const gathering = asking([server.address]);
    expect(await query(gathering, 'ACME.Test.', 'A')).toMatchObject({ outcome: 'ok' });
    expect(await query(gathering, 'Bücher.test', 'A')).toMatchObject({
      outcome: 'ok',
      answers: [{ address: '127.0.0.5' }],
    });
    expect(questions(server.queries).map(({ name }) => name)).toEqual(['acme.test', 'xn--bcher-kva.test']);
  });

  it.each(['a..b', '', '.', `${'x'.repeat(64)}.test`, `${'abcdefg.'.repeat(32)}test`, 'ex ample.täst'])(
    'a name that DNS cannot hold is asked of nobody: %j',
    async (name) => {
      const server = await serve({ zone });
      const result = await query(asking([server.address]), name, 'A');
      expect(result).toMatchObject({ outcome: 'nxdomain', server: null });
      expect(result.because).toMatch(/not a name that DNS can hold/);
      expect(server.queries).toEqual([]);
    },
  );

  it('the resolver vouches by AD', async () => {
    const signed = await serve({ zone, authenticated: true });
    const plain = await serve({ zone });
    expect(await query(asking([signed.address]), 'acme.test', 'A')).toMatchObject({ ad: true });
    expect(await query(asking([plain.address]), 'acme.test', 'A')).toMatchObject({ ad: false });
  });
});

describe('the outcomes are told apart', () => {
  it.each([
    ['gone.acme.test', 'nxdomain', 3, /NXDOMAIN/],
    ['v4.acme.test', 'nodata', 0, /no such record/],
    ['servfail.acme.test', 'servfail', 2, /SERVFAIL/],
    ['refused.acme.test', 'refused', 5, /REFUSED/],
    ['notimp.acme.test', 'servfail', 4, /NOTIMP/],
    ['formerr.acme.test', 'servfail', 1, /FORMERR/],
    ['silent.acme.test', 'timeout', null, /no answer in time/],
    ['id.acme.test', 'timeout', null, /answers to something else/],
    ['question.acme.test', 'timeout', null, /answers to something else/],
    ['garbage.acme.test', 'timeout', null, /answers to something else/],
  ])('%s is %s', async (name, outcome, rcode, because) => {
    const { address } = await serve({
      zone,
      behaviours: {
        'servfail.acme.test': 'servfail',
        'refused.acme.test': 'refused',
        'notimp.acme.test': 'notimp',
        'formerr.acme.test': 'formerr',
        'silent.acme.test': 'drop',
        'id.acme.test': 'wrong-id',
        'question.acme.test': 'wrong-question',
        'garbage.acme.test': 'garbage',
      },
    });
    // An answer takes what it takes on a busy machine; only silence is waited for.
    const timeoutMs = outcome === 'timeout' ? { timeoutMs: 2000 } : {};
    const result = await query(asking([address], timeoutMs), name, 'AAAA');
    expect(result).toMatchObject({ outcome, rcode, answers: [] });
    expect(result.because).toMatch(because);
    expect(result.because).toContain(address);
  });

  it('nothing listens there: no answer, and it says so', async () => {
    const port = await freePort();
    const result = await query(asking([`127.0.0.1:${port}`]), 'acme.test', 'A');
    expect(result).toMatchObject({ outcome: 'timeout', rcode: null });
    expect(result.because).toMatch(/nothing listens there/);
  });

  it('a server that only refers to others has no answer', async () => {
    const referral = record(2, Buffer.from([2, 110, 115, 0xc0, 12])); // ns.<name>
    const { address } = await serveBytes((asked) => {
      const answer = answerTo(asked, [referral], { flags: 0x8000, count: 0 });
      answer.writeUInt16BE(1, 8);
      return [answer];
    });
    const result = await query(asking([address]), 'acme.test', 'A');
    expect(result).toMatchObject({ outcome: 'servfail', rcode: 0 });
    expect(result.because).toMatch(/refers to other servers/);
  });
});

describe('transport', () => {
  it('asks by TCP where the answer does not fit', async () => {
    const server = await serve({
      zone: { 'big.test': { TXT: Array.from({ length: 30 }, (_, at) => `${at} ${'x'.repeat(200)}`) } },
    });
    const result = await query(asking([server.address]), 'big.test', 'TXT');
    expect(result).toMatchObject({ outcome: 'ok', tcp: true });
    expect(result.answers).toHaveLength(30);
    expect(questions(server.queries).map(({ transport }) => transport)).toEqual(['udp', 'tcp']);
  });

  it('takes the whole answer by TCP where UDP cut it at nothing', async () => {
    const { address } = await serve({ zone, behaviours: { '*': 'truncate' } });
    expect(await query(asking([address]), 'acme.test', 'MX')).toMatchObject({ outcome: 'ok', tcp: true });
  });

  it('an answer that is cut by TCP too is none', async () => {
    const { address } = await serve({ zone, behaviours: { '*': 'truncate-always' } });
    expect(await query(asking([address]), 'acme.test', 'A')).toMatchObject({ outcome: 'servfail', answers: [] });
  });

  it('a cut answer without anybody at TCP is none', async () => {
    const cut = await serveBytes(
      (asked) => [answerTo(asked, [], { flags: 0x8380 })],
      () => [],
    );
    const result = await query(asking([cut.address], { timeoutMs: 3000 }), 'acme.test', 'A');
    expect(result).toMatchObject({ outcome: 'timeout', tcp: true });
    expect(result.because).toMatch(/by TCP: no answer in time/);
  });

  it('advertises a small size by EDNS, and asks without it where the server does not know it', async () => {
    const server = await serve({ zone, behaviours: { 'old.test': 'formerr' } });
    await query(asking([server.address]), 'acme.test', 'A');
    await query(asking([server.address]), 'old.test', 'A');
    expect(questions(server.queries).map(({ name, udpSize }) => [name, udpSize])).toEqual([
      ['acme.test', 1232],
      ['old.test', 1232],
      ['old.test', undefined],
    ]);
  });

  it('sends again what got lost', async () => {
    let seen = 0;
    const { address, asked } = await serveBytes((question) => {
      seen += 1;
      return seen === 1 ? [] : [answerTo(question, [record(1, '7f000001')])];
    });
    expect(await query(asking([address]), 'acme.test', 'A')).toMatchObject({ outcome: 'ok' });
    expect(asked()).toBeGreaterThanOrEqual(2);
  });

  it('passes over a forged answer and takes the one with its own id', async () => {
    const { address } = await serveBytes((question) => {
      const forged = answerTo(question, [record(1, '06060606')]);
      forged.writeUInt16BE((question.readUInt16BE(0) + 1) & 0xffff, 0);
      return [forged, answerTo(question, [record(1, '7f000001')])];
    });
    expect(await query(asking([address]), 'acme.test', 'A')).toMatchObject({ answers: [{ address: '127.0.0.1' }] });
  });

  it('takes a name in other letters for the same', async () => {
    const { address } = await serveBytes((question) => {
      const answer = answerTo(question, [record(1, '7f000001')]);
      answer.write('AcMe', 13, 'latin1');
      return [answer];
    });
    expect(await query(asking([address]), 'acme.test', 'A')).toMatchObject({ outcome: 'ok' });
  });

  it('the next server is asked where the first has no answer, and silence counts least', async () => {
    const silent = await serve({ zone, behaviours: { '*': 'drop' } });
    const broken = await serve({ zone, behaviours: { '*': 'servfail' } });
    const good = await serve({ zone });
    const first = await query(asking([silent.address, good.address], { timeoutMs: 6000 }), 'acme.test', 'A');
    expect(first).toMatchObject({ outcome: 'ok', server: good.address });
    const second = await query(asking([broken.address, good.address]), 'acme.test', 'A');
    expect(second).toMatchObject({ outcome: 'ok', server: good.address });
    const third = await query(asking([broken.address, silent.address], { timeoutMs: 6000 }), 'acme.test', 'A');
    expect(third).toMatchObject({ outcome: 'servfail' });
    const fourth = await query(asking([silent.address, broken.address], { timeoutMs: 6000 }), 'acme.test', 'A');
    expect(fourth).toMatchObject({ outcome: 'servfail' });
  });

  it('a zone that says no is believed: the next server is not asked', async () => {
    const first = await serve({ zone });
    const second = await serve({ zone: { 'gone.test': { A: '127.0.0.1' } } });
    expect(await query(asking([first.address, second.address]), 'gone.test', 'A')).toMatchObject({
      outcome: 'nxdomain',
    });
    expect(second.queries).toEqual([]);
  });

  it('DNS over TLS, to a server whose certificate verifies', async () => {
    const authority = await createAuthority();
    const { certPem: cert, keyPem: key } = authority.issue({ names: ['127.0.0.1'] });
    const server = createServer({ cert, key }, (socket) => {
      socket.on('error', () => {});
      socket.on('data', (chunk: Buffer) => socket.write(framed(answerTo(chunk.subarray(2), [record(1, '7f000001')]))));
    });
    const port = await freePort();
    await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
    later(() => new Promise((done) => server.close(done)));
    const folder = temporaryFolder('dot');
    later(() => folder.remove());
    const [ca] = folder.write({ 'ca.pem': authority.certPem });
    const trusted = await query(asking([`tls://127.0.0.1:${port}`], { ca: ca ?? '' }), 'acme.test', 'A');
    expect(trusted).toMatchObject({ outcome: 'ok', tcp: true, answers: [{ address: '127.0.0.1' }] });
    const strange = await query(asking([`tls://127.0.0.1:${port}`]), 'acme.test', 'A');
    expect(strange).toMatchObject({ outcome: 'timeout', answers: [] });
    expect(strange.because).toMatch(/its certificate does not verify/);
  });
});

describe('aliases', () => {
  it.each([
    ['www.acme.test', 'ok', ['web.acme.test', 'acme.test']],
    ['elsewhere.acme.test', 'ok', ['www.other.test']],
    ['dangling.acme.test', 'nxdomain', ['gone.other.test']],
  ])('of %s are followed: %s', async (name, outcome, aliases) => {
    const { address } = await serve({ zone });
    expect(await query(asking([address]), name, 'A')).toMatchObject({ outcome, aliases });
  });

  it('are not followed when they are what is asked for', async () => {
    const { address } = await serve({ zone });
    const result = await query(asking([address]), 'www.acme.test', 'CNAME');
    expect(result).toMatchObject({ outcome: 'ok', aliases: [], answers: [{ target: 'web.acme.test' }] });
  });

  it('a circle ends', async () => {
    const { address } = await serve({ zone });
    const result = await query(asking([address]), 'circle.acme.test', 'A');
    expect(result).toMatchObject({ outcome: 'servfail', answers: [] });
    expect(result.because).toMatch(/in a circle, or too far/);
  });

  it('255 of them are too many', async () => {
    const names = Array.from({ length: 256 }, (_, at) => `n${at}.acme.test`);
    const chain = Object.fromEntries(names.map((name, at) => [name, { CNAME: names[at + 1] ?? 'acme.test' }]));
    const server = await serve({ zone: { ...zone, ...chain } });
    expect(await query(asking([server.address]), 'n0.acme.test', 'A')).toMatchObject({ outcome: 'servfail' });
    expect(questions(server.queries).length).toBeLessThanOrEqual(16);
    expect(await query(asking([server.address]), 'n245.acme.test', 'A')).toMatchObject({ outcome: 'ok' });
  });
});

describe('a question is asked once', () => {
  it('by several at once and later', async () => {
    const server = await serve({ zone });
    const gathering = asking([server.address]);
    await Promise.all([query(gathering, 'acme.test', 'A'), query(gathering, 'ACME.test', 'A')]);
    await query(gathering, 'acme.test', 'A');
    await query(gathering, 'gone.acme.test', 'A');
    await query(gathering, 'gone.acme.test', 'A');
    expect(questions(server.queries).map(({ name }) => name)).toEqual(['acme.test', 'gone.acme.test']);
  });

  it('but again after SERVFAIL', async () => {
    const server = await serve({ zone, behaviours: { 'acme.test': 'servfail' } });
    const gathering = asking([server.address]);
    expect(await query(gathering, 'acme.test', 'A')).toMatchObject({ outcome: 'servfail' });
    delete server.behaviours['acme.test'];
    expect(await query(gathering, 'acme.test', 'A')).toMatchObject({ outcome: 'ok' });
  });

  it('whoever asks stops waiting when its own time is over', async () => {
    const { address } = await serve({ zone, behaviours: { '*': 'drop' } });
    const gathering = { ...asking([address]), signal: AbortSignal.timeout(50) };
    expect(await query(gathering, 'acme.test', 'A')).toMatchObject({ outcome: 'timeout' });
  });
});

describe('dns.servers', () => {
  it.each([
    ['127.0.0.1', { address: '127.0.0.1', port: 53, transport: 'udp', label: '127.0.0.1:53' }],
    ['127.0.0.1:5353', { port: 5353 }],
    ['udp://192.0.2.1', { address: '192.0.2.1', transport: 'udp' }],
    ['::1', { address: '::1', port: 53, label: '[::1]:53' }],
    ['[::1]', { address: '::1', port: 53 }],
    ['[2001:db8::53]:5353', { address: '2001:db8::53', port: 5353, label: '[2001:db8::53]:5353' }],
    ['tls://192.0.2.1', { address: '192.0.2.1', port: 853, transport: 'tls', label: 'tls://192.0.2.1:853' }],
    ['TLS://[::1]:8853', { address: '::1', port: 8853, transport: 'tls' }],
  ])('%s', (text, expected) => {
    expect(parseServer(text)).toMatchObject(expected);
  });

  it.each([
    ['dns.example.com', /dns\.servers: dns\.example\.com: it is not an IP address/],
    ['127.0.0.1:0', /not an IP address/],
    ['127.0.0.1:99999', /not an IP address/],
    ['ftp://127.0.0.1', /its scheme is not known/],
    ['https://', /not an address/],
    ['https://user:hunter2@dns.test/dns-query', /https:\/\/…@dns\.test\/dns-query: a name and password are not sent$/],
    ['', /not an IP address/],
  ])('%s cannot be used', async (text, because) => {
    await expect(query(asking([text]), 'acme.test', 'A')).rejects.toMatchObject({
      outcome: { cause: 'malformed', where: 'dns.servers', because: expect.stringMatching(because) as string },
    });
  });
});
