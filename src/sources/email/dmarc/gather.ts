import type { Facts } from '../../../facts/index.ts';
import { isAnswer } from '../../dns/answer.ts';
import { type DnsResult, query } from '../../dns/client.ts';
import { absent, type Found, type Gatherer, type Gathering, known, LookFailed } from '../../gathering.ts';
import { returnPath, sendingDomain } from '../domain.ts';
import { textsOf } from '../spf/record.ts';
import { ignoredOf, isDmarc, MAX_TEXT } from './record.ts';
import { reportsOf } from './reports.ts';
import { failure, organizationalBy, walk } from './steps.ts';
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
  const [{ steps, failed }, apex, suffixList, returnPath] = await Promise.all([
    walk(gathering, domain),
    query(gathering, domain, 'TXT'),
    orNull(bySuffixList(gathering, domain, registered)),
    returnPathOf(gathering),
  ]);
  const exists = existence(apex);
  const applied = appliedOf(domain, exists ?? true, steps);
  // The domain's own record applies whatever stands above it; without one, all that is above counts.
  if (failed && applied?.place !== 'author') throw failed;
  // sp or np: without an answer it is not known which of them applies.
  if (exists === null && applied !== null && applied.place !== 'author') throw failure(domain, apex);
  const organizational = organizationalOf(domain, steps);
  const owner = { domain: applied?.domain ?? domain, organizational, sure: failed === null };
  const reports = applied ? await reportsOf(gathering, applied.record, owner) : [];
  const found = { domain, assumed: sending.assumed, exists, walk: steps, unseen: failed?.outcome.because ?? null };
  const rest = { organizational, applied, apex: strays(apex), suffixList, reports, returnPath };
  const where = `TXT of ${steps.map((step) => `_dmarc.${step.domain}`).join(', ')}`;
  return known({ ...found, ...rest }, where);
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
  return { domain, organizational: await organizationalBy(gathering, domain) };
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
