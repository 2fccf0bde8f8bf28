import type { DnsZone } from '../../../../fixtures/servers/dns.ts';
import { of } from '../case.ts';

const general = of('5');
const all = of('5.1');
const include = of('5.2');
const a = of('5.3');
const mx = of('5.4');
const ptr = of('5.5');
const ip = of('5.6');
const exists = of('5.7');

const included = (text: string): { zone: DnsZone } => ({ zone: { 'inc.example.com': { TXT: text } } });
const host = (address: string | string[]): { zone: DnsZone } => ({ zone: { 'example.com': { A: address } } });
const reverse = '1.2.0.192.in-addr.arpa';
const v6 = '2001:db8::1';
const reverse6 = '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa';

export const section5 = [
  general('an IPv4-mapped address MUST be considered an IPv4 address', 'v=spf1 ip4:192.0.2.1 -all', 'pass', {
    ip: '::ffff:192.0.2.1',
  }),
  general('an IPv4-mapped address matches no ip6', 'v=spf1 ip6:::ffff:192.0.2.1 -all', 'fail', {
    ip: '::ffff:192.0.2.1',
  }),
  general('an IPv4-mapped address in hexadecimal', 'v=spf1 ip4:192.0.2.1 -all', 'pass', { ip: '::ffff:c000:201' }),
  general('for an IPv4 client A records are fetched', 'v=spf1 a -all', 'fail', {
    zone: { 'example.com': { AAAA: v6 } },
  }),
  general('for an IPv6 client AAAA records are fetched', 'v=spf1 a -all', 'pass', {
    ip: v6,
    zone: { 'example.com': { A: '192.0.2.1', AAAA: v6 } },
  }),
  general('a server’s error ends with temperror', 'v=spf1 a ip4:192.0.2.1 -all', 'temperror', {
    fails: { 'example.com/A': 'refused' },
  }),
  general('NXDOMAIN is as if there were no records', 'v=spf1 a:gone.example.org ip4:192.0.2.1 -all', 'pass'),

  all('"all" always matches', 'v=spf1 +all', 'pass'),
  all('mechanisms after all MUST be ignored', 'v=spf1 -all ip4:192.0.2.1', 'fail'),
  all('redirect MUST be ignored beside all, whatever the order', 'v=spf1 redirect=other.example.com ~all', 'softfail', {
    zone: { 'other.example.com': { TXT: 'v=spf1 ip4:192.0.2.1' } },
    lookups: 0,
  }),
  all('redirect after all', 'v=spf1 ?all redirect=other.example.com', 'neutral'),
  all('of two the first counts', 'v=spf1 all -all', 'pass'),
  all('it takes no argument', 'v=spf1 -all:example.com', 'permerror'),
  all('it takes no length', 'v=spf1 -all/8', 'permerror'),
  all('it takes no dot', 'v=spf1 -all.', 'permerror'),

  include('pass: it matches', 'v=spf1 include:inc.example.com -all', 'pass', {
    ...included('v=spf1 ip4:192.0.2.1 -all'),
    mechanism: 'include:inc.example.com',
    lookups: 1,
  }),
  include(
    'its own qualifier counts then',
    'v=spf1 ~include:inc.example.com -all',
    'softfail',
    included('v=spf1 ip4:192.0.2.1 -all'),
  ),
  include('fail: it does not match', 'v=spf1 include:inc.example.com ~all', 'softfail', included('v=spf1 -all')),
  include('softfail: it does not match', 'v=spf1 include:inc.example.com -all', 'fail', included('v=spf1 ~all')),
  include('neutral: it does not match', 'v=spf1 include:inc.example.com -all', 'fail', included('v=spf1 ?all')),
  include('neutral by default: it does not match', 'v=spf1 include:inc.example.com -all', 'fail', included('v=spf1')),
  include('temperror: temperror', 'v=spf1 include:inc.example.com ip4:192.0.2.1', 'temperror', {
    fails: { 'inc.example.com/TXT': 'servfail' },
  }),
  include('permerror: permerror', 'v=spf1 include:inc.example.com ip4:192.0.2.1', 'permerror', included('v=spf1 moo')),
  include('none: permerror', 'v=spf1 include:inc.example.com ip4:192.0.2.1', 'permerror', included('no SPF here')),
  include('none as the name does not exist: permerror', 'v=spf1 include:inc.example.com ip4:192.0.2.1', 'permerror'),
  include('several records in it: permerror', 'v=spf1 include:inc.example.com ip4:192.0.2.1', 'permerror', {
    zone: { 'inc.example.com': { TXT: ['v=spf1 +all', 'v=spf1 -all'] } },
  }),
  include('<domain> is the target below it', 'v=spf1 include:inc.example.com -all', 'pass', {
    zone: { 'inc.example.com': { TXT: 'v=spf1 a -all', A: '192.0.2.1' } },
  }),
  include('<sender> stays the same below it', 'v=spf1 include:inc.example.com -all', 'pass', {
    zone: {
      'inc.example.com': { TXT: 'v=spf1 exists:%{l}.%{o}.example.org -all' },
      'user.example.com.example.org': { A: '127.0.0.2' },
    },
  }),
  include('a redirect below it is followed', 'v=spf1 include:inc.example.com -all', 'pass', {
    zone: {
      'inc.example.com': { TXT: 'v=spf1 redirect=two.example.com' },
      'two.example.com': { TXT: 'v=spf1 ip4:192.0.2.1 -all' },
    },
    lookups: 2,
  }),
  include('it needs a domain', 'v=spf1 include -all', 'permerror'),
  include('its domain is not empty', 'v=spf1 include: -all', 'permerror'),
  include('it takes no length', 'v=spf1 include:inc.example.com/24 -all', 'permerror', included('v=spf1 +all')),

  a('an address of the domain matches', 'v=spf1 a -all', 'pass', { ...host('192.0.2.1'), lookups: 1 }),
  a('any of several addresses matches', 'v=spf1 a -all', 'pass', host(['198.51.100.1', '192.0.2.1'])),
  a('another address does not match', 'v=spf1 a -all', 'fail', host('192.0.2.2')),
  a('a length makes a network', 'v=spf1 a/24 -all', 'pass', host('192.0.2.77')),
  a('the length is of the network, not of its neighbours', 'v=spf1 a/25 -all', 'fail', host('192.0.2.200')),
  a('/0 matches any client where there is an address', 'v=spf1 a/0 -all', 'pass', host('198.51.100.1')),
  a('/0 matches nobody where there is none', 'v=spf1 a:gone.example.org/0 -all', 'fail'),
  a('the IPv4 length is not for IPv6', 'v=spf1 a/0 -all', 'fail', {
    ip: '2001:db8::2',
    zone: { 'example.com': { AAAA: v6 } },
  }),
  a('the IPv6 length follows two slashes', 'v=spf1 a//64 -all', 'pass', {
    ip: '2001:db8::2',
    zone: { 'example.com': { AAAA: v6 } },
  }),
  a('both lengths: IPv4', 'v=spf1 a/24//64 -all', 'pass', host('192.0.2.77')),
  a('both lengths: IPv6', 'v=spf1 a/24//64 -all', 'pass', { ip: '2001:db8::2', zone: { 'example.com': { AAAA: v6 } } }),
  a('the IPv6 length is not for IPv4', 'v=spf1 a//0 -all', 'fail', host('198.51.100.1')),
  a('an IPv4 length above 32 is a syntax error', 'v=spf1 a/33 -all', 'permerror', host('192.0.2.1')),
  a('an IPv6 length above 128 is a syntax error', 'v=spf1 a//129 -all', 'permerror', host('192.0.2.1')),
  a('an IPv6 length after one slash is a syntax error', 'v=spf1 a/24/64 -all', 'permerror', host('192.0.2.1')),
  a('a length with a leading zero is a syntax error', 'v=spf1 a/024 -all', 'permerror', host('192.0.2.1')),
  a('a length is not empty', 'v=spf1 a/ -all', 'permerror', host('192.0.2.1')),
  a('with a domain and a length', 'v=spf1 a:own.example.com/31 -all', 'pass', {
    zone: { 'own.example.com': { A: '192.0.2.0' } },
  }),
  a('its domain is not empty', 'v=spf1 a: -all', 'permerror'),
  a('an address is no domain', 'v=spf1 a:192.0.2.1 -all', 'permerror'),
  a('aliases are followed', 'v=spf1 a:www.example.com -all', 'pass', {
    zone: { 'www.example.com': { CNAME: 'own.example.com' }, 'own.example.com': { A: '192.0.2.1' } },
  }),

  mx('an address of an MX name matches', 'v=spf1 mx -all', 'pass', {
    zone: {
      'example.com': { MX: ['10 one.example.com', '20 two.example.com'] },
      'one.example.com': { A: '198.51.100.1' },
      'two.example.com': { A: '192.0.2.1' },
    },
    lookups: 1,
  }),
  mx('the domain’s own address does not', 'v=spf1 mx -all', 'fail', {
    zone: { 'example.com': { A: '192.0.2.1', MX: '10 one.example.com' }, 'one.example.com': { A: '198.51.100.1' } },
  }),
  mx('without an MX record the implicit MX MUST NOT be used', 'v=spf1 mx -all', 'fail', host('192.0.2.1')),
  mx('names are looked up in the order of preference', 'v=spf1 mx -all', 'pass', {
    zone: {
      'example.com': { MX: ['20 slow.example.com', '10 one.example.com'] },
      'one.example.com': { A: '192.0.2.1' },
    },
    fails: { 'slow.example.com/A': 'timeout' },
  }),
  mx('an error at one of the names is a temperror', 'v=spf1 mx -all', 'temperror', {
    zone: {
      'example.com': { MX: ['10 slow.example.com', '20 one.example.com'] },
      'one.example.com': { A: '192.0.2.1' },
    },
    fails: { 'slow.example.com/A': 'servfail' },
  }),
  mx('a length makes a network', 'v=spf1 mx/24 -all', 'pass', {
    zone: { 'example.com': { MX: '10 one.example.com' }, 'one.example.com': { A: '192.0.2.200' } },
  }),
  mx('another domain’s', 'v=spf1 mx:example.org -all', 'pass', {
    zone: { 'example.org': { MX: '10 one.example.com' }, 'one.example.com': { A: '192.0.2.1' } },
  }),
  mx('a null MX (RFC 7505) has no address', 'v=spf1 mx -all', 'fail', {
    zone: { 'example.com': { MX: '0 .' } },
    voids: 0,
  }),
  mx('an IPv6 client is compared with AAAA', 'v=spf1 mx//64 -all', 'pass', {
    ip: '2001:db8::9',
    zone: { 'example.com': { MX: '10 one.example.com' }, 'one.example.com': { AAAA: v6 } },
  }),
  mx('its domain is not empty', 'v=spf1 mx: -all', 'permerror'),
  mx('an IPv4 length above 32 is a syntax error', 'v=spf1 mx/33 -all', 'permerror'),

  ptr('a validated name at the target matches', 'v=spf1 ptr -all', 'pass', {
    zone: { [reverse]: { PTR: 'example.com' }, 'example.com': { A: '192.0.2.1' } },
    lookups: 1,
  }),
  ptr('a validated name below the target matches', 'v=spf1 ptr -all', 'pass', {
    zone: { [reverse]: { PTR: 'mx.example.com' }, 'mx.example.com': { A: '192.0.2.1' } },
  }),
  ptr('a name that only ends with the same letters does not', 'v=spf1 ptr -all', 'fail', {
    zone: { [reverse]: { PTR: 'badexample.com' }, 'badexample.com': { A: '192.0.2.1' } },
  }),
  ptr('a name that does not lead back to the client is not validated', 'v=spf1 ptr -all', 'fail', {
    zone: { [reverse]: { PTR: 'mx.example.com' }, 'mx.example.com': { A: '198.51.100.1' } },
  }),
  ptr('all validated names are compared', 'v=spf1 ptr:example.org -all', 'pass', {
    zone: {
      [reverse]: { PTR: ['mx.example.com', 'mx.example.org'] },
      'mx.example.com': { A: '192.0.2.1' },
      'mx.example.org': { A: '192.0.2.1' },
    },
  }),
  ptr('names are compared without case', 'v=spf1 ptr:Example.COM -all', 'pass', {
    zone: { [reverse]: { PTR: 'MX.exaMple.com' }, 'mx.example.com': { A: '192.0.2.1' } },
  }),
  ptr('of an IPv6 client', 'v=spf1 ptr -all', 'pass', {
    ip: v6,
    zone: { [reverse6]: { PTR: 'mx.example.com' }, 'mx.example.com': { AAAA: v6 } },
  }),
  ptr('no PTR record: no match', 'v=spf1 ptr -all', 'fail', { voids: 1 }),
  ptr('an error at the PTR lookup: no match', 'v=spf1 ptr -all', 'fail', { fails: { [`${reverse}/PTR`]: 'servfail' } }),
  ptr('an error at the address of one name: it is left out, the search goes on', 'v=spf1 ptr -all', 'pass', {
    zone: { [reverse]: { PTR: ['slow.example.com', 'mx.example.com'] }, 'mx.example.com': { A: '192.0.2.1' } },
    fails: { 'slow.example.com/A': 'servfail' },
  }),
  ptr('it takes no length', 'v=spf1 ptr/24 -all', 'permerror'),
  ptr('its domain is not empty', 'v=spf1 ptr: -all', 'permerror'),

  ip('ip4 without a length is one address', 'v=spf1 ip4:192.0.2.0 -all', 'fail'),
  ip('ip4 with a length', 'v=spf1 ip4:192.0.2.0/24 -all', 'pass'),
  ip('bits below the length do not count', 'v=spf1 ip4:192.0.2.99/24 -all', 'pass'),
  ip('/32 is one address', 'v=spf1 ip4:192.0.2.1/32 -all', 'pass'),
  ip('/0 is every IPv4 address', 'v=spf1 ip4:198.51.100.1/0 -all', 'pass'),
  ip('/33 is a syntax error', 'v=spf1 ip4:192.0.2.1/33 -all', 'permerror'),
  ip('/032 is a syntax error', 'v=spf1 ip4:192.0.2.1/032 -all', 'permerror'),
  ip('two slashes are a syntax error', 'v=spf1 ip4:192.0.2.1//32 -all', 'permerror'),
  ip('parts MUST NOT be left out', 'v=spf1 ip4:192.0.2/24 -all', 'permerror'),
  ip('parts have no leading zeros', 'v=spf1 ip4:192.0.02.1 -all', 'permerror'),
  ip('parts are at most 255', 'v=spf1 ip4:192.0.2.256 -all', 'permerror'),
  ip('there is no port', 'v=spf1 ip4:192.0.2.1:25 -all', 'permerror'),
  ip('ip4 needs a network', 'v=spf1 ip4 -all', 'permerror'),
  ip('ip4 takes no name', 'v=spf1 ip4:mail.example.com -all', 'permerror'),
  ip('ip4 takes no macro', 'v=spf1 ip4:%{i} -all', 'permerror'),
  ip('ip4 takes no IPv6 network', 'v=spf1 ip4:2001:db8::/32 -all', 'permerror'),
  ip('ip4 does not match an IPv6 client', 'v=spf1 ip4:0.0.0.0/0 -all', 'fail', { ip: v6 }),
  ip('ip6 without a length is one address', 'v=spf1 ip6:2001:db8::2 -all', 'fail', { ip: v6 }),
  ip('ip6 with a length', 'v=spf1 ip6:2001:db8:8000::/33 -all', 'pass', { ip: '2001:db8:8000::1' }),
  ip('ip6 in other spelling is the same network', 'v=spf1 ip6:2001:0DB8:0:0::1 -all', 'pass', { ip: v6 }),
  ip('ip6 with an embedded IPv4 address', 'v=spf1 ip6:2001:db8::192.0.2.1 -all', 'pass', { ip: '2001:db8::c000:201' }),
  ip('ip6 /129 is a syntax error', 'v=spf1 ip6:2001:db8::1/129 -all', 'permerror'),
  ip('ip6 with two slashes is a syntax error', 'v=spf1 ip6:2001:db8::1//64 -all', 'permerror'),
  ip('ip6 that is no address is a syntax error', 'v=spf1 ip6::2001::db8 -all', 'permerror'),
  ip('ip6 takes no IPv4 network', 'v=spf1 ip6:192.0.2.1 -all', 'permerror'),
  ip('ip6 takes no zone', 'v=spf1 ip6:fe80::1%eth0 -all', 'permerror'),
  ip('ip6 does not match an IPv4 client', 'v=spf1 ip6:::/0 -all', 'fail'),

  exists('any A record matches', 'v=spf1 exists:x.example.com -all', 'pass', {
    zone: { 'x.example.com': { A: '127.0.0.2' } },
    lookups: 1,
  }),
  exists('A is asked for even of an IPv6 client', 'v=spf1 exists:x.example.com -all', 'pass', {
    ip: v6,
    zone: { 'x.example.com': { A: '127.0.0.2' } },
  }),
  exists('AAAA alone does not match, even of an IPv6 client', 'v=spf1 exists:x.example.com -all', 'fail', {
    ip: v6,
    zone: { 'x.example.com': { AAAA: v6 } },
  }),
  exists('no record: no match', 'v=spf1 exists:x.example.com -all', 'fail', { voids: 1 }),
  exists('an error is a temperror', 'v=spf1 exists:x.example.com -all', 'temperror', {
    fails: { 'x.example.com/A': 'timeout' },
  }),
  exists('with macros of the client', 'v=spf1 exists:%{ir}.list.example.org -all', 'pass', {
    zone: { '1.2.0.192.list.example.org': { A: '127.0.0.2' } },
  }),
  exists('it needs a domain', 'v=spf1 exists -all', 'permerror'),
  exists('its domain is not empty', 'v=spf1 exists: -all', 'permerror'),
  exists('it takes no length', 'v=spf1 exists:x.example.com/24 -all', 'permerror', {
    zone: { 'x.example.com': { A: '127.0.0.2' } },
  }),
];
