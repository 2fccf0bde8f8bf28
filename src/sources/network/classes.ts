import type { AddressClass } from '../../facts/network.ts';

const classes: Readonly<Record<string, AddressClass>> = {
  private: 'private',
  carrierGradeNat: 'carrier-grade-nat',
  uniqueLocal: 'unique-local',
  linkLocal: 'link-local',
  loopback: 'loopback',
  unspecified: 'unspecified',
};

/**
 * Where an IP address lies. An IPv4 address inside an IPv6 one counts as itself: mapped (RFC 4291 section 2.5.5.2), and
 * behind NAT64's well-known prefix (RFC 6052 section 2.1), which a DNS64 resolver answers with.
 * Throws for what is no address.
 */
export async function classOf(address: string): Promise<AddressClass> {
  const { default: ipaddr } = await import('ipaddr.js');
  const ip = ipaddr.process(address.replace(/%.*$/, ''));
  const range: string = ip.range();
  if (range === 'rfc6052') return classOf(ip.toByteArray().slice(-4).join('.'));
  return classes[range] ?? 'public';
}
