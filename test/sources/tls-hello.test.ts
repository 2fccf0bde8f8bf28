import { createServer } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startBlackhole, startGarbage, startReset, startSilent } from '../../fixtures/servers/tcp.ts';
import { freePort } from '../../fixtures/servers/ports.ts';
import { ask } from '../../src/sources/tls/ask.ts';
import { openSocket } from '../../src/sources/tls/dial.ts';
import { Flight } from '../../src/sources/tls/flight.ts';
import { clientHello, type Version } from '../../src/sources/tls/hello.ts';
import { allSuites, families, suitesOf, tls13Suites, weakSuite } from '../../src/sources/tls/suites.ts';
import { later, listen } from './dns-gathering.ts';

const u16 = (value: number) => Buffer.from([value >> 8, value & 255]);
const vector16 = (bytes: Buffer) => Buffer.concat([u16(bytes.length), bytes]);
const handshake = (type: number, body: Buffer) => Buffer.concat([Buffer.from([type, 0]), u16(body.length), body]);
const inRecord = (type: number, bytes: Buffer, version = 0x0303) =>
  Buffer.concat([Buffer.from([type]), u16(version), u16(bytes.length), bytes]);
const alert = (level: number, number: number) => inRecord(21, Buffer.from([level, number]));

function serverHello(
  version: number,
  suite: number,
  {
    selected,
    session = 0,
    random = Buffer.alloc(32, 7),
  }: { selected?: number; session?: number; random?: Buffer } = {},
) {
  const extensions =
    selected === undefined ? Buffer.alloc(0) : vector16(Buffer.concat([u16(43), vector16(u16(selected))]));
  const body = Buffer.concat([
    u16(version),
    random,
    Buffer.from([session]),
    Buffer.alloc(session),
    u16(suite),
    Buffer.from([0]),
    extensions,
  ]);
  return handshake(2, body);
}

const certificates = (...ders: Buffer[]) => {
  const list = Buffer.concat(ders.map((der) => Buffer.concat([Buffer.from([0]), u16(der.length), der])));
  return handshake(11, Buffer.concat([Buffer.from([0]), u16(list.length), list]));
};

/** The fields of a ClientHello, read as a server would. */
function readHello(bytes: Buffer) {
  expect(bytes[0]).toBe(22);
  expect(bytes.readUInt16BE(3)).toBe(bytes.length - 5);
  const body = bytes.subarray(9);
  expect(bytes.readUIntBE(6, 3)).toBe(body.length);
  let at = 35 + (body[34] ?? 0);
  const suites = Array.from({ length: body.readUInt16BE(at) / 2 }, (_, index) => body.readUInt16BE(at + 2 + 2 * index));
  at += 2 + body.readUInt16BE(at);
  at += 1 + (body[at] ?? 0);
  expect(body.readUInt16BE(at)).toBe(body.length - at - 2);
  const extensions = new Map<number, Buffer>();
  for (at += 2; at < body.length; at += 4 + body.readUInt16BE(at + 2)) {
    extensions.set(body.readUInt16BE(at), body.subarray(at + 4, at + 4 + body.readUInt16BE(at + 2)));
  }
  return { recordVersion: bytes.readUInt16BE(1), version: body.readUInt16BE(0), session: body[34], suites, extensions };
}

describe('a ClientHello', () => {
  it.each([
    ['TLSv1', 0x0301],
    ['TLSv1.1', 0x0302],
    ['TLSv1.2', 0x0303],
  ] as const)('%s speaks that version by its version field', (version, wire) => {
    const hello = readHello(
      clientHello({ version, servername: 'app.acme.test', suites: allSuites, alpn: ['h2', 'http/1.1'] }),
    );
    expect(hello).toMatchObject({ recordVersion: 0x0301, version: wire, session: 0 });
    expect(hello.suites).toEqual([...allSuites, 0x00ff]);
    expect(hello.extensions.has(43)).toBe(false);
    expect(hello.extensions.has(13)).toBe(version === 'TLSv1.2');
    expect(hello.extensions.get(0)?.toString('latin1')).toContain('app.acme.test');
    expect(hello.extensions.get(16)?.toString('latin1')).toBe('\0\x0c\x02h2\x08http/1.1');
  });

  it('TLSv1.3 speaks only that, by supported_versions, with a key share', () => {
    const hello = readHello(
      clientHello({ version: 'TLSv1.3', servername: 'app.acme.test', suites: tls13Suites, alpn: ['postgresql'] }),
    );
    expect(hello).toMatchObject({ version: 0x0303, session: 32, suites: tls13Suites });
    expect(hello.extensions.get(43)?.toString('hex')).toBe('020304');
    expect(hello.extensions.get(51)?.toString('hex')).toMatch(/^0024001d0020[0-9a-f]{64}$/);
  });

  it('names no IP address, and is never of a length that servers hang on', () => {
    const bare = readHello(clientHello({ version: 'TLSv1.2', servername: null, suites: suitesOf('3des'), alpn: [] }));
    expect(bare.extensions.has(0)).toBe(false);
    expect(bare.extensions.has(16)).toBe(false);
    for (let length = 1; length <= 250; length += 1) {
      const sent =
        clientHello({ version: 'TLSv1', servername: 'a'.repeat(length), suites: suitesOf('rc4'), alpn: [] }).length - 5;
      expect(sent <= 255 || sent >= 512).toBe(true);
    }
  });

  it('offers every suite once, each weak one in one family', () => {
    expect(new Set(allSuites).size).toBe(allSuites.length);
    const weak = Object.values(families).flat();
    expect(new Set(weak.map(([number]) => number)).size).toBe(weak.length);
    expect(weakSuite(0x0005)).toEqual({ family: 'rc4', name: 'TLS_RSA_WITH_RC4_128_SHA' });
    expect(weakSuite(0x0018)).toMatchObject({ family: 'anonymous' });
    expect(weakSuite(0xc02f)).toBeNull();
    const named = { null: /NULL/, anonymous: /anon/, export: /EXPORT|DES_CBC/, rc4: /RC4_128/, '3des': /3DES/ };
    for (const [family, pattern] of Object.entries(named)) {
      for (const [, name] of families[family as keyof typeof named]) expect(name).toMatch(pattern);
    }
  });
});

describe("a server's first flight", () => {
  const word = (bytes: Buffer, want = false) => new Flight(want).push(bytes);
  const hello12 = serverHello(0x0303, 0xc02f);
  const chain = certificates(Buffer.from('leaf'), Buffer.from('issuer'));

  it.each([
    ['TLS 1.2', inRecord(22, hello12), { kind: 'hello', version: 'TLSv1.2', suite: 0xc02f }],
    ['TLS 1.0', inRecord(22, serverHello(0x0301, 0x0005, { session: 32 }), 0x0301), { version: 'TLSv1', suite: 5 }],
    [
      'TLS 1.3',
      inRecord(22, serverHello(0x0303, 0x1301, { session: 32, selected: 0x0304 })),
      { version: 'TLSv1.3', suite: 0x1301 },
    ],
    ['a draft of 1.3', inRecord(22, serverHello(0x0303, 0x1301, { selected: 0x7f1c })), { version: null }],
    ['SSL 3', inRecord(22, serverHello(0x0300, 0x0005), 0x0300), { version: null }],
    ['protocol_version', alert(2, 70), { kind: 'alert', name: 'protocol_version' }],
    ['an alert without a name', alert(2, 200), { kind: 'alert', name: 'alert 200' }],
    ['an alert of one byte', inRecord(21, Buffer.from([2])), { kind: 'garbage' }],
    ['HTTP', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), { kind: 'garbage' }],
    ['one byte that is no record', Buffer.from('H'), { kind: 'garbage' }],
    ['application data', inRecord(23, Buffer.from('x')), { kind: 'garbage' }],
    ['a record too long', Buffer.from([22, 3, 3, 0xff, 0xff]), { kind: 'garbage' }],
    ['a message too long', inRecord(22, Buffer.from([2, 0xff, 0, 0])), { kind: 'garbage' }],
    ['another message first', inRecord(22, handshake(11, Buffer.alloc(3))), { kind: 'garbage' }],
    ['a hello that is cut short', inRecord(22, handshake(2, Buffer.alloc(20))), { kind: 'garbage' }],
  ])('%s', (_, bytes, expected) => {
    expect(word(bytes)).toMatchObject(expected);
  });

  it('HelloRetryRequest counts as TLS 1.3', () => {
    const random = Buffer.from('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c', 'hex');
    const retry = inRecord(22, serverHello(0x0303, 0x1301, { random, selected: 0x0304 }));
    expect(word(retry)).toMatchObject({ kind: 'hello', version: 'TLSv1.3' });
  });

  it('the certificates come with it, in one record or cut anywhere', () => {
    const flight = Buffer.concat([hello12, chain, handshake(14, Buffer.alloc(0))]);
    const whole = inRecord(22, flight);
    const expected = { version: 'TLSv1.2', certificates: [Buffer.from('leaf'), Buffer.from('issuer')] };
    expect(word(whole, true)).toMatchObject(expected);
    for (let at = 1; at < flight.length; at += 1) {
      const two = Buffer.concat([inRecord(22, flight.subarray(0, at)), inRecord(22, flight.subarray(at))]);
      expect(word(two, true)).toMatchObject(expected);
    }
    const slowly = new Flight(true);
    const words = [...whole].map((byte) => slowly.push(Buffer.from([byte])));
    expect(words.find((one) => one !== null)).toMatchObject(expected);
  });

  it('an anonymous hello has none', () => {
    const flight = inRecord(22, Buffer.concat([serverHello(0x0303, 0x0034), handshake(12, Buffer.alloc(4))]));
    expect(word(flight, true)).toMatchObject({ suite: 0x0034, certificates: null });
  });

  it('a list of certificates that does not fit is none', () => {
    const bad = handshake(11, Buffer.from([0, 0, 9, 0, 0, 99, 1, 2, 3]));
    expect(word(inRecord(22, Buffer.concat([hello12, bad])), true)).toMatchObject({ certificates: null });
  });

  it('a warning that the name is not known may come before', () => {
    expect(word(Buffer.concat([alert(1, 112), inRecord(22, hello12)]))).toMatchObject({ version: 'TLSv1.2' });
    expect(word(alert(2, 112))).toMatchObject({ kind: 'alert', name: 'unrecognized_name' });
  });

  it('random bytes never throw and never hang', () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 });
    const likely = fc
      .tuple(fc.constantFrom(20, 21, 22), fc.uint8Array({ maxLength: 80 }))
      .map(([type, data]) => inRecord(type, Buffer.from(data)));
    fc.assert(
      fc.property(fc.oneof(chunks, fc.array(likely, { maxLength: 5 })), fc.boolean(), (parts, want) => {
        const flight = new Flight(want);
        for (const part of parts) flight.push(Buffer.from(part));
        flight.end();
      }),
      { numRuns: 3000 },
    );
  });

  it('a changed byte in a real flight never throws', () => {
    const whole = inRecord(22, Buffer.concat([hello12, chain]));
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, value) => {
        const changed = Buffer.from(whole);
        changed[at] = value;
        new Flight(true).push(changed);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('asking', () => {
  const hello = (version: Version, suites = version === 'TLSv1.3' ? tls13Suites : allSuites) => ({
    version,
    servername: 'app.acme.test',
    suites,
    alpn: [],
  });
  const asking = (
    port: number,
    version: Version = 'TLSv1.2',
    about: 'version' | 'suites' = 'version',
    suites?: readonly number[],
  ) =>
    ask(
      (signal) => openSocket('127.0.0.1', port, signal),
      suites ? { ...hello(version), suites } : hello(version),
      about,
      AbortSignal.timeout(1000),
    );

  /** Answers every ClientHello with these bytes. */
  async function saying(bytes: Buffer, close = false): Promise<number> {
    return listen(
      createServer((socket) => {
        socket.on('error', () => {});
        socket.once('data', () => (close ? socket.end(bytes) : socket.write(bytes)));
      }),
    );
  }

  it.each<[string, Buffer, Version, object]>([
    [
      'the same version',
      inRecord(22, serverHello(0x0302, 0xc013)),
      'TLSv1.1',
      { answer: 'accepted', suite: 0xc013, said: 'ServerHello TLSv1.1' },
    ],
    [
      'an older version',
      inRecord(22, serverHello(0x0301, 0xc013)),
      'TLSv1.1',
      { answer: 'refused', suite: null, said: 'ServerHello TLSv1' },
    ],
    [
      '1.2 to a hello of 1.3',
      inRecord(22, serverHello(0x0303, 0xc02f)),
      'TLSv1.3',
      { answer: 'refused', said: 'ServerHello TLSv1.2' },
    ],
    [
      '1.3',
      inRecord(22, serverHello(0x0303, 0x1302, { selected: 0x0304 })),
      'TLSv1.3',
      { answer: 'accepted', suite: 0x1302 },
    ],
    [
      'a version that nobody knows',
      inRecord(22, serverHello(0x0300, 5)),
      'TLSv1',
      { answer: 'unclear', said: 'ServerHello of an unknown version' },
    ],
    [
      'a suite that was not offered',
      inRecord(22, serverHello(0x0303, 0xeeee)),
      'TLSv1.2',
      { answer: 'unclear', said: /not offered/ },
    ],
    ['protocol_version', alert(2, 70), 'TLSv1', { answer: 'refused', said: 'alert protocol_version' }],
    ['handshake_failure', alert(2, 40), 'TLSv1', { answer: 'refused', said: 'alert handshake_failure' }],
    ['insufficient_security', alert(2, 71), 'TLSv1', { answer: 'refused' }],
    ['internal_error', alert(2, 80), 'TLSv1', { answer: 'refused', said: 'alert internal_error' }],
    ['unrecognized_name', alert(2, 112), 'TLSv1', { answer: 'unclear', said: 'alert unrecognized_name' }],
    ['decode_error', alert(2, 50), 'TLSv1', { answer: 'unclear' }],
    ['close_notify', alert(1, 0), 'TLSv1', { answer: 'closed', said: 'alert close_notify' }],
    [
      'a web page',
      Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'),
      'TLSv1',
      { answer: 'unclear', said: 'bytes that are no TLS' },
    ],
  ])('a server that answers %s', async (_, bytes, version, expected) => {
    const reply = await asking(await saying(bytes), version);
    const { said, ...rest } = expected as { said?: string | RegExp };
    expect(reply).toMatchObject(rest);
    if (said !== undefined) expect(reply.said).toMatch(said);
  });

  it.each([
    [0x0004, 'rc4'],
    [0x0003, 'export'],
    [0x0001, 'null'],
    [0x001b, 'anonymous'],
    [0x000a, '3des'],
    [0x002f, 'no-forward-secrecy'],
  ] as const)('a suite that no OpenSSL here serves is heard of: %i', async (number, family) => {
    const offered = suitesOf(family);
    const port = await saying(inRecord(22, serverHello(0x0301, number), 0x0301));
    const reply = await asking(port, 'TLSv1.2', 'suites', offered);
    expect(reply).toMatchObject({ answer: 'accepted', suite: number, said: 'ServerHello TLSv1' });
    expect(weakSuite(number)).toMatchObject({ family });
  });

  it('a hello counts where the certificates behind it never come', async () => {
    expect(await asking(await saying(inRecord(22, serverHello(0x0303, 0xc02f))))).toMatchObject({
      answer: 'accepted',
      certificates: null,
    });
    expect(await asking(await saying(inRecord(22, serverHello(0x0303, 0xc02f)), true))).toMatchObject({
      answer: 'accepted',
    });
  });

  it.each([
    ['closes at once', () => startGarbage(''), 'closed', /closed/],
    // The reset may come before the hello is sent, which then says nothing of it.
    ['resets at once', () => startReset(), /^(closed|unclear)$/, /reset|closed|ECONNRESET/],
    ['resets after the hello', () => startReset({ after: 'data' }), 'closed', /reset/],
    ['is silent', startSilent, 'unclear', /no answer in time/],
    ['is a black hole', startBlackhole, 'unclear', /no answer in time/],
    ['talks before', () => startGarbage('220 mail.acme.test ESMTP\r\n', { close: false }), 'unclear', /no TLS/],
  ])('a server that %s', async (_, start, answer, said) => {
    const server = await start();
    later(() => server.stop());
    const reply = await asking(server.port, 'TLSv1');
    expect(reply.answer).toMatch(answer);
    expect(reply.suite).toBeNull();
    expect(reply.said).toMatch(said);
  });

  it('nobody listens', async () => {
    expect(await asking(await freePort())).toMatchObject({
      answer: 'unclear',
      said: expect.stringMatching(/ECONNREFUSED/) as string,
    });
  });
});
