import mailauth from 'mailauth/lib/dmarc/index.js';
import { describe, expect, it } from 'vitest';
import type { DnsZone } from '../../fixtures/servers/dns.ts';
import { bySuffixList, registeredDomain } from '../../src/sources/email/dmarc/suffix-list.ts';
import { asking, serve } from './dns-gathering.ts';

type Records = Readonly<Record<string, readonly string[]>>;

/** The policy that mailauth finds by RFC 7489; null for none. */
async function byMailauth(domain: string, records: Records): Promise<string | null> {
  const found = await mailauth.dmarc({
    headerFrom: domain,
    resolver: async (name) => {
      const texts = records[name];
      if (texts) return texts.map((text) => [text]);
      throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
    },
  });
  return (found && found.policy) || null;
}

async function bySvcheck(domain: string, records: Records): Promise<string | null> {
  const zone: DnsZone = Object.fromEntries(Object.entries(records).map(([name, TXT]) => [name, { TXT: [...TXT] }]));
  const dns = await serve({ zone });
  const { policy } = await bySuffixList(asking([dns.address]), domain, await registeredDomain(domain));
  return policy;
}

const at = (...texts: string[]): Records => ({ '_dmarc.acme.test': texts });
const r = 'rua=mailto:d@acme.test';

describe('by the public suffix list, mailauth and svcheck find the same policy', () => {
  it.each<[string, string, Records, string | null]>([
    ["the domain's own", 'acme.test', at(`v=DMARC1; p=reject; ${r}`), 'reject'],
    ["the registered domain's p", 'a.b.acme.test', at('v=DMARC1; p=quarantine'), 'quarantine'],
    ["the registered domain's sp", 'a.b.acme.test', at('v=DMARC1; p=reject; sp=none'), 'none'],
    ['not sp for the domain itself', 'acme.test', at('v=DMARC1; p=reject; sp=none'), 'reject'],
    ['not one between the two', 'a.b.acme.test', { '_dmarc.b.acme.test': ['v=DMARC1; p=reject'] }, null],
    ['a suffix of two labels', 'm.acme.co.uk', { '_dmarc.acme.co.uk': ['v=DMARC1; p=reject'] }, 'reject'],
    ['nothing at the suffix itself', 'acme.co.uk', { '_dmarc.co.uk': ['v=DMARC1; p=reject'] }, null],
    ['several', 'acme.test', at('v=DMARC1; p=none', 'v=DMARC1; p=reject'), null],
    ['one among others', 'acme.test', at('hello', 'v=DMARC1; p=none'), 'none'],
    ['another version', 'acme.test', at('v=DMARC2; p=reject'), null],
    ['the version behind another tag', 'acme.test', at('p=reject; v=DMARC1'), null],
    ['white space and unknown tags', 'acme.test', at('v=DMARC1 ; x=y ; p=reject ;'), 'reject'],
    ['none', 'acme.test', {}, null],
  ])('%s', async (_what, domain, records, expected) => {
    expect(await bySvcheck(domain, records)).toBe(expected);
    expect(await byMailauth(domain, records)).toBe(expected);
  });
});

describe('where mailauth reads what receivers must not, or hands on what it reads', () => {
  it.each<[string, Records, string | null, string | null]>([
    // RFC 7489 section 6.4 and RFC 9989 section 4.8 begin with the v, in these letters.
    ['a leading space', at(' v=DMARC1; p=reject'), null, 'reject'],
    ['the version in small letters', at('v=dmarc1; p=reject'), null, 'reject'],
    // RFC 7489 section 6.4 allows white space around the equals sign.
    ['white space in the version', at('v = DMARC1; p=reject'), 'reject', null],
    // RFC 7489 section 6.6.3: as p=none where there is an address for reports.
    ['a policy that is none of the three', at(`v=DMARC1; p=block; ${r}`), 'none', 'block'],
    ['no policy', at(`v=DMARC1; ${r}`), 'none', null],
    // RFC 7489 section 6.3: the values of p are not case-sensitive.
    ['a policy in capitals', at('v=DMARC1; p=REJECT'), 'reject', 'REJECT'],
  ])('%s', async (_what, records, ours, theirs) => {
    expect(await bySvcheck('acme.test', records)).toBe(ours);
    expect(await byMailauth('acme.test', records)).toBe(theirs);
  });
});
