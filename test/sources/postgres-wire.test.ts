import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { greetingOf, plaintextAnswerOf, SSL_REQUEST, startupMessage } from '../../src/sources/postgres/wire.ts';

/** As PostgreSQL frames a message: its type, the length with itself, the body. */
function message(type: string, body: Buffer | string): Buffer {
  const bytes = Buffer.from(body);
  const length = Buffer.alloc(4);
  length.writeInt32BE(bytes.length + 4);
  return Buffer.concat([Buffer.from(type), length, bytes]);
}

const authentication = (code: number, rest = '') =>
  message('R', Buffer.concat([Buffer.from([0, 0, 0, code]), Buffer.from(rest)]));
const failure = (fields: Record<string, string>) =>
  message(
    'E',
    `${Object.entries(fields)
      .map(([letter, text]) => `${letter}${text}\0`)
      .join('')}\0`,
  );

describe('what is sent before a session', () => {
  it('SSLRequest has the 8 bytes of the documentation', () => {
    expect(SSL_REQUEST).toEqual(Buffer.from('0000000804d2162f', 'hex'));
  });

  it('StartupMessage names user and database for protocol 3.0', () => {
    const bytes = startupMessage({ user: 'app', database: 'shöp' });
    expect(bytes.readInt32BE(0)).toBe(bytes.length);
    expect(bytes.readInt32BE(4)).toBe(196608);
    expect(bytes.subarray(8).toString()).toBe('user\0app\0database\0shöp\0\0');
  });

  it('StartupMessage refuses what would smuggle in a parameter', () => {
    expect(() => startupMessage({ user: 'app\0replication\0true' })).toThrow(RangeError);
  });
});

describe('what a server answers to a startup message without TLS', () => {
  it.each([
    ['scram-sha-256', authentication(10, 'SCRAM-SHA-256\0\0'), 'accepted'],
    ['md5', authentication(5, 'salt'), 'accepted'],
    ['password', authentication(3), 'accepted'],
    ['gss', authentication(7), 'accepted'],
    ['method 13', authentication(13), 'accepted'],
    ['let in without a password', authentication(0), 'trusted'],
  ])('%s', (method, bytes, outcome) => {
    const answer = plaintextAnswerOf(greetingOf(bytes));
    expect(answer).toMatchObject({ outcome, code: null });
    expect(answer.detail).toContain(method);
  });

  it.each([
    // PostgreSQL 15 and 13, as captured; German words, for the messages are translated.
    [
      'refused',
      {
        S: 'FATAL',
        C: '28000',
        M: 'no pg_hba.conf entry for host "192.0.2.7", user "app", database "shop", no encryption',
        R: 'ClientAuthentication',
      },
    ],
    [
      'refused',
      {
        S: 'FATAL',
        C: '28000',
        M: 'pg_hba.conf rejects connection for host "192.0.2.7", user "app", database "shop", SSL off',
        R: 'ClientAuthentication',
      },
    ],
    ['refused', { S: 'FATAL', C: '28000', M: 'kein Eintrag in der Zugangsdatei', R: 'ClientAuthentication' }],
    ['refused', { S: 'FATAL', C: '08P01', M: 'SSL required' }],
    ['refused', { S: 'ERROR', C: '08P01', M: 'connection is insecure (try using `sslmode=require`)' }],
    ['refused', { S: 'FATAL', C: '28000', M: 'SSL connection is required. Please specify SSL options and retry.' }],
    // A method that fails without asking: the line for plaintext was there.
    ['accepted', { S: 'FATAL', C: '28000', M: 'Ident authentication failed for user "app"', R: 'auth_failed' }],
    ['undecided', { S: 'FATAL', C: '53300', M: 'sorry, too many clients already', R: 'ProcessStartupPacket' }],
    ['undecided', { S: 'FATAL', C: '57P03', M: 'the database system is starting up', R: 'ProcessStartupPacket' }],
    ['undecided', { S: 'FATAL', C: '08P01', M: 'no such database: shop' }],
    ['undecided', { S: 'FATAL', C: '28000', M: 'role "app" is not permitted to log in', R: 'InitializeSessionUserId' }],
  ])('%s: %j', (outcome, fields) => {
    expect(plaintextAnswerOf(greetingOf(failure(fields)))).toEqual({ outcome, code: fields.C, detail: fields.M });
  });

  it('waits for the rest of a message', () => {
    const whole = authentication(10, 'SCRAM-SHA-256\0\0');
    for (let length = 0; length < whole.length; length += 1) {
      expect(greetingOf(whole.subarray(0, length)).kind).toBe('partial');
    }
    expect(greetingOf(whole).kind).toBe('authentication');
  });

  it.each([
    'HTTP/1.1 400 Bad Request\r\n',
    '-ERR unknown command\r\n',
    'SSH-2.0-OpenSSH_9.2\r\n',
    'R2D2 is not the droid',
    'Error!',
  ])('%j is another protocol', (text) => {
    expect(greetingOf(Buffer.from(text)).kind).toBe('foreign');
    expect(plaintextAnswerOf(greetingOf(Buffer.from(text))).outcome).toBe('undecided');
  });

  it('bounds and flattens what a stranger says', () => {
    const greeting = greetingOf(failure({ C: '28000', M: `line\none ${'x'.repeat(5000)}` }));
    expect(greeting.kind === 'error' && greeting.error.message.length).toBe(300);
    expect(greeting.kind === 'error' && greeting.error.message.startsWith('line one x')).toBe(true);
  });

  it('never throws, and never takes noise for a server that refuses plaintext', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        const greeting = greetingOf(Buffer.from(noise));
        expect(['authentication', 'error', 'foreign', 'partial']).toContain(greeting.kind);
      }),
      { numRuns: 2000 },
    );
  });
});
