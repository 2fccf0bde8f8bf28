import type { Facts } from '../../../facts/index.ts';
import { isAnswer } from '../../dns/answer.ts';
import { type DnsResult, query } from '../../dns/client.ts';
import { absent, type Found, type Gatherer, type Gathering, known, LookFailed } from '../../gathering.ts';
import { returnPath, sendingDomain } from '../domain.ts';
import { textsOf } from '../spf/record.ts';
import { ignoredOf, isDmarc, MAX_TEXT } from './record.ts';
import { reportsOf } from './reports.ts';
import { failed, walk } from './steps.ts';
import { bySuffixList, registeredDomain } from './suffix-list.ts';
import { appliedOf, organizationalOf } from './walk.ts';

type Dmarc = Facts['email.dmarc'];

const MAX_APEX = 5;

export const dmarc: Gatherer<'email.dmarc'> = { contacts: true, gather };

async function gather(gathering: Gathering): Promise<Found<Dmarc>> {
  const sending = await sendingDomain(gathering.target);
  if (!sending) return absent('no sending domain is known', 'email.domain');
  const { domain } = sending;
  const registered = await registeredDomain(domain);
  const [steps, apex, suffixList, returnPath] = await Promise.all([
    walk(gathering, domain),
    query(gathering, domain, 'TXT'),
    orNull(bySuffixList(gathering, domain, registered)),
    returnPathOf(gathering),
  ]);
  const exists = existence(apex);
  const organizational = organizationalOf(domain, steps);
  const applied = appliedOf(domain, exists ?? true, steps);
  // sp or np: without an answer it is not known which of them applies.
  if (exists === null && applied !== null && applied.place !== 'author') throw failed(domain, apex);
  const owner = { domain: applied?.domain ?? domain, organizational };
  const reports = applied ? await reportsOf(gathering, applied.record, owner) : [];
  const rest = { suffixList, reports, returnPath, apex: strays(apex) };
  const where = `TXT of ${steps.map((step) => `_dmarc.${step.domain}`).join(', ')}`;
  return known({ domain, assumed: sending.assumed, exists, walk: steps, organizational, applied, ...rest }, where);
}

/** "If the response code received for a query for a domain name is NXDOMAIN" (RFC 9989 section 3.2.13): not its alias's. */
function existence({ outcome, aliases }: DnsResult): boolean | null {
  if (outcome === 'nxdomain') return aliases.length > 0;
  return isAnswer(outcome) ? true : null;
}

function strays(answer: DnsResult): string[] | null {
  if (!isAnswer(answer.outcome)) return null;
  const meant = textsOf(answer).filter((text) => isDmarc(text) || ignoredOf(text) !== null);
  return meant.slice(0, MAX_APEX).map((text) => text.slice(0, MAX_TEXT));
}

async function returnPathOf(gathering: Gathering): Promise<Dmarc['returnPath']> {
  const domain = returnPath(gathering.target);
  if (domain === null) return null;
  const steps = await orNull(walk(gathering, domain));
  return { domain, organizational: steps && organizationalOf(domain, steps) };
}

/** For an extra: where it has no answer the line still stands. */
async function orNull<T>(looked: Promise<T>): Promise<T | null> {
  try {
    return await looked;
  } catch (error) {
    if (error instanceof LookFailed) return null;
    throw error;
  }
}
