import { of } from '../case.ts';

const modifiers = of('6');
const redirect = of('6.1');
const exp = of('6.2');

const why = (text: string | readonly (string | readonly string[])[]) => ({ 'why.example.com': { TXT: text } });

export const section6 = [
  modifiers('redirect MUST NOT stand twice', 'v=spf1 redirect=a.example.com redirect=b.example.com', 'permerror'),
  modifiers(
    'redirect MUST NOT stand twice, even beside all',
    'v=spf1 redirect=a.example.com redirect=a.example.com -all',
    'permerror',
  ),
  modifiers('exp MUST NOT stand twice', 'v=spf1 exp=a.example.com -all exp=b.example.com', 'permerror'),
  modifiers(
    'exp MUST NOT stand twice in whatever case',
    'v=spf1 exp=a.example.com -all EXP=b.example.com',
    'permerror',
  ),
  modifiers(
    'redirect and exp may stand together',
    'v=spf1 redirect=other.example.com exp=why.example.com',
    'softfail',
    {
      zone: { 'other.example.com': { TXT: 'v=spf1 ~all' } },
    },
  ),
  modifiers('the value of an unknown one is a macro-string', 'v=spf1 foo=%{d}%%x ip4:192.0.2.1', 'pass'),
  modifiers('the value of an unknown one may be empty', 'v=spf1 foo= ip4:192.0.2.1', 'pass'),
  modifiers(
    'an unknown one whose value is no macro-string is a syntax error',
    'v=spf1 ip4:192.0.2.1 foo=%abc',
    'permerror',
  ),
  modifiers('the "default" of earlier drafts has no meaning', 'v=spf1 default=pass', 'neutral'),

  redirect('the result of the target is the result', 'v=spf1 redirect=other.example.com', 'pass', {
    zone: { 'other.example.com': { TXT: 'v=spf1 ip4:192.0.2.1 -all' } },
    mechanism: 'ip4:192.0.2.1',
    lookups: 1,
  }),
  redirect('a fail of the target is a fail', 'v=spf1 ip4:198.51.100.1 redirect=other.example.com', 'fail', {
    zone: { 'other.example.com': { TXT: 'v=spf1 -all' } },
  }),
  redirect('mechanisms come first', 'v=spf1 ip4:192.0.2.1 redirect=other.example.com', 'pass', {
    zone: { 'other.example.com': { TXT: 'v=spf1 -all' } },
    lookups: 0,
  }),
  redirect('no record at the target: permerror, not none', 'v=spf1 redirect=other.example.com', 'permerror', {
    zone: { 'other.example.com': { TXT: 'no SPF' } },
  }),
  redirect('no such target: permerror, not none', 'v=spf1 redirect=other.example.com', 'permerror'),
  redirect('a malformed target: permerror', 'v=spf1 redirect=%{h}', 'permerror', { helo: 'single' }),
  redirect('a syntax error at the target: permerror', 'v=spf1 redirect=other.example.com', 'permerror', {
    zone: { 'other.example.com': { TXT: 'v=spf1 moo' } },
  }),
  redirect('an error on the way to the target: temperror', 'v=spf1 redirect=other.example.com', 'temperror', {
    fails: { 'other.example.com/TXT': 'timeout' },
  }),
  redirect('<domain> is the target now', 'v=spf1 redirect=other.example.com', 'pass', {
    zone: { 'other.example.com': { TXT: 'v=spf1 a -all', A: '192.0.2.1' } },
  }),
  redirect('<sender> stays the same', 'v=spf1 redirect=other.example.com', 'pass', {
    zone: {
      'other.example.com': { TXT: 'v=spf1 exists:%{o}.example.org -all' },
      'example.com.example.org': { A: '127.0.0.2' },
    },
  }),
  redirect('it may follow another', 'v=spf1 redirect=one.example.com', 'pass', {
    zone: {
      'one.example.com': { TXT: 'v=spf1 redirect=two.example.com' },
      'two.example.com': { TXT: 'v=spf1 ip4:192.0.2.1 -all' },
    },
    lookups: 2,
  }),
  redirect('the target is macro-expanded', 'v=spf1 redirect=_spf.%{d}', 'pass', {
    zone: { '_spf.example.com': { TXT: 'v=spf1 ip4:192.0.2.1 -all' } },
  }),
  redirect('its domain is not empty', 'v=spf1 redirect=', 'permerror'),
  redirect('its domain has a top label', 'v=spf1 redirect=-all ?all', 'permerror'),

  exp('the explanation of a fail', 'v=spf1 -all exp=why.example.com', 'fail', {
    zone: why('Not from here'),
    explanation: 'Not from here',
  }),
  exp('wherever it stands', 'v=spf1 exp=why.example.com -all', 'fail', {
    zone: why('Not from here'),
    explanation: 'Not from here',
  }),
  exp('of any mechanism that fails', 'v=spf1 -ip4:192.0.2.0/24 exp=why.example.com', 'fail', {
    zone: why('x'),
    explanation: 'x',
  }),
  exp('there is none of other results', 'v=spf1 ~all exp=why.example.com', 'softfail', {
    zone: why('x'),
    explanation: null,
  }),
  exp('without one there is none', 'v=spf1 -all', 'fail', { explanation: null }),
  exp('its strings are joined without spaces', 'v=spf1 -all exp=why.example.com', 'fail', {
    zone: why([['Not ', 'from', ' here']]),
    explanation: 'Not from here',
  }),
  exp('its text is macro-expanded', 'v=spf1 -all exp=why.example.com', 'fail', {
    zone: why('%{i} is not one of %{d}’s'.replace('’', "'")),
    explanation: "192.0.2.1 is not one of example.com's",
  }),
  exp('its name is macro-expanded', 'v=spf1 -all exp=%{ir}.why.%{d}', 'fail', {
    zone: { '1.2.0.192.why.example.com': { TXT: 'listed' } },
    explanation: 'listed',
  }),
  exp('several records: as if there were none', 'v=spf1 -all exp=why.example.com', 'fail', {
    zone: why(['one', 'two']),
    explanation: null,
  }),
  exp('no record: as if there were none', 'v=spf1 -all exp=why.example.com', 'fail', { explanation: null }),
  exp('a DNS error: as if there were none', 'v=spf1 -all exp=why.example.com', 'fail', {
    fails: { 'why.example.com/TXT': 'servfail' },
    explanation: null,
  }),
  exp('a syntax error in its text: as if there were none', 'v=spf1 -all exp=why.example.com', 'fail', {
    zone: why('The %{x}-files'),
    explanation: null,
  }),
  exp('a text of other characters than US-ASCII: as if there were none', 'v=spf1 -all exp=why.example.com', 'fail', {
    zone: why('grüße'),
    explanation: null,
  }),
  exp('a text with control characters: as if there were none', 'v=spf1 -all exp=why.example.com', 'fail', {
    zone: why('a\u001b[31mb'),
    explanation: null,
  }),
  exp('its domain is not empty', 'v=spf1 -all exp=', 'permerror'),
  exp('its domain has a top label', 'v=spf1 exp=-all', 'permerror'),
  exp('that of an include MUST NOT be used', 'v=spf1 include:inc.example.com -all exp=why.example.com', 'fail', {
    zone: {
      ...why('mine'),
      'inc.example.com': { TXT: 'v=spf1 -all exp=theirs.example.com' },
      'theirs.example.com': { TXT: 'theirs' },
    },
    explanation: 'mine',
  }),
  exp('that of an include MUST NOT be used, even without another', 'v=spf1 include:inc.example.com -all', 'fail', {
    zone: { 'inc.example.com': { TXT: 'v=spf1 -all exp=theirs.example.com' }, 'theirs.example.com': { TXT: 'theirs' } },
    explanation: null,
  }),
  exp('a redirect’s own MUST be used', 'v=spf1 redirect=other.example.com exp=why.example.com', 'fail', {
    zone: {
      ...why('mine'),
      'other.example.com': { TXT: 'v=spf1 -all exp=theirs.example.com' },
      'theirs.example.com': { TXT: 'theirs' },
    },
    explanation: 'theirs',
  }),
  exp(
    'that of a record that redirects MUST NOT be used',
    'v=spf1 redirect=other.example.com exp=why.example.com',
    'fail',
    {
      zone: { ...why('mine'), 'other.example.com': { TXT: 'v=spf1 -all' } },
      explanation: null,
    },
  ),
];
