import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mustBeReading } from '../../src/sources/redis/commands.ts';
import {
  encodeCommand,
  ErrorReply,
  MAX_REPLY_BYTES,
  ProtocolFault,
  type Reply,
  ReplyReader,
} from '../../src/sources/redis/resp.ts';

function read(text: string | Buffer): Reply[] {
  return new ReplyReader().push(Buffer.from(text));
}

function faultOf(...chunks: (string | Buffer)[]): string {
  const reader = new ReplyReader();
  try {
    for (const chunk of chunks) reader.push(Buffer.from(chunk));
  } catch (error) {
    if (error instanceof ProtocolFault) return error.kind;
    throw error;
  }
  return 'none';
}

function written(reply: Reply): string {
  if (reply === null) return '$-1\r\n';
  if (typeof reply === 'number') return `:${reply}\r\n`;
  if (typeof reply === 'string') return `$${Buffer.byteLength(reply)}\r\n${reply}\r\n`;
  if (reply instanceof ErrorReply) return `-${reply.text}\r\n`;
  return `*${reply.length}\r\n${reply.map(written).join('')}`;
}

const leaf = fc.oneof(
  fc.string({ maxLength: 300 }),
  fc.integer(),
  fc.constant(null),
  fc.stringMatching(/^[A-Z]{2,9} [ -~]{0,40}$/).map((text) => new ErrorReply(text)),
);
const reply: fc.Arbitrary<Reply> = fc.letrec<{ reply: Reply }>((tie) => ({
  reply: fc.oneof({ depthSize: 'small', maxDepth: 5 }, leaf, fc.array(tie('reply'), { maxLength: 6 })),
})).reply;

describe('replies of RESP2', () => {
  it.each([
    ['+PONG\r\n', ['PONG']],
    [':42\r\n:-7\r\n', [42, -7]],
    ['$5\r\nhello\r\n$0\r\n\r\n$-1\r\n', ['hello', '', null]],
    ['*0\r\n*-1\r\n', [[], null]],
    ['*2\r\n$1\r\n0\r\n*1\r\n$3\r\nkey\r\n', [['0', ['key']]]],
    ['$4\r\na\r\nb\r\n', ['a\r\nb']],
    ['$6\r\nmün\r', []],
  ])('%j', (bytes, expected) => {
    expect(read(bytes)).toEqual(expected);
  });

  it('an error keeps its text and its code', () => {
    const [error] = read('-NOAUTH Authentication required.\r\n');
    expect(error).toBeInstanceOf(ErrorReply);
    expect(error).toMatchObject({ text: 'NOAUTH Authentication required.', code: 'NOAUTH' });
  });

  it('reads what was written, however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(reply, { minLength: 1, maxLength: 4 }),
        fc.array(fc.nat({ max: 60 }), { maxLength: 30 }),
        (all, cuts) => {
          const bytes = Buffer.from(all.map(written).join(''));
          const reader = new ReplyReader();
          const got: Reply[] = [];
          let at = 0;
          for (const cut of cuts) got.push(...reader.push(bytes.subarray(at, (at += cut))));
          got.push(...reader.push(bytes.subarray(at)));
          expect(got).toEqual(all);
        },
      ),
    );
  });

  it('takes any bytes for replies or for a fault, and for nothing else', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 5 }), (chunks) => {
        expect(['none', 'not-resp', 'too-large']).toContain(faultOf(...chunks.map((chunk) => Buffer.from(chunk))));
      }),
    );
  });

  it.each([
    ['an HTTP answer', ['HTTP/1.1 400 Bad Request\r\n\r\n'], 'not-resp'],
    ['a TLS alert', [Buffer.from([0x15, 3, 3, 0, 2, 2, 70])], 'not-resp'],
    ['RESP3', ['%1\r\n+a\r\n+b\r\n'], 'not-resp'],
    ['a length that is none', ['$abc\r\n'], 'not-resp'],
    ['a length below nothing', ['*-2\r\n'], 'not-resp'],
    ['a bulk string without its end', ['$2\r\nabcd\r\n'], 'not-resp'],
    ['a length of a terabyte', ['$1099511627776\r\n'], 'too-large'],
    ['an array of two thousand million', ['*2147483647\r\n'], 'too-large'],
    ['arrays in arrays without end', ['*1\r\n'.repeat(100_000)], 'too-large'],
    ['a line without end', ['+', 'x'.repeat(20_000)], 'too-large'],
    [
      'an array that goes on',
      [`*300000\r\n`, ...Array.from({ length: 40 }, () => '$5\r\nhello\r\n'.repeat(3000))],
      'too-large',
    ],
    [
      'a bulk string just within the bound',
      [`$${MAX_REPLY_BYTES - 20}\r\n`, 'x'.repeat(MAX_REPLY_BYTES - 20), '\r\n'],
      'none',
    ],
  ])('%s', (_name, chunks, expected) => {
    expect(faultOf(...chunks)).toBe(expected);
  });

  it('does not count one reply against the next', () => {
    const reader = new ReplyReader();
    const one = Buffer.from(written('x'.repeat(400_000)));
    for (let i = 0; i < 6; i += 1) expect(reader.push(one)).toHaveLength(1);
  });
});

describe('commands', () => {
  it('are arrays of bulk strings, by bytes', () => {
    expect(encodeCommand(['GET', 'ü']).toString()).toBe('*2\r\n$3\r\nGET\r\n$2\r\nü\r\n');
  });

  it.each([
    ['PING'],
    ['INFO'],
    ['DBSIZE'],
    ['CONFIG', 'GET', 'maxmemory'],
    ['ACL', 'LIST'],
    ['SCAN', '0', 'MATCH', 'bull:*', 'COUNT', '10'],
  ])('%s %s reads', (...args) => {
    expect(() => mustBeReading(args)).not.toThrow();
  });

  it.each([
    ['FLUSHALL'],
    ['SET', 'a', 'b'],
    ['KEYS', '*'],
    ['GET', 'session:1'],
    ['CONFIG', 'GET', 'requirepass'],
    ['CONFIG', 'GET', '*'],
    ['CONFIG', 'GET', 'maxmemory', 'requirepass'],
    ['CONFIG', 'SET', 'maxmemory', '0'],
    ['ACL', 'SETUSER', 'x'],
    ['ACL'],
    ['EVAL', 'return 1', '0'],
    ['MONITOR'],
    ['constructor'],
    ['ping'],
    [],
  ])('%s %s %s is not sent', (...args) => {
    expect(() => mustBeReading(args)).toThrow(/not among the commands/);
  });
});
