import { of } from '../case.ts';

const records = of('3');
const resource = of('3.1');
const multiple = of('3.2');
const strings = of('3.3');
const size = of('3.4');

export const section3 = [
  records('a record begins with its version section', 'v=spf1 ip4:192.0.2.1 -all', 'pass'),
  records('version 1 is not version 2', 'v=spf2 ip4:192.0.2.1 -all', 'none'),
  records('the version is "spf1", not a longer word', 'v=spf10 ip4:192.0.2.1 -all', 'none'),
  records('other text before the version makes it no SPF record', 'my v=spf1 ip4:192.0.2.1 -all', 'none'),
  records('a leading space makes it no SPF record', ' v=spf1 -all', 'none'),
  records('a quotation mark makes it no SPF record', '"v=spf1 -all"', 'none'),
  records('an empty TXT record is no SPF record', '', 'none'),

  resource('records MUST be of type TXT; type SPF (99) is not asked for', [], 'none', {
    zone: { 'example.com': { SPF: 'v=spf1 -all' } },
  }),
  resource('type SPF beside TXT changes nothing', ['v=spf1 ip4:192.0.2.1 -all'], 'pass', {
    zone: { 'example.com': { SPF: 'v=spf1 -all' } },
  }),
  resource(
    'records are of US-ASCII: a name with another character is a syntax error',
    'v=spf1 a:bücher.example.com -all',
    'permerror',
  ),
  resource(
    'records are of US-ASCII: a mechanism with another character is a syntax error',
    'v=spf1 ip4:192.0.2.1 \u2013all',
    'permerror',
  ),
  resource('other TXT records may hold what they like', ['v=spf1 ip4:192.0.2.1 -all', 'grüße'], 'pass'),

  multiple('MUST NOT have several records: different ones', ['v=spf1 ip4:192.0.2.1 -all', 'v=spf1 -all'], 'permerror'),
  multiple('MUST NOT have several records: one of them empty', ['v=spf1', 'v=spf1 -all'], 'permerror'),
  multiple('several records are a permerror in whatever case', ['V=SPF1 ip4:192.0.2.1', 'v=spf1 -all'], 'permerror'),
  multiple(
    'TXT records of other services do not count',
    ['google-site-verification=x', 'v=spf1 ip4:192.0.2.1 -all'],
    'pass',
  ),
  multiple('records of sub-domains are others', 'v=spf1 ip4:192.0.2.1 -all', 'pass', {
    zone: { 'www.example.com': { TXT: 'v=spf1 -all' } },
  }),

  strings('strings MUST be joined without spaces', [['v=spf1 ip4:192.0.', '2.1 -all']], 'pass'),
  strings('joined without a space, two terms are one word', [['v=spf1 ip4:192.0.2.1', '-all']], 'permerror'),
  strings('a space at the end of a string counts', [['v=spf1 ip4:198.51.100.1 ', '-all']], 'fail'),
  strings('the version may be cut too', [['v=s', 'pf1 ip4:192.0.2.1 -all']], 'pass'),
  strings(
    'a record of 255 characters and more in several strings',
    [[`v=spf1 ${'ip4:198.51.100.1 '.repeat(14)}`, 'ip4:198.51.100.2 '.repeat(14), 'ip4:192.0.2.1 -all']],
    'pass',
  ),

  size(
    'a large record is evaluated all the same',
    [
      Array.from({ length: 60 }, (_, index) => `${index === 0 ? 'v=spf1 ' : ''}ip4:198.51.100.${index} `).concat(
        'ip4:192.0.2.1 -all',
      ),
    ],
    'pass',
  ),
];
