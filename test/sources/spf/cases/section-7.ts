import type { DnsZone } from '../../../../fixtures/servers/dns.ts';
import { of } from '../case.ts';

const formal = of('7.1');
const definitions = of('7.2');
const processing = of('7.3');
const examples = of('7.4');

const listed = (name: string): { zone: DnsZone } => ({ zone: { [name]: { A: '127.0.0.2' } } });
const told = (text: string, zone: DnsZone = {}): { zone: DnsZone } => ({
  zone: { ...zone, 'why.example.com': { TXT: text } },
});
const reverse = '1.2.0.192.in-addr.arpa';
const fails = 'v=spf1 -all exp=why.example.com';
/** The message of the examples: section 7.4. */
const strong = {
  sender: 'strong-bad@email.example.com',
  domain: 'email.example.com',
  ip: '192.0.2.3',
  helo: 'mx.example.com',
};
const long = `${'long.'.repeat(9)}${'x'.repeat(10)}.example.com`;

export const section7 = [
  formal('"%%" is a percent sign', 'v=spf1 exists:a%%b.example.com -all', 'pass', listed('a%b.example.com')),
  formal('"%_" is a space', 'v=spf1 exists:a%_b.example.com -all', 'pass', listed('a b.example.com')),
  formal('"%-" is an encoded space', 'v=spf1 exists:a%-b.example.com -all', 'pass', listed('a%20b.example.com')),
  formal(
    'a domain-spec may end with such an expansion',
    'v=spf1 exists:x.example.com%- -all',
    'pass',
    listed('x.example.com%20'),
  ),
  formal('"%" before anything else is a syntax error', 'v=spf1 exists:%(ir).example.com -all', 'permerror'),
  formal('"%" at the end is a syntax error', 'v=spf1 exists:example.com% -all', 'permerror'),
  formal('"%" in the middle is a syntax error', 'v=spf1 exists:foo%.example.com -all', 'permerror'),
  formal('an unknown letter is a syntax error', 'v=spf1 exists:%{a}.example.com -all', 'permerror'),
  formal('a macro without its brace is a syntax error', 'v=spf1 exists:%{d.example.com -all', 'permerror'),
  formal('an unknown delimiter is a syntax error', 'v=spf1 exists:%{d;}.example.com -all', 'permerror'),
  formal('digits come before r', 'v=spf1 exists:%{dr2}.example.com -all', 'permerror'),
  formal('an empty macro is a syntax error', 'v=spf1 exists:%{}.example.com -all', 'permerror'),
  formal('a domain-spec is more than a top label', 'v=spf1 a:museum -all', 'permerror'),
  formal('a final dot does not help', 'v=spf1 a:museum. -all', 'permerror'),
  formal('the top label is not digits alone', 'v=spf1 a:abc.123 -all', 'permerror'),
  formal('the top label does not begin with a hyphen', 'v=spf1 a:example.-com -all', 'permerror'),
  formal('the top label does not end with a hyphen', 'v=spf1 a:example.com- -all', 'permerror'),
  formal('the top label has no underscore', 'v=spf1 a:example.c_m -all', 'permerror'),
  formal('the top label has no colon', 'v=spf1 a:example.com:8080 -all', 'permerror'),
  formal('the top label may have hyphens inside', 'v=spf1 a:own.example.xn--zckzah -all', 'pass', {
    zone: { 'own.example.xn--zckzah': { A: '192.0.2.1' } },
  }),
  formal('the top label may be digits and letters', 'v=spf1 a:own.4u -all', 'pass', {
    zone: { 'own.4u': { A: '192.0.2.1' } },
  }),
  formal('other labels may have underscores', 'v=spf1 a:_own.example.com -all', 'pass', {
    zone: { '_own.example.com': { A: '192.0.2.1' } },
  }),
  formal('a domain-spec may end with a macro', 'v=spf1 a:mail.%{d} -all', 'pass', {
    zone: { 'mail.example.com': { A: '192.0.2.1' } },
  }),
  formal('it is the text that is checked, not what it expands to', 'v=spf1 a:%{h} -all', 'fail', {
    helo: "JUMPIN' JUPITER",
  }),

  definitions('s is the sender', 'v=spf1 exists:%{s}.example.org -all', 'pass', listed('user@example.com.example.org')),
  definitions(
    'l is the sender’s local part',
    'v=spf1 exists:%{l}.example.org -all',
    'pass',
    listed('user.example.org'),
  ),
  definitions('l of a sender with several at signs', 'v=spf1 exists:%{l}.example.org -all', 'pass', {
    sender: 'a@b@example.com',
    ...listed('a@b.example.org'),
  }),
  definitions('o is the sender’s domain', 'v=spf1 exists:%{o}.example.org -all', 'pass', {
    sender: 'user@other.example.net',
    ...listed('other.example.net.example.org'),
  }),
  definitions('d is the domain that is checked', 'v=spf1 exists:%{d}.example.org -all', 'pass', {
    sender: 'user@other.example.net',
    ...listed('example.com.example.org'),
  }),
  definitions('i is the address', 'v=spf1 exists:%{i}.example.org -all', 'pass', listed('192.0.2.1.example.org')),
  definitions('v is in-addr for IPv4', 'v=spf1 exists:%{v}.example.org -all', 'pass', listed('in-addr.example.org')),
  definitions('v is ip6 for IPv6', 'v=spf1 exists:%{v}.example.org -all', 'pass', {
    ip: '2001:db8::1',
    ...listed('ip6.example.org'),
  }),
  definitions('h is the HELO name', 'v=spf1 exists:%{h}.example.org -all', 'pass', {
    helo: 'mx.example.net',
    ...listed('mx.example.net.example.org'),
  }),
  definitions('h may be an address literal', 'v=spf1 a:%{h} -all', 'fail', { helo: '[192.0.2.1]' }),
  definitions('p is the validated name', 'v=spf1 exists:%{p}.example.org -all', 'pass', {
    zone: {
      [reverse]: { PTR: 'mx.example.net' },
      'mx.example.net': { A: '192.0.2.1' },
      'mx.example.net.example.org': { A: '127.0.0.2' },
    },
  }),
  definitions('c, r and t stand in explanations only', 'v=spf1 exists:%{c}.example.com -all', 'permerror'),
  definitions('r does not stand in a term', 'v=spf1 -all exp=%{r}.example.com', 'permerror'),
  definitions('t does not stand in a term', 'v=spf1 exists:%{t}.example.com -all', 'permerror'),
  definitions('c is the address in readable form', fails, 'fail', {
    ip: '2001:0DB8:0::0001',
    ...told('%{c}'),
    explanation: '2001:db8::1',
  }),
  definitions('c is dotted for IPv4', fails, 'fail', { ...told('%{c}'), explanation: '192.0.2.1' }),
  definitions('r is the receiving host, "unknown" where it has no name', fails, 'fail', {
    ...told('%{r}'),
    explanation: 'unknown',
  }),
  definitions('t is the time in seconds', fails, 'fail', { ...told('%{t}'), explanation: '0' }),
  definitions(
    'letters may be upper case',
    'v=spf1 exists:%{D}.example.org -all',
    'pass',
    listed('example.com.example.org'),
  ),

  processing('a digit takes that many parts from the right', 'v=spf1 exists:%{d2}.example.org -all', 'pass', {
    domain: 'a.b.example.com',
    zone: {
      'a.b.example.com': { TXT: 'v=spf1 exists:%{d2}.example.org -all' },
      'example.com.example.org': { A: '127.0.0.2' },
    },
  }),
  processing(
    'more than there are takes all',
    'v=spf1 exists:%{d127}.example.org -all',
    'pass',
    listed('example.com.example.org'),
  ),
  processing('the number MUST NOT be zero', 'v=spf1 exists:%{d0}.example.org -all', 'permerror'),
  processing('r reverses', 'v=spf1 exists:%{dr}.example.org -all', 'pass', listed('com.example.example.org')),
  processing(
    'the number counts after reversal',
    'v=spf1 exists:%{d1r}.example.org -all',
    'pass',
    listed('example.example.org'),
  ),
  processing('other delimiters split instead of the dot', 'v=spf1 exists:%{l-}.example.org -all', 'pass', {
    sender: 'a-b.c@example.com',
    ...listed('a.b.c.example.org'),
  }),
  processing('other delimiters leave the dot alone', 'v=spf1 exists:%{l1-}.example.org -all', 'pass', {
    sender: 'a-b.c@example.com',
    ...listed('b.c.example.org'),
  }),
  processing('several delimiters', 'v=spf1 exists:%{l2r+-}.example.org -all', 'pass', {
    sender: 'foo-bar+zip+quux@example.com',
    ...listed('bar.foo.example.org'),
  }),
  processing('a hyphen among delimiters is a hyphen', 'v=spf1 exists:%{lr+-,}.example.org -all', 'pass', {
    sender: 'a-b@example.com',
    ...listed('b.a.example.org'),
  }),
  processing('parts are joined by dots', 'v=spf1 exists:%{l_}.example.org -all', 'pass', {
    sender: 'a_b@example.com',
    ...listed('a.b.example.org'),
  }),
  processing('IPv6 addresses are hexadecimal digits with dots', 'v=spf1 exists:%{ir}.%{v}.example.org -all', 'pass', {
    ip: '2001:db8::cb01',
    ...listed('1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.example.org'),
  }),
  processing('upper case is URL-escaped', fails, 'fail', {
    sender: '~jack&jill=up-a_b3.c@example.com',
    ...told('http://example.com/?l=%{L}'),
    explanation: 'http://example.com/?l=~jack%26jill%3Dup-a_b3.c',
  }),
  processing('all but unreserved characters are escaped', fails, 'fail', {
    sender: "a!b'(c)*@example.com",
    ...told('%{S}'),
    explanation: 'a%21b%27%28c%29%2A%40example.com',
  }),
  processing('lower case is not escaped', fails, 'fail', {
    sender: 'a&b@example.com',
    ...told('%{l}'),
    explanation: 'a&b',
  }),
  processing('p without a validated name is "unknown"', fails, 'fail', { ...told('%{p}'), explanation: 'unknown' }),
  processing('p whose name does not lead back is "unknown"', fails, 'fail', {
    ...told('%{p}', { [reverse]: { PTR: 'mx.example.com' }, 'mx.example.com': { A: '198.51.100.1' } }),
    explanation: 'unknown',
  }),
  processing('p after a DNS error is "unknown"', fails, 'fail', {
    ...told('%{p}'),
    fails: { [`${reverse}/PTR`]: 'servfail' },
    explanation: 'unknown',
  }),
  processing('p prefers the domain itself', fails, 'fail', {
    ...told('%{p}', {
      [reverse]: { PTR: ['mx.example.org', 'mx.example.com', 'example.com'] },
      'mx.example.org': { A: '192.0.2.1' },
      'mx.example.com': { A: '192.0.2.1' },
      'example.com': { A: '192.0.2.1' },
    }),
    explanation: 'example.com',
  }),
  processing('p prefers a name below the domain', fails, 'fail', {
    ...told('%{p}', {
      [reverse]: { PTR: ['mx.example.org', 'mx.example.com'] },
      'mx.example.org': { A: '192.0.2.1' },
      'mx.example.com': { A: '192.0.2.1' },
    }),
    explanation: 'mx.example.com',
  }),
  processing('p takes any other name', fails, 'fail', {
    ...told('%{p}', { [reverse]: { PTR: 'mx.example.org' }, 'mx.example.org': { A: '192.0.2.1' } }),
    explanation: 'mx.example.org',
  }),
  processing(
    'a name above 253 characters loses labels from the left',
    `v=spf1 exists:%{o}.%{o}.%{o}.%{o}.%{o} -all`,
    'pass',
    {
      sender: `user@${long}`,
      zone: {
        [[long.slice(long.length - (253 - 3 * (long.length + 1))).replace(/^[^.]*\./, ''), long, long, long].join('.')]:
          { A: '127.0.0.2' },
      },
    },
  ),
  processing('a final dot stays in an explanation', fails, 'fail', {
    ...told('That is all.'),
    explanation: 'That is all.',
  }),

  examples('%{s}', fails, 'fail', {
    ...strong,
    zone: { 'email.example.com': { TXT: fails }, 'why.example.com': { TXT: '%{s} %{o} %{d} %{d4} %{d3} %{d2} %{d1}' } },
    explanation:
      'strong-bad@email.example.com email.example.com email.example.com email.example.com email.example.com example.com com',
  }),
  examples('%{dr}, %{d2r}', fails, 'fail', {
    ...strong,
    zone: { 'email.example.com': { TXT: fails }, 'why.example.com': { TXT: '%{dr} %{d2r}' } },
    explanation: 'com.example.email example.email',
  }),
  examples('%{l}, %{l-}, %{lr}, %{lr-}, %{l1r-}', fails, 'fail', {
    ...strong,
    zone: { 'email.example.com': { TXT: fails }, 'why.example.com': { TXT: '%{l} %{l-} %{lr} %{lr-} %{l1r-}' } },
    explanation: 'strong-bad strong.bad strong-bad bad.strong strong',
  }),
  examples('%{ir}.%{v}._spf.%{d2}', 'v=spf1 -all', 'pass', {
    ...strong,
    zone: {
      'email.example.com': { TXT: 'v=spf1 exists:%{ir}.%{v}._spf.%{d2} -all' },
      '3.2.0.192.in-addr._spf.example.com': { A: '127.0.0.2' },
    },
  }),
  examples('%{lr-}.lp._spf.%{d2}', 'v=spf1 -all', 'pass', {
    ...strong,
    zone: {
      'email.example.com': { TXT: 'v=spf1 exists:%{lr-}.lp._spf.%{d2} -all' },
      'bad.strong.lp._spf.example.com': { A: '127.0.0.2' },
    },
  }),
  examples('%{lr-}.lp.%{ir}.%{v}._spf.%{d2}', 'v=spf1 -all', 'pass', {
    ...strong,
    zone: {
      'email.example.com': { TXT: 'v=spf1 exists:%{lr-}.lp.%{ir}.%{v}._spf.%{d2} -all' },
      'bad.strong.lp.3.2.0.192.in-addr._spf.example.com': { A: '127.0.0.2' },
    },
  }),
  examples('%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}', 'v=spf1 -all', 'pass', {
    ...strong,
    zone: {
      'email.example.com': { TXT: 'v=spf1 exists:%{ir}.%{v}.%{l1r-}.lp._spf.%{d2} -all' },
      '3.2.0.192.in-addr.strong.lp._spf.example.com': { A: '127.0.0.2' },
    },
  }),
  examples('%{d2}.trusted-domains.example.net', 'v=spf1 -all', 'pass', {
    ...strong,
    zone: {
      'email.example.com': { TXT: 'v=spf1 exists:%{d2}.trusted-domains.example.net -all' },
      'example.com.trusted-domains.example.net': { A: '127.0.0.2' },
    },
  }),
  examples('an IPv6 client', 'v=spf1 -all', 'pass', {
    ...strong,
    ip: '2001:db8::cb01',
    zone: {
      'email.example.com': { TXT: 'v=spf1 exists:%{ir}.%{v}._spf.%{d2} -all' },
      '1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com': { A: '127.0.0.2' },
    },
  }),
];
