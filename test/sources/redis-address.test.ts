import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isUnparsed, parseRedisAddress, placeOf, type RedisAddress } from '../../src/sources/redis/address.ts';

function parsed(url: string): Omit<RedisAddress, 'password'> & { password: string | null } {
  const address = parseRedisAddress(url);
  if (isUnparsed(address)) throw new Error(address.because);
  return { ...address, password: address.password?.reveal() ?? null };
}

function refused(url: string): string {
  const address = parseRedisAddress(url);
  if (!isUnparsed(address)) throw new Error(`${url} was taken for an address`);
  return `${address.because}: ${address.fix}`;
}

describe('a Redis address', () => {
  it.each([
    ['redis://localhost', { tls: false, host: 'localhost', port: 6379, user: null, password: null, db: 0 }],
    ['rediss://cache.acme.test:6380/3', { tls: true, host: 'cache.acme.test', port: 6380, db: 3 }],
    ['redis://:p%40ss%2Fword@h/1', { user: null, password: 'p@ss/word', db: 1 }],
    ['redis://app:se%25cret@h:7000', { user: 'app', password: 'se%cret', port: 7000 }],
    ['redis://app@h', { user: 'app', password: null }],
    ['redis://u:a:b@c@h', { user: 'u', password: 'a:b@c', host: 'h' }],
    ['redis://[2001:db8::7]:6390/2', { host: '2001:db8::7', port: 6390, db: 2 }],
    ['redis://[::1]', { host: '::1', port: 6379 }],
    ['redis://127.0.0.1/', { host: '127.0.0.1', db: 0 }],
    ['REDIS://Cache.Acme.Test', { host: 'cache.acme.test' }],
    ['redis://bücher.test', { host: 'xn--bcher-kva.test' }],
    ['redis://h?db=5&password=from-query', { db: 5, password: 'from-query' }],
    ['redis://:first@h/2?db=5&password=second', { db: 2, password: 'first' }],
    ['redis://redis_cache_1:6379', { host: 'redis_cache_1' }],
    ['  redis://h  ', { host: 'h' }],
  ])('%s', (url, expected) => {
    expect(parsed(url)).toMatchObject(expected);
  });

  it.each([
    ['cache.acme.test:6379', /no scheme.*redis:\/\//],
    ['', /no scheme/],
    ['/var/run/redis.sock', /no scheme/],
    ['unix:///var/run/redis.sock', /Unix socket.*TCP address/],
    ['redis+unix:///var/run/redis.sock', /Unix socket/],
    ['redis-socket:///var/run/redis.sock', /Unix socket/],
    ['redis+sentinel://s1,s2/mymaster', /Sentinels.*primary/],
    ['postgres://h/0', /scheme postgres,/],
    ['https://h/0', /scheme https,/],
    ['redis://', /no host/],
    ['redis://:secret-value@', /no host/],
    ['redis://a,b,c:6379', /several hosts/],
    ['redis://h:0', /port/],
    ['redis://h:65536', /port/],
    ['redis://h:six', /no readable host and port/],
    ['redis://2001:db8::7:6379', /IPv6 address in brackets/],
    ['redis://[2001:db8::zz]', /IPv6/],
    ['redis://[fe80::1%25eth0]', /IPv6/],
    ['redis://h/queue', /no database index.*\/0/],
    ['redis://h/1/2', /no database index/],
    ['redis://u:50%-off@h', /%.*%25/],
    ['redis://:pass/word@h:6379', /percent-encoded/],
    ['redis://a..b', /no name and no IP address/],
    ['redis://-x-', /no name/],
    [`redis://${'h'.repeat(5000)}`, /longer than/],
  ])('%s is refused', (url, expected) => {
    expect(refused(url)).toMatch(expected);
  });

  const text = fc.string({ minLength: 1, maxLength: 40, unit: 'binary' });
  const host = fc.oneof(
    fc.domain(),
    fc.ipV4(),
    fc.ipV6().filter((ip) => !ip.includes('.')),
  );

  it('reads back what was put in, whatever user and password hold', () => {
    fc.assert(
      fc.property(
        fc.record({
          tls: fc.boolean(),
          user: fc.option(text),
          password: fc.option(text),
          host,
          port: fc.integer({ min: 1, max: 65_535 }),
          db: fc.nat({ max: 999_999 }),
        }),
        (of) => {
          const enc = (part: string | null) => encodeURIComponent(part ?? '');
          const login = of.user === null && of.password === null ? '' : `${enc(of.user)}:${enc(of.password)}@`;
          const url = `${of.tls ? 'rediss' : 'redis'}://${login}${placeOf(of)}/${of.db}`;
          expect(parsed(url)).toEqual({ ...of, host: of.host.toLowerCase() });
        },
      ),
    );
  });

  it('never throws, and never shows a value that it does not understand', () => {
    const secret = 'k7Qw9zXt4LmP';
    const around = fc.constantFrom(
      'redis://',
      'rediss://:',
      'http://',
      'unix://',
      'x',
      '',
      '@',
      ':',
      '/',
      '[',
      '%',
      ' ',
      '?',
      '#',
      ',',
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(around, fc.constant(secret), fc.string({ maxLength: 5 })), { maxLength: 8 }),
        (parts) => {
          const address = parseRedisAddress(parts.join(''));
          if (isUnparsed(address)) expect(`${address.because} ${address.fix}`).not.toContain(secret);
          else expect(JSON.stringify({ ...address, host: '', user: '' })).not.toContain(secret);
        },
      ),
    );
  });
});
