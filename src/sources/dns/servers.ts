import { getServers } from 'node:dns';
import { isIP } from 'node:net';
import { type Gathering, LookFailed } from '../gathering.ts';

export interface DnsServer {
  address: string;
  port: number;
  transport: 'udp' | 'tls';
  /** As a person would write it. */
  label: string;
}

/**
 * Whom to ask: `dns.servers` of the settings, else the system's. IP addresses only: a name would need a server itself.
 * Throws LookFailed for an address that cannot be used.
 */
export function serversOf({ target }: Gathering): DnsServer[] {
  const set = target.settings.dns?.servers;
  if (set) return set.map(parseServer);
  const system = getServers().map(parseServer);
  return system.length > 0 ? system : [parseServer('127.0.0.1')];
}

/** `127.0.0.1`, `127.0.0.1:5353`, `::1`, `[::1]:53`, `tls://127.0.0.1:853`. */
export function parseServer(text: string): DnsServer {
  if (/^https:/i.test(text)) throw unusable(text, 'DNS over HTTPS is not in this version');
  const [, scheme = '', rest = ''] = /^(?:([a-z]+):\/\/)?(.*)$/is.exec(text) ?? [];
  const transport = scheme.toLowerCase() === 'tls' ? 'tls' : 'udp';
  if (scheme && transport === 'udp' && scheme.toLowerCase() !== 'udp') throw unusable(text, 'its scheme is not known');
  const parts = isIP(rest) === 6 ? [null, rest] : /^\[?([^[\]]+?)\]?(?::(\d{1,5}))?$/.exec(rest);
  const address = parts?.[1] ?? '';
  const port = Number(parts?.[2] ?? (transport === 'tls' ? 853 : 53));
  if (isIP(address) === 0 || port < 1 || port > 65_535) throw unusable(text, 'it is not an IP address');
  const shown = address.includes(':') ? `[${address}]` : address;
  return { address, port, transport, label: `${transport === 'tls' ? 'tls://' : ''}${shown}:${port}` };
}

function unusable(text: string, why: string): LookFailed {
  const fix = 'give an IP address with an optional port: 127.0.0.1:5353, [::1]:53, tls://127.0.0.1:853';
  return new LookFailed({ cause: 'malformed', because: `dns.servers: ${text}: ${why}`, fix, where: 'dns.servers' });
}
