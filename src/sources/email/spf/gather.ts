import type { Facts } from '../../../facts/index.ts';
import { query } from '../../dns/client.ts';
import { absent, type Found, type Gatherer, type Gathering, known } from '../../gathering.ts';
import { emailProvider, returnPath, sendingDomain } from '../domain.ts';
import { providerOf } from './authorised.ts';
import type { SpfLookup } from './session.ts';
import { walkSpf } from './walk.ts';

export const spf: Gatherer<'email.spf'> = { contacts: true, gather };

async function gather(gathering: Gathering): Promise<Found<Facts['email.spf']>> {
  const { target } = gathering;
  const sending = await sendingDomain(target);
  if (!sending) return absent('no domain is known that mail is sent from', 'email.domain');
  const envelope = returnPath(target) ?? sending.domain;
  const lookup = lookupOf(gathering);
  const domains = [...new Set([envelope, sending.domain])];
  const walks = domains.map((domain) => walkSpf(domain, lookup).then(({ tree }) => tree));
  const name = emailProvider(target);
  const from = target.settings.email.provider === undefined ? 'EMAIL_PROVIDER' : 'email.provider';
  const first = walks[0] ?? walkSpf(envelope, lookup).then(({ tree }) => tree);
  const [trees, provider, aligned] = await Promise.all([
    Promise.all(walks),
    name && providerOf({ name, from }, envelope, first, lookup),
    areAligned(envelope, sending.domain),
  ]);
  const where = `TXT of ${domains.join(' and ')}, and all that they lead to`;
  return known({ ...sending, envelope, aligned, provider, trees }, where);
}

/** A SERVFAIL may be gone at the next try; one is worth it, for one term's is the whole check's temperror. */
function lookupOf(gathering: Gathering): SpfLookup {
  return async (name, type) => {
    const first = await query(gathering, name, type);
    return first.outcome === 'servfail' ? query(gathering, name, type) : first;
  };
}

async function areAligned(one: string, other: string): Promise<boolean> {
  if (one === other) return true;
  const { getDomain } = await import('tldts');
  const registered = getDomain(one);
  return registered !== null && registered === getDomain(other);
}
