import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkHost, type SpfResultWord } from '../../../src/sources/email/spf/check-host.ts';
import { commonRecord, zoneOf as anyZone } from './arbitrary.ts';
import { bySender, messageOf, zoneOf } from './cases/index.ts';
import { byMailauth } from './mailauth.ts';
import { memory } from './memory.ts';

/** What mailauth 4.13.3 says instead of what the RFC does, and why. All other cases agree. */
const differences: Readonly<Record<string, readonly [SpfResultWord, string]>> = {
  '3: a leading space makes it no SPF record': ['fail', 'trims the record'],
  '4.5: a tab does not end the version section': ['permerror', 'splits at any white space'],
  '4.8: a final dot is no part of the name': ['permerror', 'leaves the dot in the name of a and mx'],
  '4.8: a name with an empty label cannot be asked for: no match, and nothing is asked': [
    'permerror',
    'the RFC leaves this open',
  ],
  '5: an IPv4-mapped address in hexadecimal': ['fail', 'knows the dotted form alone'],
  '5.2: temperror: temperror': ['pass', 'leaves out an include whose lookup gives SERVFAIL'],
  '5.5: an error at the PTR lookup: no match': ['temperror', 'takes it for an error of the check'],
  '5.6: ip4 takes no IPv6 network': ['fail', 'leaves out a network of the other family'],
  '5.6: ip6 takes no IPv4 network': ['fail', 'leaves out a network of the other family'],
  '5.6: ip6 with two slashes is a syntax error': ['fail', 'takes both forms of the length'],
  '5.6: ip6 takes no zone': ['fail', 'takes whatever Node does'],
  '6: exp MUST NOT stand twice': ['fail', 'counts redirect alone'],
  '6: exp MUST NOT stand twice in whatever case': ['fail', 'counts redirect alone'],
  '6: the value of an unknown one may be empty': ['permerror', 'wants a value of every modifier'],
  '6.2: its domain has a top label': ['neutral', 'does not look at the form of exp'],
  '7.1: a domain-spec may end with such an expansion': ['permerror', 'looks at the form after expansion'],
  '7.1: an unknown delimiter is a syntax error': ['fail', 'does not look at the form of macros'],
  '7.1: digits come before r': ['fail', 'does not look at the form of macros'],
  '7.1: the top label does not end with a hyphen': ['fail', 'takes it'],
  '7.1: the top label may be digits and letters': ['permerror', 'wants a letter first'],
  '7.1: it is the text that is checked, not what it expands to': ['permerror', 'looks at the form after expansion'],
  '7.2: l of a sender with several at signs': ['fail', 'splits at the first'],
  '7.2: h may be an address literal': ['permerror', 'looks at the form after expansion'],
  '7.2: p is the validated name': ['fail', 'has no p: the sender’s domain stands for it'],
  '7.2: c, r and t stand in explanations only': ['fail', 'takes them everywhere'],
  '7.2: r does not stand in a term': ['fail', 'takes them everywhere'],
  '7.2: t does not stand in a term': ['fail', 'takes them everywhere'],
  '7.3: the number MUST NOT be zero': ['fail', 'takes zero'],
  '7.3: a hyphen among delimiters is a hyphen': ['fail', 'makes a range of it'],
};

describe('beside mailauth', () => {
  it.each(bySender)('%s', async (title, one) => {
    const said = await byMailauth(memory(zoneOf(one), one.fails).lookup, messageOf(one));
    expect(said).toBe(differences[title]?.[0] ?? one.is);
  });

  it('every difference is one', () => {
    const cases = new Map(bySender);
    for (const [title, [said]] of Object.entries(differences))
      expect([title, cases.get(title)?.is]).not.toEqual([title, said]);
    expect(Object.keys(differences).filter((title) => !cases.has(title))).toEqual([]);
  });

  it('agrees on 3,000 generated zones of what is common', async () => {
    for (const zone of fc.sample(anyZone(commonRecord), { numRuns: 1500, seed: 7208 })) {
      for (const ip of ['192.0.2.1', '2001:db8::1']) {
        const message = { ip, sender: 'user@example.com', helo: 'mx.example.org' };
        const ours = await checkHost({ ...message, domain: 'example.com', lookup: memory(zone).lookup });
        const theirs = await byMailauth(memory(zone).lookup, message);
        expect([theirs, ip, zone]).toEqual([ours.result, ip, zone]);
      }
    }
  });
});
