import { z } from 'zod';
import type { Facts } from '../../src/facts/index.ts';
import type { Fault, Judgement } from '../../src/core/verdict.ts';
import { failOrPass } from '../../src/core/verdict.ts';

type Exposure = Facts['network.database'];
type Host = Exposure['hosts'][number];
type Address = Host['addresses'][number];

export const storeReasons = {
  'not-accepting': 'its public addresses refuse or drop a connection from outside',
  private: 'it resolves to private addresses',
  unresolved: 'its name does not resolve from outside',
  'accepted-by-name': 'it is public by its provider’s design, and svcheck.yaml accepts that by name',
  public: 'a public address accepts a connection from outside',
  'managed-public': 'a managed service that is public by its provider’s design accepts a connection from outside',
  'publicly-reachable': 'it is public, as accepted: what TLS and credentials say is shown',
  'local-address': 'the address means the machine that uses it: what it listens on is not to be seen',
} as const;
export type StoreReason = keyof typeof storeReasons;

export const storeSettings = z.strictObject({
  /** Providers (neon, upstash …) or hosts whose managed service may be public. */
  'managed-public': z.array(z.string().min(1)).default([]),
});

const shown = ({ host, port }: Host, { address }: Address): string =>
  `${host} (${address.includes(':') ? `[${address}]` : address}:${port})`;

/**
 * The rule of both stores, on what somebody from outside meets.
 * @param what the store in a sentence: `the database`
 * @param protection what is known of TLS and of a session without credentials, for a warning
 */
export function judgeStore(
  exposure: Exposure,
  { what, accepted, protection }: { what: string; accepted: readonly string[]; protection: () => string },
): Judgement<StoreReason> {
  const seen = { vantage: 'outside', hosts: exposure.hosts.map(seenOf) };
  const open = exposure.hosts.filter(({ addresses }) => addresses.some(({ outcome }) => outcome === 'accepted'));
  const isAccepted = ({ host, provider }: Host) =>
    provider !== null && accepted.some((one) => [host, provider].includes(one.toLowerCase()));
  const faults = open.filter((host) => !isAccepted(host)).map((host) => faultOf(host, what, exposure.key));
  if (faults.length > 0) return failOrPass(faults, nothing, { seen });
  const gap = gapOf(exposure);
  if (gap) return gap;
  const local = exposure.hosts.find(isLocal);
  if (local) return { ...localAddress(exposure, local), seen };
  if (open.length === 0) return { status: 'pass', ...closed(exposure), seen };
  const names = open.map(({ host, provider }) => `${host} (${provider})`).join(', ');
  const text = `${names} accepts connections from anywhere: ${protection()}`;
  const because = `${names} is public by its provider’s design, as svcheck.yaml accepts`;
  return {
    status: 'pass',
    reason: 'accepted-by-name',
    because,
    seen,
    warnings: [{ reason: 'publicly-reachable', text }],
  };
}

const nothing = { reason: 'not-accepting', because: '' } as const;

function seenOf({ host, port, provider, resolution, addresses }: Host) {
  const each = addresses.map((one) => ({ address: one.address, class: one.class, outcome: one.outcome }));
  return { host: host || 'a local socket', port, provider, resolution: resolution.outcome, addresses: each };
}

function faultOf(host: Host, what: string, key: string): Fault<StoreReason> {
  const open = host.addresses.filter(({ outcome }) => outcome === 'accepted').map((one) => shown(host, one));
  const because = `from outside, ${open.join(' and ')} accepts a connection`;
  if (host.provider !== null)
    return {
      reason: 'managed-public',
      because: `${because}; ${host.provider} makes it public by design`,
      fix: `limit it at ${host.provider} to the application's addresses or a private network, or accept it: expect: network.${key === 'REDIS_URL' ? 'redis' : 'database'}-private: { managed-public: [${host.host}] }`,
    };
  return {
    reason: 'public',
    because,
    fix: `let ${what} listen on a private address only, and close port ${host.port} in the firewall to all but the application`,
  };
}

const isLocal = ({ local, addresses }: Host): boolean =>
  local || addresses.some((one) => one.class === 'loopback' || one.class === 'unspecified');

/** What could not be looked at, so that nothing may pass; null where all was. */
function gapOf({ hosts, waitedMs }: Exposure): Judgement<StoreReason> | null {
  for (const host of hosts) {
    const { outcome, because, incomplete } = host.resolution;
    const unknown = ['servfail', 'refused', 'timeout'].includes(outcome) ? because : incomplete;
    if (unknown !== null) {
      const fix = 'see that the name server answers from here, or set dns.servers';
      return { status: 'error', reason: 'dns', because: `${host.host}: ${unknown}`, fix };
    }
    const lost = host.addresses.find(
      (one) => one.class === 'public' && ['no-route', 'not-permitted', 'not-asked'].includes(one.outcome),
    );
    if (!lost) continue;
    const fix = `look from a host that reaches ${lost.address}, over ${lost.address.includes(':') ? 'IPv6' : 'IPv4'}`;
    const said = lost.detail || 'not asked: there are too many addresses';
    const reason = lost.outcome === 'no-route' || lost.outcome === 'not-permitted' ? 'not-permitted' : 'too-large';
    return { status: 'error', reason, because: `${shown(host, lost)} could not be tried (${said})`, fix };
  }
  if (hosts.length > 0) return null;
  const because = `the address names no host to look at within ${waitedMs} ms`;
  return { status: 'error', reason: 'malformed', because, fix: 'name the host in the address' };
}

function localAddress({ key, via }: Exposure, { host }: Host) {
  const behind = via === 'direct' ? 'the machine that uses it' : `a declared ${via}`;
  const because = `${key} names ${host || 'a local socket'}, which is ${behind}: what is behind it listens on is not to be seen from here`;
  return { status: 'unclear', reason: 'local-address', because } as const;
}

function closed({ hosts }: Exposure): { reason: StoreReason; because: string } {
  const said = hosts.map((host) => {
    if (host.addresses.length === 0) return `${host.host} does not resolve (${host.resolution.outcome})`;
    const each = host.addresses.map(
      (one) => `${one.address} ${one.class === 'public' ? one.outcome : `is ${one.class}`}`,
    );
    return `${host.host}: ${each.slice(0, 4).join(', ')}`;
  });
  const all = hosts.flatMap(({ addresses }) => addresses);
  const asked = all.some((one) => one.class === 'public');
  const reason = asked ? 'not-accepting' : all.length > 0 ? 'private' : 'unresolved';
  return { reason, because: `from outside, ${said.join('; ')}` };
}
