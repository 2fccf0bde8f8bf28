import fc from 'fast-check';
import type { DnsZone } from '../../../fixtures/servers/dns.ts';
import type { DnsFailure } from '../../../src/sources/email/spf/record.ts';

/** Names that meet: of few labels, in mangled case, some with a final dot, some that no zone has. */
const name = fc
  .tuple(
    fc.constantFrom('a', 'b', 'c', 'd', 'mx', '_spf', 'gone'),
    fc.constantFrom('example.com', 'Example.COM', 'example.org'),
    fc.constantFrom('', '', '.'),
  )
  .map(([label, domain, dot]) => `${label}.${domain}${dot}`);

interface Tongue {
  names: fc.Arbitrary<string>;
  /** The letters of macros; empty for none. */
  letters: string;
  ptr: boolean;
  /** Whether a macro may be the whole name. */
  bare: boolean;
}

const lengths = fc.constantFrom('', '', '/24', '/0', '//64', '/24//64');
const qualifier = fc.constantFrom('', '', '', '+', '-', '~', '?');
const all = fc.constantFrom('-all', '~all', '?all', 'all', '');

/** Records of the grammar, as rich as the tongue. */
function recordOf({ names, letters, ptr, bare }: Tongue): fc.Arbitrary<string> {
  const macro = fc
    .tuple(
      fc.constantFrom(...letters),
      fc.constantFrom('', '1', '2', '127'),
      fc.constantFrom('', 'r'),
      fc.constantFrom('', '-', '+-', '.,/_='),
    )
    .map((parts) => `%{${parts.join('')}}`);
  const spec = fc.oneof(
    { arbitrary: names, weight: 4 },
    { arbitrary: fc.tuple(macro, names).map(([expand, at]) => `${expand}.${at}`), weight: 2 },
    { arbitrary: macro, weight: bare ? 1 : 0 },
  );
  const plain = ['a', 'mx', 'ip4:192.0.2.1', 'ip4:192.0.2.0/24', 'ip4:198.51.100.0/24', 'ip6:2001:db8::/32', 'ip6:::1'];
  const mechanism = fc.oneof(
    fc.constantFrom(...plain, ...(ptr ? ['ptr'] : [])),
    fc.tuple(fc.constantFrom('a', 'mx'), spec, lengths).map(([what, at, length]) => `${what}:${at}${length}`),
    fc
      .tuple(fc.constantFrom('include', 'include', 'exists', ...(ptr ? ['ptr'] : [])), spec)
      .map(([what, at]) => `${what}:${at}`),
  );
  const modifier = fc.oneof(
    { arbitrary: fc.constant(''), weight: 6 },
    { arbitrary: names.map((at) => `redirect=${at}`), weight: 2 },
    { arbitrary: spec.map((at) => `exp=${at}`), weight: 1 },
    { arbitrary: fc.constantFrom('foo=bar', 'x.y-z_1=%{d}/%%/'), weight: 1 },
  );
  const term = fc.tuple(qualifier, mechanism).map((parts) => parts.join(''));
  return fc
    .tuple(fc.array(term, { maxLength: 6 }), modifier, all, fc.constantFrom('v=spf1', 'V=SPF1'))
    .map(([terms, first, last, version]) => [version, ...terms, first, last].filter((part) => part !== '').join(' '));
}

/** A record of the grammar. */
export const validRecord = recordOf({ names: name, letters: 'slodiphvSLODIPHV', ptr: true, bare: true });

/** What is seen in the wild: names without a final dot, macros that are no p, no ptr. */
export const commonRecord = recordOf({
  names: name.map((one) => one.replace(/\.$/, '').toLowerCase()),
  letters: 'oliv',
  ptr: false,
  bare: false,
});

/** A record that mostly is, with a character too many or too few here and there. */
export const anyRecord = fc.oneof(
  validRecord,
  fc
    .tuple(validRecord, fc.nat(), fc.string({ unit: 'binary', maxLength: 3 }), fc.nat({ max: 3 }))
    .map(
      ([text, at, put, taken]) =>
        text.slice(0, at % (text.length + 1)) + put + text.slice((at % (text.length + 1)) + taken),
    ),
  fc.string({ unit: 'binary', maxLength: 200 }).map((text) => `v=spf1 ${text}`),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .tuple(validRecord, fc.integer({ min: 1, max: 400 }))
    .map(([text, times]) => `v=spf1 ${`${text.slice(7)} `.repeat(times)}`.slice(0, 10_240)),
);

const address = fc.constantFrom('192.0.2.1', '192.0.2.77', '198.51.100.9', '127.0.0.2');
const bare = [
  'example.com',
  'example.org',
  ...['a', 'b', 'c', 'd', 'mx', '_spf'].flatMap((label) => [`${label}.example.com`, `${label}.example.org`]),
];

/** A zone in which records lead to each other. */
export const zoneOf = (record: fc.Arbitrary<string>): fc.Arbitrary<DnsZone> =>
  fc
    .tuple(
      ...bare.map((at) =>
        fc.record({
          at: fc.constant(at),
          TXT: fc.option(
            fc.oneof(
              { arbitrary: record.map((one) => [one]), weight: 6 },
              { arbitrary: fc.array(record, { maxLength: 3 }), weight: 1 },
            ),
            { freq: 4 },
          ),
          A: fc.option(fc.array(address, { minLength: 1, maxLength: 3 }), { freq: 1 }),
          AAAA: fc.option(fc.constantFrom('2001:db8::1', '2001:db8:1::1'), { freq: 1 }),
          MX: fc.option(
            fc.array(
              fc.tuple(fc.nat({ max: 20 }), name).map(([weight, host]) => `${weight} ${host.replace(/\.$/, '')}`),
              { minLength: 1, maxLength: 12 },
            ),
            { freq: 1 },
          ),
        }),
      ),
      fc.option(fc.array(name, { minLength: 1, maxLength: 12 })),
    )
    .map((parts) => {
      const names = parts.slice(0, -1) as {
        at: string;
        TXT: string[] | null;
        A: string[] | null;
        AAAA: string | null;
        MX: string[] | null;
      }[];
      const ptr = parts.at(-1) as string[] | null;
      const zone = Object.fromEntries(
        names.map(({ at, ...records }) => [
          at,
          Object.fromEntries(Object.entries(records).filter(([, value]) => value !== null)),
        ]),
      ) as DnsZone;
      return ptr ? { ...zone, '1.2.0.192.in-addr.arpa': { PTR: ptr.map((one) => one.replace(/\.$/, '')) } } : zone;
    });

/** Servers that fail here and there. */
export const failures: fc.Arbitrary<Record<string, DnsFailure>> = fc.dictionary(
  fc.tuple(fc.constantFrom(...bare), fc.constantFrom('TXT', 'A', 'AAAA', 'MX')).map((parts) => parts.join('/')),
  fc.constantFrom('servfail', 'refused', 'timeout'),
  { maxKeys: 3 },
);
