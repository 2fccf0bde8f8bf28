import { describe, expect, it } from 'vitest';
import type { DnsZone } from '../../fixtures/servers/dns.ts';
import type { Facts } from '../../src/facts/index.ts';
import { dkim } from '../../src/sources/email/dkim/gather.ts';
import type { Gathering } from '../../src/sources/gathering.ts';
import { targetOf } from '../support/gathering.ts';
import { asking, serve } from './dns-gathering.ts';

type Told = Facts['provider.domain'];

const told = (hosts: readonly string[], domain = 'acme.test'): Told => ({
  provider: 'brevo',
  domain,
  from: 'email.domain',
  assumed: false,
  answers: [
    {
      at: 'api.brevo.test',
      known: true,
      verified: true,
      authenticated: true,
      status: '',
      records: hosts.map((host) => ({ what: 'record', host, type: 'TXT', seen: true })),
    },
  ],
  others: [],
  since: null,
});

const unreachable = {
  state: 'unreachable',
  cause: 'refused',
  because: 'nothing listens there',
  fix: '',
  where: '',
  at: '',
};

async function selectorsBy(fact: () => Promise<unknown>, selectors: readonly string[] = [], zone: DnsZone = {}) {
  const dns = await serve({ zone });
  const settings = { dns: { servers: [dns.address] }, email: { domain: 'acme.test', provider: 'brevo', selectors } };
  const gathering = {
    ...asking([dns.address], { timeoutMs: 2000 }),
    target: targetOf({ settings }),
    fact,
  } as Gathering;
  const found = await dkim.gather(gathering);
  if (found.state !== 'known') throw new Error(found.because);
  return found.value.selectors.map(({ selector, source, named }) => ({ selector, source, named }));
}

const known = (value: Told) => async () => ({ state: 'known', value, where: '', at: '' });
const usual = ['brevo1', 'brevo2', 'mail'];

describe("selectors that the provider's API names", () => {
  it('are those of the hosts below _domainkey, with the domain or without', async () => {
    const hosts = ['mail._domainkey', 'token1._domainkey.acme.test', 'acme.test', '@', 'mail._domainkey'];
    expect(await selectorsBy(known(told(hosts)))).toEqual([
      { selector: 'mail', source: 'api.brevo.test', named: true },
      { selector: 'token1', source: 'api.brevo.test', named: true },
    ]);
  });

  it('give way to those of the settings', async () => {
    expect(await selectorsBy(known(told(['mail._domainkey'])), ['own'])).toEqual([
      { selector: 'own', source: 'email.selectors', named: true },
    ]);
  });

  it.each([
    ['names none', known(told(['acme.test']))],
    ['speaks of another domain', known(told(['mail._domainkey'], 'other.test'))],
    ['is out of reach', async () => unreachable],
    ['never answers', () => new Promise(() => {})],
  ])('where it %s, the usual ones are tried', async (_what, fact) => {
    const selectors = await selectorsBy(fact);
    expect(selectors.map(({ selector, named }) => [selector, named])).toEqual(usual.map((one) => [one, false]));
  });
});
