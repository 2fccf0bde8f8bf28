import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { type Gathering, LookFailed } from '../gathering.ts';
import { asciiName, type DnsResult } from './answer.ts';
import { query } from './client.ts';
import { candidates, readSystemNames } from './system.ts';

export interface HostAddress {
  address: string;
  family: 4 | 6;
}

/** What a name's addresses came to: five different failures, never confused. */
export type Resolution =
  | {
      outcome: 'ok';
      addresses: readonly HostAddress[];
      /** Why the other family's addresses are not known, where only one could be asked for. */
      incomplete?: string;
    }
  | { outcome: 'nxdomain' | 'nodata' | 'servfail' | 'refused' | 'timeout'; because: string };

/** A and AAAA of a host, through the configured servers where there are any; an IP address is its own answer. */
export async function resolveHost(gathering: Gathering, host: string): Promise<Resolution> {
  const bare = host.replace(/^\[|\]$/g, '');
  if (isIP(bare) !== 0) return ok([bare]);
  const name = asciiName(bare);
  if (name === null) return { outcome: 'nxdomain', because: `${host.slice(0, 260)} is not a name that DNS can hold` };
  // RFC 6761 section 6.3: never asked of a server.
  if (name === 'localhost' || name.endsWith('.localhost')) return ok(['127.0.0.1', '::1']);
  if (gathering.target.settings.dns) return addressesOf(gathering, name);
  return bySystem(gathering, bare.endsWith('.') ? `${name}.` : name);
}

/** Why a host has no addresses, for a source to throw: `dns`, and transient where the name may resolve at the next try. */
export function unresolved(
  host: string,
  resolution: Exclude<Resolution, { outcome: 'ok' }>,
  where: string,
): LookFailed {
  const { outcome, because } = resolution;
  const gone = outcome === 'nxdomain' || outcome === 'nodata';
  const fix = gone
    ? `add an A or AAAA record for ${host}, or correct the name`
    : 'see that the name server answers from here, or set dns.servers';
  return new LookFailed({ cause: 'dns', because, fix, where, transient: outcome === 'servfail' });
}

/** As programs on this machine would: /etc/hosts, then the name and the search domains, then whatever else the system asks. */
async function bySystem(gathering: Gathering, name: string): Promise<Resolution> {
  const system = await gathering.share('system names', readSystemNames);
  const listed = system.hosts.get(name.replace(/\.$/, ''));
  if (listed) return ok(listed);
  let failed: Resolution | null = null;
  let last: Resolution = { outcome: 'nxdomain', because: `${name} has no address` };
  for (const candidate of candidates(name, system)) {
    last = await addressesOf(gathering, candidate);
    if (last.outcome === 'ok' || last.outcome === 'timeout') return last;
    if (last.outcome !== 'nxdomain' && last.outcome !== 'nodata') failed ??= last;
  }
  if (failed) return failed;
  // mDNS, systemd and directory services know names that no name server does (nsswitch.conf(5)).
  const found = await lookup(name, { all: true }).catch(() => []);
  return found.length > 0 ? ok(found.map(({ address }) => address)) : last;
}

async function addressesOf(gathering: Gathering, name: string): Promise<Resolution> {
  const [v4, v6] = await Promise.all([query(gathering, name, 'A'), query(gathering, name, 'AAAA')]);
  const addresses = [...v4.answers, ...v6.answers].flatMap((one) => ('address' in one ? [one.address] : []));
  if (addresses.length === 0) return worse(v4, v6);
  const failed = [v4, v6].find(({ outcome }) => ['servfail', 'refused', 'timeout'].includes(outcome));
  return { ...ok(addresses), ...(failed ? { incomplete: failed.because } : {}) };
}

/** NXDOMAIN is the whole name's (RFC 8020); no data is only known when both families say so. */
function worse(...results: DnsResult[]): Resolution {
  for (const outcome of ['nxdomain', 'servfail', 'refused', 'timeout'] as const) {
    const found = results.find((result) => result.outcome === outcome);
    if (found) return { outcome, because: found.because };
  }
  return { outcome: 'nodata', because: results.map(({ because }) => because).join('; ') };
}

function ok(addresses: readonly string[]): { outcome: 'ok'; addresses: HostAddress[] } {
  const unique = [...new Set(addresses)];
  return { outcome: 'ok', addresses: unique.map((address) => ({ address, family: isIP(address) === 6 ? 6 : 4 })) };
}
