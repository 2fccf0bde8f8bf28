import { isIP } from 'node:net';
import { resolveHost, unresolved } from '../dns/resolve.ts';
import { siteAddress } from '../env/values.ts';
import { type Gathering, LookFailed } from '../gathering.ts';

export interface Endpoint {
  address: string;
  port: number;
  family: 4 | 6;
  role: 'site' | 'origin';
}

export interface Endpoints {
  endpoints: Endpoint[];
  /** Why one family's addresses are not known; null where both are. */
  unresolved: string | null;
}

/** The site's address; null where nothing names it. Throws LookFailed for one that is no web address. */
export function siteUrl({ target }: Gathering): URL | null {
  const found = siteAddress(target);
  if (!found) return null;
  const url = URL.canParse(found.url) ? new URL(found.url) : null;
  if (url && /^https?:$/.test(url.protocol)) return url;
  throw new LookFailed({
    cause: 'malformed',
    because: `${found.from} is not an address of a website`,
    fix: `set ${found.from} to an address such as https://app.example.com`,
    where: found.from,
  });
}

/** The host without the brackets of an IPv6 address. */
export const bareHost = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');

export const portOf = (url: URL): number => Number(url.port || (url.protocol === 'https:' ? 443 : 80));

export function shownAddress(address: string, port: number): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}`;
}

/**
 * Where a URL's host answers: as site.resolve says, else every A and AAAA. An entry for the host and port names both; one for the
 * host names the port of its https, and for plain HTTP the address alone.
 * Rejects with LookFailed where the name has no address.
 */
export async function endpointsOf(gathering: Gathering, url: URL): Promise<Endpoints> {
  const host = bareHost(url);
  const { resolve } = gathering.target.settings.site;
  const exact = resolve[`${url.hostname}:${portOf(url)}`];
  const set = exact ?? resolve[host] ?? resolve[url.hostname];
  if (set) {
    const at = splitAddress(set, 'site.resolve');
    const port = exact || url.protocol === 'https:' ? at.port : portOf(url);
    return { endpoints: await located(gathering, at.host, port, 'site'), unresolved: null };
  }
  const found = await resolveHost(gathering, host);
  if (found.outcome !== 'ok') throw unresolved(host, found, `DNS of ${host}`);
  const endpoints = found.addresses.map((one): Endpoint => ({ ...one, port: portOf(url), role: 'site' }));
  return { endpoints, unresolved: found.incomplete ?? null };
}

/** site.origin: an IP address or a name; a port with it is that of its https. */
export async function originOf(gathering: Gathering, url: URL): Promise<Endpoint[]> {
  const { origin } = gathering.target.settings.site;
  if (origin === undefined) return [];
  const { host, port } = isIP(origin) === 6 ? { host: origin, port: 0 } : splitAddress(origin, 'site.origin');
  return located(gathering, host, (url.protocol === 'https:' && port) || portOf(url), 'origin');
}

async function located(gathering: Gathering, host: string, port: number, role: Endpoint['role']): Promise<Endpoint[]> {
  const found = await resolveHost(gathering, host);
  if (found.outcome !== 'ok') throw unresolved(host, found, `DNS of ${host}`);
  return found.addresses.map((one) => ({ ...one, port, role }));
}

/** `[::1]:443`, `127.0.0.1:443`, `127.0.0.1`: port 0 where none is given. */
function splitAddress(text: string, setting: string): { host: string; port: number } {
  const parts = /^\[?([^[\]]+?)\]?(?::(\d{1,5}))?$/.exec(text.trim());
  const port = Number(parts?.[2] ?? 0);
  if (parts?.[1] && port <= 65_535) return { host: parts[1], port };
  throw new LookFailed({
    cause: 'malformed',
    because: `${setting}: ${text.slice(0, 100)} is not an address`,
    fix: `set ${setting} to an address such as 203.0.113.10:443 or [2001:db8::1]:443`,
    where: setting,
  });
}

/** localhost is both loopback addresses by convention (RFC 6761), not by a record that promises a server on each. */
export function listening<T>({ hostname }: URL, looked: readonly T[], isDeaf: (one: T) => boolean): readonly T[] {
  if (hostname !== 'localhost' && !hostname.endsWith('.localhost')) return looked;
  const there = looked.filter((one) => !isDeaf(one));
  return there.length > 0 ? there : looked;
}
