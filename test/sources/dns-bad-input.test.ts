import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { query } from '../../src/sources/dns/client.ts';
import { resolveHost } from '../../src/sources/dns/resolve.ts';
import { answerTo, asking, framed, later, listen, record, serve, serveBytes } from './dns-gathering.ts';

const address = record(1, '7f000001');
const txt = (text: string) => Buffer.concat([Buffer.from([text.length]), Buffer.from(text, 'latin1')]);
/** A name as it goes over the wire, each label's bytes as given. */
const wire = (...labels: string[]) => Buffer.concat([...labels.map(txt), Buffer.from([0])]);
const cut = (question: Buffer) => [answerTo(question, [], { flags: 0x8380 })];

/** Answers by UDP alone. @returns the port */
async function serveUdp(reply: (question: Buffer) => Buffer, { port = 0, delayMs = 0 } = {}): Promise<number> {
  const socket = createSocket('udp4');
  let over = false;
  socket.on('message', (question, from) => {
    setTimeout(() => over || socket.send(reply(question), from.port, from.address), delayMs);
  });
  socket.bind(port, '127.0.0.1');
  await once(socket, 'listening');
  later(() => {
    over = true;
    return new Promise<void>((done) => socket.close(() => done()));
  });
  return socket.address().port;
}

describe('a server that answers over one of the two', () => {
  it('UDP only, nothing listens at TCP', async () => {
    const port = await serveUdp((question) => answerTo(question, [address]));
    const result = await query(asking([`127.0.0.1:${port}`]), 'acme.test', 'A');
    expect(result).toMatchObject({ outcome: 'ok', tcp: false });
  });

  it('UDP only, and its answer does not fit', async () => {
    const port = await serveUdp((question) => answerTo(question, [], { flags: 0x8380 }));
    const result = await query(asking([`127.0.0.1:${port}`]), 'acme.test', 'A');
    expect(result).toMatchObject({ outcome: 'timeout', tcp: true, answers: [] });
    expect(result.because).toMatch(/by TCP: nothing listens there/);
  });

  it('TCP only, silent by UDP: found out once', async () => {
    const server = await serve({
      zone: { 'acme.test': { A: '127.0.0.1', AAAA: '::1' } },
      behaviours: { '*': 'drop-udp' },
    });
    const gathering = asking([server.address]);
    expect(await query(gathering, 'acme.test', 'A')).toMatchObject({ outcome: 'ok', tcp: true });
    const before = server.queries.length;
    expect(await query(gathering, 'acme.test', 'AAAA')).toMatchObject({ outcome: 'ok', tcp: true });
    expect(server.queries.slice(before).map(({ transport }) => transport)).toEqual(['tcp']);
  });

  it('TCP only, nothing listens at UDP', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (chunk) => socket.write(framed(answerTo(chunk.subarray(2), [address]))));
    });
    const result = await query(asking([`127.0.0.1:${await listen(server)}`]), 'acme.test', 'A');
    expect(result).toMatchObject({ outcome: 'ok', tcp: true, answers: [{ address: '127.0.0.1' }] });
  });

  it('neither, and says both', async () => {
    const silent = await serve({ zone: {}, behaviours: { '*': 'drop' } });
    const result = await query(asking([silent.address], { timeoutMs: 1000 }), 'acme.test', 'A');
    expect(result).toMatchObject({ outcome: 'timeout', rcode: null, answers: [] });
    expect(result.because).toBe(`acme.test A at ${silent.address}: no answer in time, by UDP and by TCP`);
  });

  it('late by UDP is in time, where TCP says nothing', async () => {
    const port = await listen(createServer(() => {}));
    await serveUdp((question) => answerTo(question, [address]), { port, delayMs: 1300 });
    expect(await query(asking([`127.0.0.1:${port}`]), 'acme.test', 'A')).toMatchObject({ outcome: 'ok', tcp: false });
  });
});

describe('a server that never answers', () => {
  it('costs its time once, where another does', async () => {
    const silent = await serve({ zone: {}, behaviours: { '*': 'drop' } });
    const good = await serve({ zone: { 'a.test': { A: '127.0.0.1' }, 'b.test': { A: '127.0.0.2' } } });
    const gathering = asking([silent.address, good.address], { timeoutMs: 6000 });
    expect(await query(gathering, 'a.test', 'A')).toMatchObject({ outcome: 'ok', server: good.address });
    const before = silent.queries.length;
    expect(await query(gathering, 'b.test', 'A')).toMatchObject({ outcome: 'ok', server: good.address });
    expect(silent.queries.length).toBe(before);
  });

  it('is asked first all the same once it has answered', async () => {
    const first = await serve({ zone: { 'a.test': { A: '127.0.0.1' } }, behaviours: { 'slow.test': 'drop' } });
    const second = await serve({ zone: { 'slow.test': { A: '127.0.0.2' } } });
    const gathering = asking([first.address, second.address], { timeoutMs: 6000 });
    await query(gathering, 'a.test', 'A');
    expect(await query(gathering, 'slow.test', 'A')).toMatchObject({ outcome: 'ok', server: second.address });
    // The second server would say the same of every name; the first holds what only it knows.
    expect(await query(gathering, 'gone.test', 'A')).toMatchObject({ outcome: 'nxdomain', server: first.address });
  });
});

describe('texts', () => {
  it('of 64 KB come whole', async () => {
    const data = Buffer.concat(Array.from({ length: 254 }, () => txt('x'.repeat(255))));
    const server = await serveBytes(cut, (question) => [framed(answerTo(question, [record(16, data)]))]);
    const { answers, ...result } = await query(asking([server.address]), 'big.test', 'TXT');
    expect(result).toMatchObject({ outcome: 'ok', tcp: true });
    expect(answers.map((one) => (one.type === 'TXT' ? one.strings.join('').length : 0))).toEqual([254 * 255]);
  });

  it('of 64 KB in 250 records, one behind another on the stream', async () => {
    const records = Array.from({ length: 250 }, () => record(16, txt('y'.repeat(245))));
    const server = await serveBytes(cut, (question) => {
      const message = framed(answerTo(question, records));
      return [message.subarray(0, 1), message.subarray(1, 900), message.subarray(900)];
    });
    const { answers } = await query(asking([server.address]), 'big.test', 'TXT');
    expect(answers).toHaveLength(250);
  });

  it('with control characters, quotes and escapes stay as they are', async () => {
    const strange = 'v=spf1 \u0000\u0007\u001b[2J\r\n\t\\"\\000\u007f" -all';
    const server = await serveBytes((question) => [
      answerTo(question, [record(16, Buffer.concat([txt(strange), txt('')]))]),
    ]);
    const { answers } = await query(asking([server.address]), 'acme.test', 'TXT');
    expect(answers).toMatchObject([{ strings: [strange, ''] }]);
  });
});

describe('names', () => {
  it('in letters of either case are the same along a chain', async () => {
    const alias = record(5, wire('WeB', 'aCmE', 'TEST'));
    const target = record(1, '7f000002', 4, wire('wEb', 'AcMe', 'test'));
    const { address: server } = await serveBytes((question) => {
      const answer = answerTo(question, [alias, target]);
      answer.write('WWW', 13, 'latin1');
      return [answer];
    });
    const result = await query(asking([server]), 'www.acme.test', 'A');
    expect(result).toMatchObject({ outcome: 'ok', aliases: ['web.acme.test'], answers: [{ address: '127.0.0.2' }] });
  });

  it('that nobody asked for are passed over', async () => {
    const stray = record(1, '06060606', 4, wire('evil', 'test'));
    const { address: server } = await serveBytes((question) => [answerTo(question, [stray])]);
    expect(await query(asking([server]), 'acme.test', 'A')).toMatchObject({ outcome: 'nodata', answers: [] });
  });

  it('of control characters as an alias are asked for or end there, never taken for others', async () => {
    const { address: server } = await serveBytes((question) => [
      answerTo(question, question.includes('acme') ? [record(5, wire('a\u0001\u001b[31m', 'test'))] : [], {
        flags: question.includes('acme') ? 0x8180 : 0x8183,
      }),
    ]);
    expect(await query(asking([server]), 'acme.test', 'A')).toMatchObject({
      outcome: 'nxdomain',
      aliases: ['a\u0001\u001b[31m.test'],
    });
  });

  it.each([
    ['bücher.test', 'xn--bcher-kva.test'],
    ['BÜCHER.Test.', 'xn--bcher-kva.test'],
    ['bücher。test', 'xn--bcher-kva.test'], // U+3002, which RFC 3490 takes for a dot
    ['faß.test', 'xn--fa-hia.test'],
    ['日本語.test', 'xn--wgv71a119e.test'],
    ['xn--bcher-kva.test', 'xn--bcher-kva.test'],
  ])('%s is asked for as %s', async (name, asked) => {
    const server = await serve({ zone: { [asked]: { A: '127.0.0.1' } } });
    expect(await resolveHost(asking([server.address]), name)).toMatchObject({ outcome: 'ok' });
    expect(new Set(server.queries.map((one) => one.name))).toEqual(new Set([asked]));
  });

  it.each(['\u200b.test', 'a\u2028b.test', `${'ü'.repeat(80)}.test`, 'xn--ü.test'])('%j is no name', async (name) => {
    const server = await serve({ zone: {} });
    expect(await query(asking([server.address]), name, 'A')).toMatchObject({ outcome: 'nxdomain', server: null });
    expect(server.queries).toEqual([]);
  });
});

describe('a stranger', () => {
  it('who answers first, with another id, by the hundred, is not believed', async () => {
    const { address: server } = await serveBytes((question) => {
      const forged = Array.from({ length: 200 }, (_, at) => {
        const answer = answerTo(question, [record(1, '06060606')]);
        answer.writeUInt16BE((question.readUInt16BE(0) + 1 + at) & 0xffff, 0);
        return answer;
      });
      return [...forged, answerTo(question, [address])];
    });
    expect(await query(asking([server]), 'acme.test', 'A')).toMatchObject({ answers: [{ address: '127.0.0.1' }] });
  });

  it.each([
    ['a message without end', () => [Buffer.from([0xff, 0xff]), Buffer.alloc(100)]],
    ['an empty one', () => [Buffer.from([0, 0])]],
    [
      'another id',
      (question: Buffer) => [framed(Buffer.concat([Buffer.from([1, 2]), answerTo(question, [address]).subarray(2)]))],
    ],
    [
      'another question',
      (question: Buffer) => [
        framed(
          answerTo(Buffer.concat([question.subarray(0, 13), Buffer.from('else'), question.subarray(17)]), [address]),
        ),
      ],
    ],
    ['the question itself', (question: Buffer) => [framed(question)]],
  ] as [string, (question: Buffer) => Buffer[]][])('%s by TCP is no answer', async (_, reply) => {
    const server = await serveBytes(cut, reply);
    const result = await query(asking([server.address], { timeoutMs: 3000 }), 'acme.test', 'A');
    expect(result).toMatchObject({ outcome: 'timeout', tcp: true, answers: [] });
  });
});
