import { randomInt } from 'node:crypto';
import type { Ports } from '../../facts/network.ts';
import { absent, type Found, type Gathering, known } from '../gathering.ts';
import { endpointsOf, originOf, siteUrl } from '../tls/endpoints.ts';
import { contact } from './contact.ts';
import { placed } from './edge.ts';

type Address = Ports['addresses'][number];

/** At once against one address: what a browser opens to a few sites. */
const AT_ONCE = 16;
const MAX_ADDRESSES = 4;
const WAIT_MS = 2000;

/**
 * One connection to each port of the list, on the addresses that are declared as ours: site.origin, else the site's own
 * where no network stands before it. From outside only.
 */
export async function gatherPorts(gathering: Gathering): Promise<Found<Ports>> {
  if (gathering.vantage !== 'outside')
    return absent('only a look from outside can tell which ports are open to it', '--vantage outside', 'needs-vantage');
  if (!gathering.active) return absent('ports are tried only with --active', '--active', 'needs-active');
  const url = siteUrl(gathering);
  if (!url) return absent('no address of the site is known', 'site.url');
  const origin = await originOf(gathering, url);
  const own = origin.length > 0 ? origin : (await endpointsOf(gathering, url)).endpoints;
  const addresses = await Promise.all(own.map(placed));
  const edge = addresses.find((one) => one.role === 'site' && one.edge !== null)?.edge;
  if (edge) return absent(`the site’s addresses are ${edge.name}’s, not ours`, 'site.origin');
  if (origin.length === 0) {
    const seen = await gathering.fact('network.edge');
    const header = seen.state === 'known' ? seen.value.header : null;
    if (header) return absent(`${header} stands before the site: its addresses may not be ours`, 'site.origin');
  }
  const { ports, allowed } = gathering.target.settings.network;
  const asked = [...new Set([...ports, ...allowed])].sort((a, b) => a - b);
  const waitedMs = Math.round(Math.min(WAIT_MS, gathering.timeoutMs * 0.1));
  const looked: Address[] = [];
  for (const [at, address] of addresses.entries())
    looked.push(await lookAt(gathering, address, at < MAX_ADDRESSES ? asked : [], waitedMs));
  const from = origin.length > 0 ? 'site.origin' : 'the name of the site';
  const names = looked.map(({ address }) => address).join(', ');
  return known({ allowed, waitedMs, from, addresses: looked }, `${asked.length} ports of ${names}, from outside`);
}

async function lookAt(
  gathering: Gathering,
  address: Omit<Address, 'ports' | 'control'>,
  ports: readonly number[],
  waitMs: number,
): Promise<Address> {
  if (address.class !== 'public' || ports.length === 0) return { ...address, ports: [], control: 'not-asked' };
  gathering.progress(`${address.address}: ${ports.length} ports`);
  const found: Address['ports'] = [];
  const ask = async (port: number) => (await contact(address.address, port, waitMs, gathering.signal)).outcome;
  for (let at = 0; at < ports.length; at += AT_ONCE) {
    const some = ports.slice(at, at + AT_ONCE);
    found.push(...(await Promise.all(some.map(async (port) => ({ port, outcome: await ask(port) })))));
  }
  return { ...address, ports: found, control: await ask(unusual(ports)) };
}

/** RFC 6335 section 6: nobody is assigned a dynamic port. */
function unusual(ports: readonly number[]): number {
  const port = randomInt(49_152, 65_536);
  return ports.includes(port) ? unusual(ports) : port;
}
