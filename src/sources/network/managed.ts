/**
 * Managed databases whose address is public by the provider's design: anybody may connect and is stopped by credentials,
 * or by a list of addresses that the customer has to set up. By the domain of their hosts; each with its documentation,
 * as read in November 2026.
 */
const managed: readonly { provider: string; domains: readonly string[] }[] = [
  // neon.com/docs/introduction/ip-allow
  { provider: 'neon', domains: ['neon.tech'] },
  // supabase.com/docs/guides/platform/network-restrictions
  { provider: 'supabase', domains: ['supabase.co', 'pooler.supabase.com'] },
  // upstash.com/docs/redis/howto/ipallowlist: "By default, any IP address can be used to connect to your database."
  { provider: 'upstash', domains: ['upstash.io'] },
  // redis.io/docs/latest/operate/rc/security/cidr-whitelist
  { provider: 'redis-cloud', domains: ['redis-cloud.com', 'redislabs.com'] },
  // aiven.io/docs/platform/ip-addresses: a new service gets public addresses
  { provider: 'aiven', domains: ['aivencloud.com'] },
  // docs.railway.com/cli/tcp-proxy: exposes a database to the public internet
  { provider: 'railway', domains: ['proxy.rlwy.net'] },
];

/** Whose managed service a host belongs to; null where it is none of those. */
export function providerOf(host: string): string | null {
  const name = host.toLowerCase().replace(/\.$/, '');
  const found = managed.find(({ domains }) => domains.some((domain) => name.endsWith(`.${domain}`)));
  return found?.provider ?? null;
}
