import { getServers } from 'node:dns';
import { isIP } from 'node:net';
import { type Gathering, LookFailed } from '../gathering.ts';

export interface DnsServer {
  /** An IP address; for https a name too. */
  address: string;
  port: number;
  transport: 'udp' | 'tls' | 'https';
  /** As a person would write it; for https the address that is asked. */
  label: string;
}

const MAX_SHOWN = 200;

/**
 * Whom to ask: `dns.servers` of the settings, else the system's. IP addresses only, but for https: a name needs a server itself.
 * Throws LookFailed for an address that cannot be used.
 */
export function serversOf({ target }: Gathering): DnsServer[] {
  const set = target.settings.dns?.servers;
  if (set) return set.map(parseServer);
  const system = getServers().map(parseServer);
  return system.length > 0 ? system : [parseServer('127.0.0.1')];
}

/** `127.0.0.1`, `127.0.0.1:5353`, `::1`, `[::1]:53`, `tls://127.0.0.1:853`, `https://dns.example.com/dns-query`. */
export function parseServer(text: string): DnsServer {
  const [, scheme = '', rest = ''] = /^(?:([a-z]+):\/\/)?(.*)$/is.exec(text) ?? [];
  const transport = scheme.toLowerCase() || 'udp';
  if (transport === 'https') return overHttps(text);
  if (transport !== 'udp' && transport !== 'tls') throw unusable(text, 'its scheme is not known');
  const parts = isIP(rest) === 6 ? [null, rest] : /^\[?([^[\]]+?)\]?(?::(\d{1,5}))?$/.exec(rest);
  const address = parts?.[1] ?? '';
  const port = Number(parts?.[2] ?? (transport === 'tls' ? 853 : 53));
  if (isIP(address) === 0 || port < 1 || port > 65_535) throw unusable(text, 'it is not an IP address');
  const shown = address.includes(':') ? `[${address}]` : address;
  return { address, port, transport, label: `${transport === 'tls' ? 'tls://' : ''}${shown}:${port}` };
}

function overHttps(text: string): DnsServer {
  const template = text.replace(/\{[?&]dns\}$/, ''); // a POST has no variables (RFC 8484 section 4.1)
  if (!URL.canParse(template)) throw unusable(text, 'it is not an address');
  const url = new URL(template);
  if (url.username || url.password) throw unusable(text, 'a name and password are not sent');
  url.hash = '';
  if (url.pathname === '/') url.pathname = '/dns-query';
  const address = url.hostname.replace(/^\[|\]$/g, '');
  return { address, port: Number(url.port || 443), transport: 'https', label: url.href };
}

function unusable(text: string, why: string): LookFailed {
  const fix =
    'give an IP address with an optional port, or an https address: 127.0.0.1:5353, [::1]:53, tls://127.0.0.1:853, https://dns.example.com/dns-query';
  const because = `dns.servers: ${text.replace(/\/\/[^/]*@/, '//…@').slice(0, MAX_SHOWN)}: ${why}`;
  return new LookFailed({ cause: 'malformed', because, fix, where: 'dns.servers' });
}
