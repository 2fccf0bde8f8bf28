import { isIPv4, isIPv6 } from 'node:net';

/** A client's address as RFC 7208 section 5 compares it. */
export interface Address {
  family: 4 | 6;
  /** The canonical form, for the c macro (section 7.3). */
  text: string;
  /** Four or sixteen. */
  bytes: readonly number[];
}

/**
 * "Even if the SMTP connection uses IPv6, an IPv4-mapped IPv6 IP address MUST still be considered an IPv4 address"
 * (section 5).
 * @returns null for what is no address
 */
export function parseAddress(text: string): Address | null {
  if (isIPv4(text)) return ipv4(text.split('.').map(Number));
  if (!isIPv6(text) || text.includes('%')) return null;
  const bytes = ipv6Bytes(text);
  const mapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  if (mapped) return ipv4(bytes.slice(12));
  return { family: 6, text: new URL(`http://[${text}]`).hostname.slice(1, -1), bytes };
}

const ipv4 = (bytes: readonly number[]): Address => ({ family: 4, text: bytes.join('.'), bytes });

/** The sixteen bytes of an address in any of the forms of RFC 4291 section 2.2. */
function ipv6Bytes(text: string): number[] {
  const [head = '', tail] = text.split('::');
  const before = groups(head);
  const after = groups(tail ?? '');
  const gap = Array.from({ length: 16 - before.length - after.length }, () => 0);
  return [...before, ...gap, ...after];
}

function groups(text: string): number[] {
  return text === ''
    ? []
    : text.split(':').flatMap((group) => {
        if (group.includes('.')) return group.split('.').map(Number);
        const value = Number.parseInt(group, 16);
        return [value >> 8, value & 0xff];
      });
}

/** Whether the high-order `prefix` bits are those of the network; never across families. */
export function inNetwork({ family, bytes }: Address, network: string, prefix: number): boolean {
  const of = isIPv4(network) ? network.split('.').map(Number) : ipv6Bytes(network);
  if (of.length !== (family === 4 ? 4 : 16)) return false;
  return bytes.every((byte, index) => {
    const bits = Math.max(0, Math.min(8, prefix - index * 8));
    const mask = (0xff << (8 - bits)) & 0xff;
    return (byte & mask) === ((of[index] ?? 0) & mask);
  });
}

/** For the i macro: dotted quad, or hexadecimal digits with dots between (section 7.3). */
export const dotted = ({ family, text, bytes }: Address): string =>
  family === 4
    ? text
    : bytes
        .flatMap((byte) => [byte >> 4, byte & 0xf])
        .map((digit) => digit.toString(16))
        .join('.');

/** The name whose PTR records an address has (RFC 1035 section 3.5, RFC 3596 section 2.5). */
export function reverseName(address: Address): string {
  const labels = dotted(address).split('.').reverse();
  return `${labels.join('.')}.${address.family === 4 ? 'in-addr' : 'ip6'}.arpa`;
}
