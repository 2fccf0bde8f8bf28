import type { Edge } from '../../facts/network.ts';
import { absent, type Found, type Gathering, known, LookFailed } from '../gathering.ts';
import { askSite, asGet } from '../http/site.ts';
import { cdnOf } from '../tls/cdn.ts';
import { bareHost, type Endpoint, endpointsOf, originOf, siteUrl } from '../tls/endpoints.ts';
import { classOf } from './classes.ts';
import { edgeLists } from './edge-ranges.ts';
import { edgeOf } from './edges.ts';

const MAX_ADDRESSES = 32;

/** The addresses of the site and of its origin, and the networks that they and an answer's headers name. */
export async function gatherEdge(gathering: Gathering): Promise<Found<Edge>> {
  const url = siteUrl(gathering);
  if (!url) return absent('no address of the site is known', 'site.url');
  const { network, site } = gathering.target.settings;
  const { endpoints, unresolved } = await endpointsOf(gathering, url);
  const origin = await originOf(gathering, url);
  const addresses = [...endpoints, ...origin].slice(0, MAX_ADDRESSES);
  const edge: Edge = {
    host: bareHost(url),
    addresses: await Promise.all(addresses.map(placed)),
    unresolved,
    header: await headerOf(gathering, url),
    originDeclared: site.origin !== undefined,
    declared: { waf: network.waf ?? null, ddos: network.ddos ?? null },
    lists: edgeLists.map(({ id, name, date, ddos }) => ({ id, name, date, ddos: ddos !== null })),
  };
  return known(edge, `the addresses of ${edge.host}, and ${asGet(url)}`);
}

export async function placed({ address, role }: Endpoint): Promise<Edge['addresses'][number]> {
  const list = await edgeOf(address);
  return { address, role, class: await classOf(address), edge: list && { id: list.id, name: list.name } };
}

/** The network that the first page's headers name; null where they name none, or no answer came. */
async function headerOf(gathering: Gathering, url: URL): Promise<string | null> {
  try {
    const { status, headers } = await askSite(gathering, url, { maxBytes: 1 });
    return cdnOf({ status, headers: headers.map(([name, value]) => [name.toLowerCase(), value]) });
  } catch (error) {
    if (error instanceof LookFailed) return null;
    throw error;
  }
}
