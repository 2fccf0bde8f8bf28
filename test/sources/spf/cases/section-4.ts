import { hosts, hostZone, of } from '../case.ts';

const args = of('4.1');
const initial = of('4.3');
const lookup = of('4.4');
const selecting = of('4.5');
const evaluation = of('4.6');
const terms = of('4.6.1');
const mechanisms = of('4.6.2');
const modifiers = of('4.6.3');
const limits = of('4.6.4');
const byDefault = of('4.7');
const spec = of('4.8');

const label63 = 'a'.repeat(63);
const ten = hostZone(12);

export const section4 = [
  args('<domain> is what is checked, not the sender’s domain', 'v=spf1 -all', 'pass', {
    domain: 'other.example.com',
    zone: { 'other.example.com': { TXT: 'v=spf1 ip4:192.0.2.1 -all' } },
  }),
  args('<ip> may be IPv6', 'v=spf1 ip6:2001:db8::/32 -all', 'pass', { ip: '2001:db8::1' }),

  initial('a label of 64 characters is malformed: none', 'v=spf1 -all', 'none', { domain: `${label63}a.example.com` }),
  initial('a label of 63 characters is well-formed', 'v=spf1 -all', 'fail', {
    domain: `${label63}.example.com`,
    zone: { [`${label63}.example.com`]: { TXT: 'v=spf1 -all' } },
  }),
  initial('an empty label not at the end is malformed: none', 'v=spf1 -all', 'none', { domain: 'a..example.com' }),
  initial('a final dot is no empty label', 'v=spf1 -all', 'fail', { domain: 'example.com.' }),
  initial('a single label is no multi-label domain name: none', 'v=spf1 -all', 'none', {
    domain: 'localhost',
    zone: { localhost: { TXT: 'v=spf1 -all' } },
  }),
  initial('an address literal is no domain name: none', 'v=spf1 -all', 'none', { domain: '[192.0.2.1]' }),
  initial('a name of more than 253 characters is malformed: none', 'v=spf1 -all', 'none', {
    domain: `${'abcdefg.'.repeat(31)}example.com`,
  }),
  initial('NXDOMAIN: none', [], 'none', { domain: 'gone.example.org' }),
  initial('internationalised names are asked for as A-labels', 'v=spf1 -all', 'fail', {
    domain: 'bücher.example.com',
    zone: { 'xn--bcher-kva.example.com': { TXT: 'v=spf1 -all' } },
  }),
  initial('without a local part the sender is postmaster', 'v=spf1 exists:%{l}.l.example.com -all', 'pass', {
    sender: 'example.com',
    zone: { 'postmaster.l.example.com': { A: '127.0.0.2' } },
  }),
  initial('with an empty local part the sender is postmaster', 'v=spf1 exists:%{s}.s.example.com -all', 'pass', {
    sender: '@example.com',
    zone: { 'postmaster@example.com.s.example.com': { A: '127.0.0.2' } },
  }),

  lookup('RCODE 2, a server failure: temperror', 'v=spf1 -all', 'temperror', {
    fails: { 'example.com/TXT': 'servfail' },
  }),
  lookup('an RCODE other than 0 or 3: temperror', 'v=spf1 -all', 'temperror', {
    fails: { 'example.com/TXT': 'refused' },
  }),
  lookup('a time-out: temperror', 'v=spf1 -all', 'temperror', { fails: { 'example.com/TXT': 'timeout' } }),
  lookup('an alias is followed', [], 'fail', {
    domain: 'alias.example.com',
    zone: { 'alias.example.com': { CNAME: 'real.example.com' }, 'real.example.com': { TXT: 'v=spf1 -all' } },
  }),
  lookup('names are compared without case', 'v=spf1 -all', 'fail', { domain: 'EXAMPLE.Com' }),

  selecting('"v=spf1" alone is a record', 'v=spf1', 'neutral'),
  selecting('the version section ends with a space', 'v=spf1 -all', 'fail'),
  selecting('the version is compared without case', 'V=sPf1 -all', 'fail'),
  selecting('a tab does not end the version section', 'v=spf1\t-all', 'none'),
  selecting('a semicolon does not end the version section', 'v=spf1; -all', 'none'),
  selecting('no record is left: none', ['v=DMARC1; p=none', 'anything'], 'none'),
  selecting('no TXT record at all: none', [], 'none', { zone: { 'example.com': { A: '192.0.2.1' } } }),
  selecting('more than one is left: permerror', ['v=spf1 -all', 'v=spf1 -all ', 'v=spf10'], 'permerror'),
  selecting('records of another version are discarded first', ['v=spf10 -all', 'v=spf1 ip4:192.0.2.1 -all'], 'pass'),

  evaluation(
    'a syntax error anywhere MUST be detected, before what matches',
    'v=spf1 ip4:192.0.2.1 moo -all',
    'permerror',
  ),
  evaluation('a syntax error after all MUST be detected', 'v=spf1 -all moo', 'permerror'),
  evaluation('a syntax error in a modifier MUST be detected', 'v=spf1 ip4:192.0.2.1 -all exp=', 'permerror'),
  evaluation('a syntax error is a permerror without a single query', 'v=spf1 a:h1.example.com moo', 'permerror', {
    lookups: 0,
  }),

  terms('terms are apart by one or more spaces', 'v=spf1   ip4:198.51.100.1    -all  ', 'fail'),
  terms('terms are evaluated from left to right', 'v=spf1 -ip4:192.0.2.1 ip4:192.0.2.1', 'fail'),
  terms('a control character does not part terms', 'v=spf1 ip4:192.0.2.1\t-all', 'permerror'),
  terms('a line break does not part terms', 'v=spf1 ip4:192.0.2.1\n-all', 'permerror'),
  terms('mechanisms are named without case', 'v=spf1 IP4:192.0.2.1 -ALL', 'pass'),
  terms('an unknown mechanism is a syntax error', 'v=spf1 ip5:192.0.2.1 -all', 'permerror'),
  terms('an unknown mechanism with an argument is a syntax error', 'v=spf1 -all match:all', 'permerror'),
  terms(
    '"=" right after the name makes a modifier, whatever follows',
    'v=spf1 moo.cow-far_out=man:dog/cat ip4:192.0.2.1 -all',
    'pass',
  ),
  terms('"/" before "=" makes it no modifier', 'v=spf1 moo.cow/far_out=man:dog/cat ip4:192.0.2.1', 'permerror'),
  terms('":" before "=" makes it no modifier', 'v=spf1 moo.cow:far_out=man ip4:192.0.2.1', 'permerror'),
  terms('a name begins with a letter', 'v=spf1 1up=foo -all', 'permerror'),
  terms('a name is not empty', 'v=spf1 =all', 'permerror'),
  terms('a modifier has no qualifier', 'v=spf1 -foo=bar -all', 'permerror'),
  terms('a mechanism is no modifier', 'v=spf1 redirect:other.example.com', 'permerror'),

  mechanisms('the default qualifier is "+": pass', 'v=spf1 ip4:192.0.2.1', 'pass', { mechanism: 'ip4:192.0.2.1' }),
  mechanisms('"+" is pass', 'v=spf1 +ip4:192.0.2.1 -all', 'pass'),
  mechanisms('"-" is fail', 'v=spf1 -ip4:192.0.2.1 +all', 'fail'),
  mechanisms('"~" is softfail', 'v=spf1 ~ip4:192.0.2.1 +all', 'softfail'),
  mechanisms('"?" is neutral', 'v=spf1 ?ip4:192.0.2.1 -all', 'neutral', { mechanism: '?ip4:192.0.2.1' }),
  mechanisms('two qualifiers are a syntax error', 'v=spf1 -~all', 'permerror'),
  mechanisms('a qualifier alone is a syntax error', 'v=spf1 -', 'permerror'),
  mechanisms('no match: the next mechanism', 'v=spf1 ip4:198.51.100.1 ~all', 'softfail'),
  mechanisms(
    'a match ends evaluation: what follows is not looked up',
    'v=spf1 ip4:192.0.2.1 a:h1.example.com -all',
    'pass',
    {
      fails: { 'h1.example.com/A': 'timeout' },
      lookups: 0,
    },
  ),
  mechanisms('an exception ends evaluation', 'v=spf1 a:h1.example.com ip4:192.0.2.1 -all', 'temperror', {
    fails: { 'h1.example.com/A': 'servfail' },
  }),

  modifiers('modifiers are no mechanisms: they do not match', 'v=spf1 foo=bar ~all', 'softfail'),
  modifiers('where redirect stands does not matter', 'v=spf1 redirect=other.example.com ip4:192.0.2.1', 'pass', {
    zone: { 'other.example.com': { TXT: 'v=spf1 -all' } },
  }),
  modifiers(
    'unrecognised modifiers MUST be ignored, wherever they stand',
    'v=spf1 one=1 ip4:198.51.100.1 two=2 -all three=3',
    'fail',
  ),
  modifiers('unrecognised modifiers MUST be ignored, however often they stand', 'v=spf1 a=1 a=1 mx=%{d} -all', 'fail'),
  modifiers('modifiers are named without case', 'v=spf1 REDIRECT=other.example.com', 'softfail', {
    zone: { 'other.example.com': { TXT: 'v=spf1 ~all' } },
  }),

  limits('ten terms that look something up are allowed', `v=spf1 ${hosts(10)} ip4:192.0.2.1 -all`, 'pass', {
    zone: ten,
    lookups: 10,
  }),
  limits('the eleventh is a permerror', `v=spf1 ${hosts(11)} ip4:192.0.2.1 -all`, 'permerror', { zone: ten }),
  limits(
    'the eleventh is a permerror although it would match',
    `v=spf1 ${hosts(10)} a:own.example.com -all`,
    'permerror',
    {
      zone: { ...ten, 'own.example.com': { A: '192.0.2.1' } },
    },
  ),
  limits('what stands behind a match is not counted', `v=spf1 ${hosts(10)} ip4:192.0.2.1 ${hosts(2)} -all`, 'pass', {
    zone: ten,
  }),
  limits(
    'include counts, and so does all below it',
    `v=spf1 include:nine.example.com a:h10.example.com ip4:192.0.2.1 -all`,
    'permerror',
    {
      zone: { ...ten, 'nine.example.com': { TXT: `v=spf1 ${hosts(9)}` } },
    },
  ),
  limits(
    'an include with eight below it and one beside it are ten',
    `v=spf1 include:eight.example.com a:h10.example.com ip4:192.0.2.1`,
    'pass',
    {
      zone: { ...ten, 'eight.example.com': { TXT: `v=spf1 ${hosts(8)}` } },
      lookups: 10,
    },
  ),
  limits('redirect counts', `v=spf1 ${hosts(10)} redirect=other.example.com`, 'permerror', {
    zone: { ...ten, 'other.example.com': { TXT: 'v=spf1 ip4:192.0.2.1' } },
  }),
  limits(
    'mx, ptr and exists count',
    `v=spf1 mx ptr:h.example.com exists:h2.example.org ${hosts(8)} -all`,
    'permerror',
    {
      zone: { ...ten, 'example.com': { MX: '10 h1.example.com' }, '1.2.0.192.in-addr.arpa': { PTR: 'h1.example.com' } },
    },
  ),
  limits(
    'ip4, ip6 and all do not count',
    `v=spf1 ${'ip4:198.51.100.1 ip6:2001:db8::1 '.repeat(12)} ${hosts(10)} -all`,
    'fail',
    {
      zone: ten,
      lookups: 10,
    },
  ),
  limits('exp does not count', `v=spf1 ${hosts(10)} -all exp=why.example.com`, 'fail', {
    zone: { ...ten, 'why.example.com': { TXT: 'so' } },
    explanation: 'so',
    lookups: 10,
  }),
  limits('unknown modifiers do not count', `v=spf1 ${hosts(10)} foo=h11.example.com ip4:192.0.2.1`, 'pass', {
    zone: ten,
  }),
  limits('a record that includes itself is a permerror', 'v=spf1 include:example.com -all', 'permerror'),
  limits('records that include each other are a permerror', 'v=spf1 include:other.example.com -all', 'permerror', {
    zone: { 'other.example.com': { TXT: 'v=spf1 include:example.com -all' } },
  }),
  limits('a redirect to itself is a permerror', 'v=spf1 redirect=example.com', 'permerror'),
  limits('one mx counts once, however many names it has', `v=spf1 mx ${hosts(9)} ip4:192.0.2.1`, 'pass', {
    zone: { ...ten, 'example.com': { MX: ['10 h1.example.com', '20 h2.example.com', '30 h3.example.com'] } },
    lookups: 10,
  }),
  limits('ten MX names are looked up', 'v=spf1 mx -all', 'pass', {
    zone: {
      ...ten,
      'example.com': {
        MX: Array.from({ length: 10 }, (_, index) => `${index} ${index === 9 ? 'own' : `h${index + 1}`}.example.com`),
      },
      'own.example.com': { A: '192.0.2.1' },
    },
  }),
  limits('an eleventh MX name MUST produce a permerror', 'v=spf1 mx -all', 'permerror', {
    zone: {
      ...ten,
      'example.com': {
        MX: Array.from({ length: 11 }, (_, index) => `${index} ${index === 10 ? 'own' : `h${index + 1}`}.example.com`),
      },
      'own.example.com': { A: '192.0.2.1' },
    },
  }),
  limits('PTR names beyond the tenth MUST be ignored', 'v=spf1 ptr:example.org -all', 'fail', {
    zone: {
      ...ten,
      '1.2.0.192.in-addr.arpa': {
        PTR: Array.from({ length: 11 }, (_, index) => (index === 10 ? 'own.example.org' : `h${index + 1}.example.com`)),
      },
      'own.example.org': { A: '192.0.2.1' },
    },
  }),
  limits('addresses of one name have no limit', 'v=spf1 a -all', 'pass', {
    zone: { 'example.com': { A: Array.from({ length: 15 }, (_, index) => `192.0.2.${15 - index}`) } },
  }),
  limits('two void lookups are allowed', 'v=spf1 a:no1.example.com a:no2.example.com ip4:192.0.2.1', 'pass', {
    voids: 2,
  }),
  limits(
    'the third void lookup is a permerror',
    'v=spf1 a:no1.example.com a:no2.example.com a:no3.example.com ip4:192.0.2.1',
    'permerror',
    { voids: 3 },
  ),
  limits(
    'the third void lookup is a permerror at the record’s end too',
    'v=spf1 a:no1.example.com a:no2.example.com a:no3.example.com',
    'permerror',
  ),
  limits(
    'an answer without records is void as NXDOMAIN is',
    'v=spf1 a:t.example.com mx:t.example.com exists:t.example.com -all',
    'permerror',
    {
      zone: { 't.example.com': { TXT: 'here' } },
    },
  ),
  limits(
    'void lookups of an include count',
    'v=spf1 a:no1.example.com include:other.example.com ip4:192.0.2.1',
    'permerror',
    {
      zone: { 'other.example.com': { TXT: 'v=spf1 a:no2.example.com exists:no3.example.com' } },
    },
  ),
  limits(
    'terms are counted, not queries: an mx with three empty names is one',
    'v=spf1 mx ip4:192.0.2.1 -all',
    'pass',
    {
      zone: {
        'example.com': { MX: ['1 m1.example.com', '2 m2.example.com', '3 m3.example.com'] },
        'm1.example.com': { AAAA: '2001:db8::1' },
        'm2.example.com': { AAAA: '2001:db8::1' },
        'm3.example.com': { AAAA: '2001:db8::1' },
      },
      voids: 1,
    },
  ),
  limits(
    'an explanation that does not exist is no void lookup',
    'v=spf1 a:no1.example.com a:no2.example.com -all exp=no3.example.com',
    'fail',
    {
      explanation: null,
      voids: 2,
    },
  ),
  limits(
    'a time-out is no void lookup',
    'v=spf1 a:no1.example.com a:no2.example.com a:slow.example.com -all',
    'temperror',
    {
      fails: { 'slow.example.com/A': 'timeout' },
    },
  ),

  byDefault('nothing matches and there is no redirect: neutral', 'v=spf1 ip4:198.51.100.1', 'neutral'),
  byDefault('a record without terms: neutral', 'v=spf1 ', 'neutral'),
  byDefault('nothing matches in the target of a redirect: neutral', 'v=spf1 redirect=other.example.com', 'neutral', {
    zone: { 'other.example.com': { TXT: 'v=spf1 ip4:198.51.100.1' } },
  }),

  spec('without a domain-spec the current domain is meant', 'v=spf1 a -all', 'pass', {
    zone: { 'example.com': { A: '192.0.2.1' } },
  }),
  spec('the domain-spec is macro-expanded', 'v=spf1 a:%{o}.hosts.example.org -all', 'pass', {
    zone: { 'example.com.hosts.example.org': { A: '192.0.2.1' } },
  }),
  spec('a final dot is no part of the name', 'v=spf1 a:own.example.com. -all', 'pass', {
    zone: { 'own.example.com': { A: '192.0.2.1' } },
  }),
  spec('the name may hold any visible character', 'v=spf1 a:foo:bar/baz.example.com -all', 'pass', {
    zone: { 'foo:bar/baz.example.com': { A: '192.0.2.1' } },
  }),
  spec(
    'a name with an empty label cannot be asked for: no match, and nothing is asked',
    'v=spf1 a:own...example.com -all',
    'fail',
    { voids: 0 },
  ),
  spec('a name with an overlong label cannot be asked for: no match', `v=spf1 a:${label63}a.example.com -all`, 'fail'),
  spec(
    'an include whose name cannot be asked for has no record: permerror',
    'v=spf1 include:own...example.com -all',
    'permerror',
  ),
];
