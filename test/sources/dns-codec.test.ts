import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadCodec, Malformed, types } from '../../src/sources/dns/codec.ts';
import { query } from '../../src/sources/dns/client.ts';
import { answerTo, asking, framed, record, serveBytes } from './dns-gathering.ts';

const codec = await loadCodec();
const asked = codec.encode(0x1234, 'acme.test', types.TXT, true);
const txt = (text: string) => Buffer.concat([Buffer.from([text.length]), Buffer.from(text, 'latin1')]);

describe('a query', () => {
  it('asks one question, with recursion, AD and a small EDNS size', () => {
    expect(asked.toString('hex')).toBe(`1234012000010000000000010461636d650474657374000010000100002904d0000000000000`);
  });

  it('goes out without EDNS where a server does not know it', () => {
    expect(codec.encode(1, 'acme.test', types.A, false).readUInt16BE(10)).toBe(0);
  });
});

describe('an answer', () => {
  it('of a type that the codec does not know comes as hex', () => {
    const { answers } = codec.decode(answerTo(asked, [record(types.TLSA, '030101abcd')]));
    expect(answers).toEqual([{ name: 'acme.test', type: 'other', number: 52, hex: '030101abcd' }]);
  });

  it('of another class is passed over', () => {
    const chaos = record(types.TXT, txt('x'));
    chaos.writeUInt16BE(3, 4);
    expect(codec.decode(answerTo(asked, [chaos, record(types.TXT, txt('y'))])).answers).toMatchObject([
      { strings: ['y'] },
    ]);
  });

  it('carries the upper half of its rcode in EDNS, behind options that the codec does not know', () => {
    const option = Buffer.concat([Buffer.from('000f0006', 'hex'), Buffer.from('000666616c73', 'hex')]);
    const opt = record(41, option, undefined, Buffer.from([0]));
    opt.writeUInt32BE(0x01000000, 5);
    const answer = answerTo(asked, [opt], { count: 0 });
    answer.writeUInt16BE(1, 10);
    expect(codec.decode(answer)).toMatchObject({ rcode: 16, answers: [] });
  });

  it('keeps control characters and bytes as they came', () => {
    const { answers } = codec.decode(answerTo(asked, [record(types.TXT, txt('a\u001b[31m\u0000b'))]));
    expect(answers).toMatchObject([{ strings: ['a\u001b[31m\u0000b'] }]);
  });

  it('of 64 KB is read whole', () => {
    const data = Buffer.concat(Array.from({ length: 255 }, () => txt('x'.repeat(255))));
    expect(codec.decode(answerTo(asked, [record(types.TXT, data)])).answers).toMatchObject([
      { strings: { length: 255 } },
    ]);
  });

  it('that is cut says so, wherever it is cut', () => {
    const whole = answerTo(asked, [record(types.TXT, txt('x'.repeat(200)))], { flags: 0x8380 });
    for (let length = 12; length <= whole.length; length += 1) {
      expect(codec.decode(whole.subarray(0, length))).toMatchObject({ truncated: true });
    }
  });
});

/** A record that holds pointers, each to the next one, the first at byte 0x27 where it is the first record. */
function pointers(count: number): Buffer {
  const data = Buffer.alloc(2 * count);
  for (let at = 0; at < count; at += 1)
    data.writeUInt16BE(0xc000 | (at + 1 < count ? 0x27 + 2 * (at + 1) : 12), 2 * at);
  return record(600, data);
}

describe('malformed messages are refused', () => {
  const header = (counts: number[]) => {
    const bytes = Buffer.alloc(12);
    bytes.writeUInt16BE(0x8180, 2);
    for (const [at, count] of counts.entries()) bytes.writeUInt16BE(count, 4 + 2 * at);
    return bytes;
  };
  it.each([
    ['no header', Buffer.alloc(11)],
    ['two questions', Buffer.concat([header([2]), asked.subarray(12, 27), asked.subarray(12, 27)])],
    ['no question where one is announced', header([1])],
    ['more records than bytes', answerTo(asked, [], { count: 400 })],
    ['65,535 records', answerTo(asked, [Buffer.alloc(60_000)], { count: 65_535 })],
    ['a record that ends too early', answerTo(asked, [record(types.TXT, txt('abc'))]).subarray(0, -1)],
    ['data beyond the end', answerTo(asked, [record(types.TXT, txt('abc'), 400)])],
    ['a string beyond its record', answerTo(asked, [record(types.TXT, '05616263'), record(types.TXT, txt('abcdef'))])],
    ['an empty TXT', answerTo(asked, [record(types.TXT, '')])],
    ['an address of three bytes', answerTo(asked, [record(types.A, '7f0000')])],
    ['an IPv6 address of fifteen', answerTo(asked, [record(types.AAAA, '00'.repeat(15))])],
    ['an IPv6 address of seventeen', answerTo(asked, [record(types.AAAA, '00'.repeat(17))])],
    ['a CAA of one byte', answerTo(asked, [record(types.CAA, '00')])],
    ['a name longer than its record', answerTo(asked, [record(types.CNAME, '03616263', 2)])],
    ['bytes behind a name', answerTo(asked, [record(types.CNAME, 'c00cffff')])],
    ['a name that points at itself', answerTo(asked, [record(types.CNAME, Buffer.from([0xc0, 12 + 15 + 12]))])],
    ['two names that point at each other', answerTo(asked, [record(types.CNAME, 'c029c027')])],
    ['a pointer beyond the end', answerTo(asked, [record(types.CNAME, 'ffff')])],
    ['an owner that points at itself', answerTo(asked, [record(types.A, '7f000001', 4, Buffer.from([0xc0, 27]))])],
    ['a reserved label type', answerTo(asked, [record(types.CNAME, '80616200')])],
    ['500 names of 8,000 pointers', answerTo(asked, [pointers(8000), ...Array(499).fill(record(types.CNAME, 'c027'))])],
    ['EDNS among the answers', answerTo(asked, [record(41, '')])],
  ])('%s', (_, bytes) => {
    expect(() => codec.decode(bytes)).toThrow(Malformed);
  });

  it('and names of more pointers than a name has labels, before they are followed', () => {
    const led = (count: number) => codec.decode(answerTo(asked, [pointers(count), record(types.CNAME, 'c027')]));
    expect(led(126).answers[1]).toMatchObject({ target: 'acme.test' });
    expect(() => led(127)).toThrow('a name of too many pointers');
  });
});

describe('whatever comes', () => {
  const decoded = (bytes: Uint8Array) => {
    try {
      return codec.decode(Buffer.from(bytes));
    } catch (error) {
      if (error instanceof Malformed) return null;
      throw error;
    }
  };

  it('random bytes are an answer or malformed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => void decoded(bytes)),
      { numRuns: 2000 },
    );
  });

  it('random records behind a fitting header are read or refused', () => {
    const one = fc.record({
      type: fc.constantFrom(...Object.values(types), 41, 43, 46, 48, 99, 255),
      data: fc.uint8Array({ maxLength: 80 }),
      length: fc.option(fc.integer({ min: 0, max: 0xffff }), { freq: 5 }),
    });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 6 }), (records) => {
        const built = records.map(({ type, data, length }) => record(type, Buffer.from(data), length ?? undefined));
        const message = decoded(answerTo(asked, built));
        if (message) expect(message.answers.length).toBeLessThanOrEqual(records.length);
      }),
      { numRuns: 2000 },
    );
  });

  it('a whole answer with any one byte changed is read or refused', () => {
    const whole = answerTo(asked, [record(types.MX, '000ac00c'), record(types.TXT, txt('v=spf1 -all'))]);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, value) => {
        const changed = Buffer.from(whole);
        changed[at] = value;
        decoded(changed);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['a compression loop', (question: Buffer) => answerTo(question, [record(types.CNAME, 'c029c027')])],
    ['half a message', (question: Buffer) => question.subarray(0, 20)],
    ['too many records', (question: Buffer) => answerTo(question, [Buffer.alloc(30_000)], { count: 65_535 })],
  ])('%s by UDP is no answer, by TCP neither', async (_, reply) => {
    const udp = await serveBytes((question) => [reply(question)]);
    const tcp = await serveBytes(
      (question) => [answerTo(question, [], { flags: 0x8380 })],
      (question) => [framed(reply(question))],
    );
    const first = await query(asking([udp.address], { timeoutMs: 600 }), 'acme.test', 'A');
    expect(first).toMatchObject({ outcome: 'timeout', answers: [] });
    const second = await query(asking([tcp.address]), 'acme.test', 'A');
    expect(second).toMatchObject({ outcome: 'timeout', answers: [], tcp: true });
    expect(second.because).toMatch(/by TCP: an answer that cannot be read/);
  });

  it('a stream that is cut inside a message is no answer', async () => {
    const cut = await serveBytes(
      (question) => [answerTo(question, [], { flags: 0x8380 })],
      (question) => [framed(answerTo(question, [record(types.A, '7f000001')])).subarray(0, -2)],
    );
    const result = await query(asking([cut.address], { timeoutMs: 600 }), 'acme.test', 'A');
    expect(result).toMatchObject({ outcome: 'timeout', answers: [] });
  });
});
