import type { DnsZone } from '../../../fixtures/servers/dns.ts';
import type { DnsFailure } from '../../../src/sources/email/spf/record.ts';
import type { SpfResultWord } from '../../../src/sources/email/spf/check-host.ts';

/** One sentence of RFC 7208 and what follows from it. The expectation is written by hand from the text. */
export interface SpfCase {
  /** Of RFC 7208. */
  section: string;
  says: string;
  /** The TXT records of example.com. */
  spf: string | readonly (string | readonly string[])[];
  is: SpfResultWord;
  /** Everything else that DNS holds. */
  zone?: DnsZone;
  /** By "name/TYPE": what the servers do instead. */
  fails?: Record<string, DnsFailure>;
  /** 192.0.2.1 */
  ip?: string;
  /** example.com */
  domain?: string;
  /** user@example.com */
  sender?: string;
  /** mail.example.org */
  helo?: string;
  /** Null for none at all. */
  explanation?: string | null;
  mechanism?: string;
  lookups?: number;
  voids?: number;
}

type Rest = Omit<SpfCase, 'section' | 'says' | 'spf' | 'is'>;

export const of =
  (section: string) =>
  (says: string, spf: SpfCase['spf'], is: SpfResultWord, rest: Rest = {}): SpfCase => ({
    section,
    says,
    spf,
    is,
    ...rest,
  });

/** So many lookups that are all answered: `a:h1.example.com a:h2.example.com …`, none of which is the client's. */
export const hosts = (count: number, first = 1): string =>
  Array.from({ length: count }, (_, index) => `a:h${first + index}.example.com`).join(' ');

/** The zone of those hosts. */
export const hostZone = (count: number): DnsZone =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`h${index + 1}.example.com`, { A: '198.51.100.1' }]));
