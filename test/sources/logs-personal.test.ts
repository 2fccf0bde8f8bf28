import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { FactStore } from '../../src/engine/store.ts';
import { domainTest, type IsDomain } from '../../src/sources/logs/email.ts';
import { luhn } from '../../src/sources/logs/numbers.ts';
import { hitsIn } from '../../src/sources/logs/personal.ts';
import { storeFor } from '../support/gathering.ts';
import { tree } from '../support/tree.ts';

let isDomain: IsDomain;
beforeAll(async () => {
  isDomain = await domainTest();
});

const stores: FactStore[] = [];
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
});

const found = (line: string | object, own: { key: string; value: string }[] = []) =>
  hitsIn(typeof line === 'string' ? line : JSON.stringify(line), isDomain, own);
const kinds = (line: string | object) => found(line).map(({ kind }) => kind);

const jwt = [
  Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url'),
  Buffer.from('{"sub":"1234567890","role":"admin"}').toString('base64url'),
  'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
].join('.');

describe('e-mail addresses', () => {
  test.each([
    ['in a field', { msg: 'signed in', user: { email: 'jane.doe@acme-mail.com' } }, 'user.email', 'j***@a***.com'],
    ['in a message', { msg: 'no user jane+x@mail.co.uk here' }, 'msg', 'j***@m***.uk'],
    ['in a list', { to: ['a@acme.io'] }, 'to[]', 'a***@a***.io'],
    ['in plain text', 'login of jürgen@müller.de failed', 'line', 'j***@m***.de'],
    ['as a key, which is masked too', { byUser: { 'jane@acme.com': 3 } }, 'byUser.*', 'j***@a***.com'],
    ['encoded in an address', { url: '/reset?email=jane%40acme.com' }, 'url', 'j***@a***.com'],
    [
      'of the documentation’s domains: whoever logs those logs the others too',
      { to: 'jane@example.com' },
      'to',
      'j***@e***.com',
    ],
    ['with a display name', { from: 'Jane <jane@acme.com>' }, 'from', 'j***@a***.com'],
  ])('%s', (_what, line, field, masked) => {
    expect(found(line)).toEqual([{ kind: 'email', field, masked }]);
  });

  test.each([
    [
      'a masked one',
      { email: 'j***@acme.com', other: '***@acme.com', third: 'xxxx@acme.com', fourth: '[REDACTED]@acme.com' },
    ],
    ['a masked domain', { email: 'jane@***.com' }],
    ['a package', 'installed lodash@4.17.21 and @scope/kit@2.0.0 and svelte@next.js'],
    ['an image', 'GET /logo@2x.png'],
    ['a host without a public name', 'user=app@db.internal deploy@10.0.0.1 root@localhost'],
    ['a repository', 'cloning git@github.com:acme/app.git'],
    [
      'a user in an address',
      'connected to postgres://app@db.acme.com/app and https://0123456789abcdef0123456789abcdef@o1.ingest.sentry.io/42',
    ],
    [
      'a message’s id',
      {
        messageId: '<202611241200.12345678901@smtp-relay.mailin.fr>',
        msg: 'Message-ID: <a1b2c3d4e5f6a7b8@mail.acme.com>',
      },
    ],
    ['a machine’s address', { from: 'noreply@acme.com', replyTo: 'no-reply@acme.com', to: 'MAILER-DAEMON@acme.com' }],
    ['a user agent that names its maker', { userAgent: 'Mozilla/5.0 (compatible; Bot/1.0; bot@acme.com)' }],
    ['a unit of systemd', 'Started user@1000.service'],
  ])('none: %s', (_what, line) => {
    expect(kinds(line)).toEqual([]);
  });
});

describe('card numbers', () => {
  test.each([
    ['4111111111111111'],
    ['4242 4242 4242 4242'],
    ['5555-5555-5555-4444'],
    ['2223003122003222'],
    ['378282246310005'],
    ['3782 822463 10005'],
    ['6011111111111117'],
    ['3530111333300000'],
  ])('%s in a message', (number) => {
    expect(kinds({ msg: `card ${number} declined` })).toEqual(['card']);
    expect(kinds(`paid with ${number}.`)).toEqual(['card']);
  });

  test('as a number, and of unusual length where the field says what it is', () => {
    expect(found({ payment: { cardNumber: 4111111111111111 } })).toEqual([
      { kind: 'card', field: 'payment.cardNumber', masked: '************1111' },
    ]);
    expect(kinds({ pan: '30569309025904' })).toEqual(['card']);
    expect(kinds({ value: '30569309025904' })).toEqual([]);
  });

  test.each([
    [
      'fields of ids and times',
      {
        orderId: '4111111111111111',
        trace_id: '4111111111111111',
        time: 4111111111111111,
        duration_ns: '4111111111111111',
        'x-request-id': '4111111111111111',
      },
    ],
    [
      'labels of ids in a text',
      'order_id=4111111111111111 request 4111111111111111 ref: 4111111111111111 #4111111111111111',
    ],
    [
      'paths and parts of longer names',
      'GET /orders/4111111111111111 file-4111111111111111 a4111111111111111 4111111111111111-x',
    ],
    ['a wrong checksum', { msg: 'card 4111111111111112' }],
    ['no issuer', { msg: 'card 1111111111111117 9999999999999995' }],
    ['a fraction', { ratio: '0.4111111111111111', msg: '3.4111111111111111' }],
    ['a masked one', { card: '************1111', msg: '4111 11** **** 1111' }],
    ['times', { msg: 'at 1764000000000 and 1764000000000000000 and 20261124120000' }],
    ['a UUID', { msg: '41111111-1111-4111-8111-111111111111' }],
  ])('none: %s', (_what, line) => {
    expect(kinds(line)).toEqual([]);
  });

  test('the checksum is that of ISO/IEC 7812', () => {
    expect([luhn('79927398713'), luhn('79927398710')]).toEqual([true, false]);
  });
});

describe('telephone numbers', () => {
  test.each([
    ['in the international form', { msg: 'sms to +4915112345678 sent' }, 'msg', '+***********78'],
    ['written apart', { msg: 'call +49 30 901820' }, 'msg', '+** ** ****20'],
    ['with brackets', 'call +1 (555) 010-9999 back', 'line', '+* (***) ***-**99'],
    ['in a field of its own', { user: { phoneNumber: '030 901820' } }, 'user.phoneNumber', '*** ****20'],
    ['as a number in such a field', { mobile: 15112345678 }, 'mobile', '*********78'],
    ['behind a label', 'phone=030-9018-20 saved', 'line', '***-****-20'],
    ['encoded', { url: '/verify?to=%2B4915112345678' }, 'url', '%*B***********78'],
  ])('%s', (_what, line, field, masked) => {
    expect(found(line)).toEqual([{ kind: 'phone', field, masked }]);
  });

  test.each([
    ['a difference', { msg: 'heap +16777216 bytes, +123456' }],
    ['a time zone', { at: '2026-11-24T12:00:00+01:00', msg: '2026-11-24 12:00:00 +0100' }],
    ['a version', { msg: '1.2.3+20261124120000' }],
    ['an id of a telephone', { phone_number_id: '106540352242922', phoneVerifiedAt: 1764000000000 }],
    ['digits alone', { msg: 'processed 4915112345678 rows in 0301234567' }],
    ['a masked one', { phone: '+49*******78', msg: '+49*******78' }],
    ['whether it is one', { mobile: true, phone: '' }],
  ])('none: %s', (_what, line) => {
    expect(kinds(line)).toEqual([]);
  });
});

describe('tokens and passwords', () => {
  test.each([
    ['a token of the web', { msg: `issued ${jwt}` }, ['token']],
    ['a bearer token', { headers: { authorization: 'Bearer 0a1b2c3d4e5f6a7b8c9d' } }, ['token']],
    ['a provider’s key', `using ${['sk', 'live', '4eC39HqLyjWDarjtT1zdp7dc'].join('_')}`, ['token']],
    ['a field that says so', { accessToken: 'q8Zr3kT0vN5yX1bC7mW2' }, ['token']],
    ['a reset token in an address', { url: '/reset?token=3f2a91c07be54d11a0c4' }, ['token']],
    ['an API key in a text', 'api_key=Zx9Kq2Lm4Np6Rs8Tv0Wy', ['token']],
    ['a session’s cookie', { req: { headers: { cookie: 'session=q8Zr3kT0vN5yX1bC7mW2; theme=dark' } } }, ['token']],
    ['a password in a field', { body: { password: 'hunter2' } }, ['password']],
    ['one of words', { newPassword: 'correct-horse-battery' }, ['password']],
    ['a password in a text', 'login user=jane password=hunter2', ['password']],
    ['in JSON within a text', { msg: 'body {"email":"x","password":"Tr0ub4dor"}' }, ['password']],
    ['in an address', { msg: 'connecting to postgres://app:Tr0ub4dor@db.acme.com/app' }, ['password']],
    [
      'with basic authentication',
      { headers: { authorization: `Basic ${Buffer.from('jane:hunter2').toString('base64')}` } },
      ['password'],
    ],
    ['a mailer’s', { smtp: { auth: { user: 'app', pass: 'Tr0ub4dor' } } }, ['password']],
  ])('%s', (_what, line, expected) => {
    expect(kinds(line)).toEqual(expected);
    expect(JSON.stringify(found(line))).not.toMatch(/hunter2|Tr0ub|correct-horse|4eC39|Kq2L|c07be|kT0v|dBjft|3d4e5f/);
  });

  test.each([
    [
      'what redaction leaves',
      {
        password: '[Redacted]',
        token: '***',
        authorization: 'Bearer [REDACTED]',
        secret: 'xxxxx',
        pwd: '<hidden>',
        passwd: '[Filtered]',
      },
    ],
    [
      'what validators say',
      {
        errors: { password: 'Password must contain at least 8 characters' },
        password: 'required',
        newPassword: 'too_short',
        field: 'auth.password.weak',
      },
    ],
    ['a sentence', { msg: 'Invalid password: incorrect; token: expired; password reset requested' }],
    [
      'counts and kinds of tokens',
      {
        max_tokens: 4096,
        token_type: 'Bearer',
        prompt_tokens: 12,
        nextPageToken: 'q8Zr3kT0vN5yX1bC7mW2',
        tokenId: 'q8Zr3kT0vN5yX1bC7mW2',
      },
    ],
    ['a parser’s token', { msg: 'Unexpected token: }', token: '}' }],
    ['a masked address', { msg: 'postgres://app:***@db.acme.com/app redis://:xxxxx@cache:6379' }],
    ['an example of the documentation', { msg: 'set DATABASE_URL=postgres://user:password@host/db' }],
    ['a hash of a password', { password: '$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy' }],
    ['an empty one, and whether there is one', { password: '', hasPassword: true, token: null }],
    ['a DSN, which is public', { msg: 'sentry https://0123456789abcdef0123456789abcdef@o1.ingest.sentry.io/42' }],
    ['an id', { requestId: 'q8Zr3kT0vN5yX1bC7mW2', sha: '3f2a91c07be54d11a0c4' }],
    ['a name of a secret', { secret: 'app-db-credentials' }],
  ])('none: %s', (_what, line) => {
    expect(kinds(line)).toEqual([]);
  });
});

describe('lines as a whole', () => {
  test('an ordinary day’s lines hold nothing', () => {
    for (const line of [
      '{"level":30,"time":1764000000000,"pid":1,"hostname":"web-1","reqId":"4111111111111111","req":{"method":"GET","url":"/users/4111111111111111?page=2","remoteAddress":"203.0.113.7"},"msg":"incoming request"}',
      '{"level":30,"time":1764000000000,"msg":"request completed","responseTime":12.345678901234567,"traceId":"4bf92f3577b34da6a3ce929d0e0e4736"}',
      '{"level":30,"time":1764000000000,"msg":"job 18446744073709551615 done","queue":"emails","attempts":1,"jobId":"5105105105105100"}',
      '10.0.0.1 - - [24/Nov/2026:12:00:00 +0000] "GET /assets/app.4242424242424242.js HTTP/1.1" 200 51051',
    ]) {
      expect(kinds(line)).toEqual([]);
    }
  });

  test('the same value counts once a line, each kind by itself', () => {
    const line = { msg: 'jane@acme.com', email: 'jane@acme.com', cc: 'john@acme.com', password: 'hunter2' };
    expect(kinds(line).sort()).toEqual(['email', 'email', 'password']);
  });

  test('a secret of the env under audit is found by its value, in whatever field', () => {
    const own = [{ key: 'BETTER_AUTH_SECRET', value: 'zzzz-zzzz-zzzz' }];
    expect(found({ note: 'x zzzz-zzzz-zzzz y' }, own)).toEqual([
      { kind: 'token', field: 'note', masked: 'the value of BETTER_AUTH_SECRET' },
    ]);
  });

  test('the fact counts by kind, with masked examples, and holds no value', async () => {
    const lines = [
      JSON.stringify({ msg: 'a', email: 'jane.doe@acme.com' }),
      JSON.stringify({ msg: 'b', email: 'john@acme.com', to: ['x@acme.com', 'y@acme.com'] }),
      JSON.stringify({ msg: 'c', secret: 'S3cret-of-the-Env-9' }),
    ];
    const folder = tree({ 'app.log': `${lines.join('\n')}\n` });
    const store = storeFor({
      base: folder.path,
      settings: { logs: { file: 'app.log' } },
      env: { APP_SECRET: 'S3cret-of-the-Env-9' },
    });
    stores.push(store);
    const fact = await store.get('logs.personal');
    expect(fact).toMatchObject({
      state: 'known',
      value: {
        lines: 3,
        kinds: [
          {
            kind: 'email',
            count: 4,
            lines: 2,
            examples: [{ line: 1, field: 'email', masked: 'j***@a***.com' }, { line: 2 }, { line: 2, field: 'to[]' }],
          },
          {
            kind: 'token',
            count: 1,
            lines: 1,
            examples: [{ line: 3, field: 'secret', masked: 'the value of APP_SECRET' }],
          },
        ],
      },
    });
    expect(JSON.stringify(fact)).not.toMatch(/jane|john|acme|S3cret/);
  });

  test('whatever a line holds, looking never throws and examples never show a whole value', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 500 }), fc.json({ maxDepth: 5 })), (line) => {
        hitsIn(line, isDomain, []);
      }),
    );
    fc.assert(
      fc.property(fc.emailAddress(), (email) => {
        for (const { masked } of found({ email })) expect(masked).not.toContain(email);
      }),
    );
  });

  test('a line made to be slow is not', () => {
    for (const text of [
      'a@'.repeat(20_000),
      `${'a.'.repeat(20_000)}@`,
      `+1${' 1'.repeat(20_000)}`,
      '4'.repeat(40_000),
      `password${' '.repeat(40_000)}`,
      `eyJ${'a'.repeat(40_000)}`,
      `a${'://'.repeat(15_000)}`,
      'token'.repeat(10_000),
    ]) {
      found(text);
      found({ text });
    }
  });
});
