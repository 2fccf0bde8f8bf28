import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faultsOf } from '../../checks/email-domain/dmarc-faults.ts';
import type { Facts } from '../../src/facts/index.ts';
import { isDmarc, parseDmarc } from '../../src/sources/email/dmarc/record.ts';
import { appliedOf, organizationalOf, walkOf } from '../../src/sources/email/dmarc/walk.ts';

/** The fact where one record stands at acme.test. */
function factOf(domain: string, exists: boolean, text: string): Facts['email.dmarc'] {
  const walk = walkOf(domain).map((name) => {
    const record = name === 'acme.test' ? parseDmarc(text) : null;
    const outcome = record ? ('ok' as const) : ('nxdomain' as const);
    return { domain: name, outcome, aliases: [], count: record ? 1 : 0, ignored: [], record };
  });
  return {
    domain,
    assumed: false,
    exists,
    walk,
    unseen: null,
    organizational: organizationalOf(domain, walk),
    applied: appliedOf(domain, exists, walk),
    apex: [],
    suffixList: null,
    reports: [],
    returnPath: null,
  };
}

const value = fc.constantFrom(
  'none',
  'quarantine',
  'reject',
  'REJECT',
  'block',
  'reject rua=mailto:a@acme.test',
  'none,',
);
const tag = fc.oneof(
  fc.tuple(fc.constantFrom('p', 'sp', 'np', 'P'), value),
  fc.tuple(fc.constant('t'), fc.constantFrom('y', 'n', 'yes')),
  fc.tuple(fc.constant('pct'), fc.constantFrom('0', '50', '100', 'all')),
  fc.tuple(fc.constant('rua'), fc.constantFrom('mailto:a@acme.test', 'a@acme.test')),
  fc.tuple(fc.constant('adkim'), fc.constantFrom('r', 's', 'x')),
);
const record = fc
  .array(tag, { maxLength: 7 })
  .map((tags) => ['v=DMARC1', ...tags.map(([name, is]) => `${name}=${is}`)].join('; '));

describe('the fix of a DMARC record', () => {
  it.each([
    ['the domain itself', 'acme.test', true],
    ['a subdomain', 'm.acme.test', true],
    ['a subdomain that does not exist', 'm.acme.test', false],
  ])('is one record without a fault, for %s', (_what, domain, exists) => {
    fc.assert(
      fc.property(record, fc.boolean(), (text, monitoring) => {
        const faults = faultsOf(factOf(domain, exists, text), monitoring);
        const fixes = [...new Set(faults.map(({ fix }) => fix))];
        if (faults.length === 0) return;
        const [, fixed = ''] = /^publish _dmarc\.acme\.test TXT "([^"]*)"$/.exec(fixes.join('; ')) ?? [];
        expect(isDmarc(fixed)).toBe(true);
        expect(faultsOf(factOf(domain, exists, fixed), monitoring)).toEqual([]);
      }),
    );
  });
});
