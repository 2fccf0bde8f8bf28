import type { Facts } from '../../facts/index.ts';
import type { Cause } from '../../facts/known.ts';
import type { TlsEndpoint } from '../../facts/tls.ts';
import { absent, type Found, type Gatherer, type Gathering, known, unreachable } from '../gathering.ts';
import { bareHost, endpointsOf, originOf, shownAddress, siteUrl } from './endpoints.ts';
import { identityFor } from './identity.ts';
import { rootsFor } from './session.ts';
import { SiteLook, type Trust } from './site-look.ts';

export const site: Gatherer<'tls.site'> = { contacts: true, gather };

async function gather(gathering: Gathering): Promise<Found<Facts['tls.site']>> {
  const named = siteUrl(gathering);
  if (!named) return absent('no address of the site is known', 'site.url');
  const url = httpsOf(named);
  const { endpoints, unresolved } = await endpointsOf(gathering, url);
  const origin = await originOf(gathering, url);
  const look = new SiteLook(gathering, url, await trustOf(gathering));
  const looked = await look.all([...endpoints, ...origin]);
  const where = `TLS handshakes with ${url.host} at ${looked.map(({ address, port }) => shownAddress(address, port)).join(', ')}`;
  const failed = looked.find((one) => one.role === 'site');
  if (!looked.some((one) => one.session !== null) && failed) return nowhere(failed, url, where);
  return known(
    {
      host: bareHost(url),
      path: url.pathname,
      endpoints: looked,
      unresolved,
      cdn: look.cdn,
      originKnown: origin.length > 0,
      handshakes: look.handshakes.made,
    },
    where,
  );
}

/** A site named by http:// is looked at over https too: that is what the rule asks for. */
function httpsOf(named: URL): URL {
  if (named.protocol === 'https:') return named;
  const url = new URL(named);
  url.protocol = 'https:';
  url.port = '';
  return url;
}

async function trustOf(gathering: Gathering): Promise<Trust> {
  const { site: settings } = gathering.target.settings;
  const [{ ca }, identity] = await Promise.all([rootsFor(gathering, settings.ca), identityFor(gathering, settings)]);
  return { ca, identity };
}

/** No address gave a session: what kept the first one from it. */
function nowhere({ outcome, detail }: TlsEndpoint, url: URL, where: string): Found<Facts['tls.site']> {
  const cause: Cause = outcome === 'no-route' || outcome === 'not-asked' || outcome === 'ok' ? 'timeout' : outcome;
  const fix = `see that ${url.host} speaks TLS and can be reached from here, or name its address in site.url or site.resolve`;
  return unreachable({ cause, because: `${url.host}: ${detail}`, fix, where, transient: cause === 'reset' });
}
