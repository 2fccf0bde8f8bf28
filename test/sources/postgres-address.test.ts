import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AddressProblem, parsePostgresAddress, sslmodes } from '../../src/sources/postgres/address.ts';
import { millisecondsOf, settingsOf } from '../../src/sources/postgres/options.ts';

const parse = (url: string) => {
  const { password, ...rest } = parsePostgresAddress(url);
  return { ...rest, password: password?.reveal() ?? null };
};

function problemOf(url: string): string {
  try {
    parsePostgresAddress(url);
  } catch (error) {
    if (error instanceof AddressProblem) return error.message;
    throw error;
  }
  return '';
}

describe('a connection URI', () => {
  it('has user, password, host, port, database and the parameters that matter', () => {
    expect(
      parse('postgresql://app:p%40ss%2Fw%3Ard@db.acme.test:6432/shop%20a?sslmode=verify-full&sslrootcert=ca.pem'),
    ).toEqual({
      hosts: [{ host: 'db.acme.test', port: 6432, socket: null }],
      user: 'app',
      password: 'p@ss/w:rd',
      database: 'shop a',
      sslmode: 'verify-full',
      sslrootcert: 'ca.pem',
      identity: null,
      targetSessionAttrs: null,
      statementTimeoutMs: null,
      idleInTransactionMs: null,
    });
  });

  it.each([
    ['postgres://u@h', { port: 5432, database: 'u', password: null }],
    ['postgres://u:@h/d', { port: 5432, database: 'd', password: null }],
    ['postgres://u:a:b@h/d', { port: 5432, database: 'd', password: 'a:b' }],
    ['postgres://u:a@b@h/d', { port: 5432, database: 'd', password: 'a@b' }],
    ['postgres://h/d?user=u&password=q%26w&port=99', { port: 99, database: 'd', password: 'q&w' }],
    ['postgres://u@h/d?dbname=e', { port: 5432, database: 'e', password: null }],
  ])('%s', (url, { port, database, password }) => {
    const address = parse(url);
    expect({ host: address.hosts[0].host, user: address.user }).toEqual({ host: 'h', user: 'u' });
    expect({ port: address.hosts[0].port, database: address.database, password: address.password }).toEqual({
      port,
      database,
      password,
    });
  });

  it('has IPv6 addresses in brackets, several hosts, and Unix sockets as a host that begins with /', () => {
    expect(parse('postgres://u@[2001:db8::7]:5433/d').hosts).toEqual([
      { host: '2001:db8::7', port: 5433, socket: null },
    ]);
    expect(parse('postgres://u@a:1,[::1],c:3/d').hosts).toEqual([
      { host: 'a', port: 1, socket: null },
      { host: '::1', port: 5432, socket: null },
      { host: 'c', port: 3, socket: null },
    ]);
    expect(parse('postgres://u@a,b/d?port=6000').hosts.map(({ port }) => port)).toEqual([6000, 6000]);
    const socket = { host: '/run/pg', port: 5432, socket: '/run/pg/.s.PGSQL.5432' };
    expect(parse('postgres://u@%2Frun%2Fpg/d').hosts).toEqual([socket]);
    expect(parse('postgresql://u@/d?host=/run/pg').hosts).toEqual([socket]);
    expect(parse('postgresql://u:p@/d').hosts).toEqual([{ host: 'localhost', port: 5432, socket: null }]);
  });

  it.each([
    ['sslmode=require', 'require'],
    ['sslmode=no-verify', 'no-verify'],
    ['ssl=true', 'ssl=true'],
    ['ssl=0', 'disable'],
    ['ssl=require', 'require'],
    ['', null],
  ])('reads the mode of %j', (query, mode) => {
    expect(parse(`postgres://u@h/d?${query}`).sslmode).toBe(mode);
  });

  it('tells the timeouts that the URL itself sets', () => {
    const address = parse(
      'postgres://u@h/d?options=-c%20statement_timeout%3D5s%20--idle-in-transaction-session-timeout%3D1min',
    );
    expect([address.statementTimeoutMs, address.idleInTransactionMs]).toEqual([5000, 60_000]);
    expect(parse('postgres://u@h/d?statement_timeout=250').statementTimeoutMs).toBe(250);
  });

  it.each([
    ['mysql://u:hunter2hunter2@h/d', /begins with postgres:\/\/ or postgresql:\/\//],
    ['jdbc:postgresql://h/d', /begins with/],
    ['postgres:/u@h', /begins with/],
    ['', /begins with/],
    ['postgres://u:hunter2hunter2@h:notaport/d', /port that is no number from 1 to 65535/],
    ['postgres://u:hunter2hunter2@h:70000/d', /port/],
    ['postgres://u:hunter2hunter2@h:0/d', /port/],
    ['postgres://h/d', /names no user/],
    ['postgres://u:hunter2%zz@h/d', /'%' in the password .* write %25/],
    ['postgres://u:hunter2%00x@h/d', /zero byte in the password/],
    ['postgres://u:hunter2/hunter2@h/d', /write %2F, %3F, %23/],
    ['postgres://u:hunter2@1/hunter2@h/d', /write %2F, %3F, %23/],
    ['postgres://u:hunter2#hunter2@h/d', /write %2F, %3F, %23/],
    ['postgres://u:hunter2?hunter2@h/d', /write %2F, %3F, %23/],
    ['postgres://u:hunter2hunter2@::1/d', /IPv6 address in brackets/],
    ['postgres://u:hunter2hunter2@[h]/d', /no IPv6 address in brackets/],
    ['postgres://u:hunter2hunter2@h/d\n', /line break or white space/],
    ['postgres://u:hunter2hunter2@h/d?sslmode=on', /unknown sslmode: expected disable, allow/],
    ['postgres://u:hunter2hunter2@h/d?sslmode', /without '='/],
    ['postgres://u:hunter2hunter2@a,b,c/d?port=1,2', /another number of ports/],
    [`postgres://u:hunter2hunter2@${'h,'.repeat(10)}h/d`, /more than 10 hosts/],
  ])('%j is told in words that hold nothing of it', (url, words) => {
    const problem = problemOf(url);
    expect(problem).toMatch(words);
    expect(problem).not.toContain('hunter2');
  });

  it('is bounded in length', () => {
    expect(problemOf(`postgres://u@h/${'d'.repeat(9000)}`)).toMatch(/longer than 8192/);
  });
});

describe('any connection URI', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,15}(\.[a-z]{2,8})?$/);
  const port = fc.integer({ min: 1, max: 65535 });
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).filter((one) => !one.includes('\0'));
  const host = fc.oneof(
    name,
    fc.ipV6().map((six) => `[${six}]`),
    fc.constant('/var/run/pg'),
  );

  it('is read back as it was written', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ host, port }), { minLength: 1, maxLength: 4 }),
        text,
        text,
        text,
        fc.option(fc.constantFrom(...sslmodes)),
        (hosts, user, password, database, sslmode) => {
          const list = hosts.map(
            (one) => `${one.host.startsWith('/') ? encodeURIComponent(one.host) : one.host}:${one.port}`,
          );
          const credentials = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
          const query = sslmode === null ? '' : `?sslmode=${sslmode}`;
          const read = parse(`postgres://${credentials}@${list.join(',')}/${encodeURIComponent(database)}${query}`);
          expect({ user: read.user, password: read.password, database: read.database, sslmode: read.sslmode }).toEqual({
            user,
            password,
            database,
            sslmode,
          });
          expect(read.hosts.map((one) => [one.host, one.port])).toEqual(
            hosts.map((one) => [one.host.replace(/^\[|\]$/g, ''), one.port]),
          );
        },
      ),
    );
  });

  it('is read or refused, and a refusal never tells the password', () => {
    const piece = fc.constantFrom(
      '@',
      ':',
      '/',
      '?',
      '#',
      '[',
      ']',
      ',',
      '%',
      '%2F',
      '=',
      '&',
      'host',
      '::1',
      '5432',
      ' ',
      '\t',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.array(piece, { maxLength: 12 }), (before, after) => {
        const problem = problemOf(`postgres://${before.join('')}S3cr3tS3cr3t${after.join('')}`);
        expect(problem).not.toContain('S3cr3t');
      }),
      { numRuns: 1000 },
    );
  });
});

describe('settings in the URL', () => {
  it.each([
    ['30000', 30_000],
    ['5s', 5000],
    [' 2 min ', 120_000],
    ['1h', 3_600_000],
    ['0', 0],
    ['soon', null],
    ['', null],
  ])('%j is %s milliseconds', (written, milliseconds) => {
    expect(millisecondsOf(written)).toBe(milliseconds);
  });

  it('reads -c, -cname and --name, with kept spaces', () => {
    const options = String.raw`-c a=1 -cb=2 --c-d=x\ y -e ignored -c`;
    expect([...settingsOf(options)]).toEqual([
      ['a', '1'],
      ['b', '2'],
      ['c_d', 'x y'],
    ]);
  });
});
