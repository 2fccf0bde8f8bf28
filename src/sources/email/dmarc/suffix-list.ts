import type { DmarcStep } from '../../../facts/email-dmarc.ts';
import { query } from '../../dns/client.ts';
import type { Gathering } from '../../gathering.ts';
import { stepOf } from './steps.ts';
import { policyOf } from './walk.ts';

/** The domain below the public suffix; the domain itself where it is one. Private suffixes count as domains. */
export async function registeredDomain(domain: string): Promise<string> {
  const { getDomain } = await import('tldts');
  return getDomain(domain, { allowPrivateDomains: false }) ?? domain;
}

/** What a receiver of RFC 7489 finds (its section 6.6.3): the domain's record, else its registered domain's. */
export async function bySuffixList(gathering: Gathering, domain: string, organizational: string) {
  const names = domain === organizational ? [domain] : [domain, organizational];
  const answers = await Promise.all(names.map((name) => query(gathering, `_dmarc.${name}`, 'TXT')));
  const steps = answers.map((answer, index): DmarcStep => stepOf(names[index] ?? domain, answer));
  const found = steps.find(({ record }) => record !== null);
  if (!found?.record) return { organizational, domain: null, policy: null };
  const tag = found.domain !== domain && found.record.tags.some(({ name }) => name === 'sp') ? 'sp' : 'p';
  return { organizational, domain: found.domain, policy: policyOf(found.record, tag) };
}
