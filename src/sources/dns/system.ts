import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';

/** What the system knows besides its name servers: names of /etc/hosts, and the domains that short names are tried in. */
export interface SystemNames {
  hosts: ReadonlyMap<string, readonly string[]>;
  search: readonly string[];
  /** A name with fewer dots is tried in the search domains first (resolv.conf(5)). */
  ndots: number;
}

const MAX_BYTES = 1024 * 1024;
const MAX_SEARCH = 6;

export async function readSystemNames(): Promise<SystemNames> {
  const [hosts, resolver] = await Promise.all(['/etc/hosts', '/etc/resolv.conf'].map(textOf));
  return { hosts: parseHosts(hosts ?? ''), ...parseResolver(resolver ?? '') };
}

async function textOf(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).slice(0, MAX_BYTES);
  } catch {
    return ''; // a system without that file
  }
}

/** hosts(5): an address, then names, `#` begins a comment. */
export function parseHosts(text: string): Map<string, string[]> {
  const hosts = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (isIP(address) === 0) continue;
    for (const name of names) {
      const key = name.toLowerCase();
      const addresses = hosts.get(key) ?? [];
      if (!addresses.includes(address)) hosts.set(key, [...addresses, address]);
    }
  }
  return hosts;
}

/** resolv.conf(5): the last of `search` and `domain` counts. */
export function parseResolver(text: string): { search: string[]; ndots: number } {
  let search: string[] = [];
  let ndots = 1;
  for (const line of text.split('\n')) {
    const [word = '', ...rest] = line
      .replace(/[#;].*/, '')
      .trim()
      .split(/\s+/);
    if (word === 'search' || word === 'domain') search = rest.slice(0, MAX_SEARCH);
    if (word === 'options') {
      const set = rest.map((option) => /^ndots:(\d{1,2})$/.exec(option)?.[1]).find((dots) => dots !== undefined);
      if (set !== undefined) ndots = Number(set);
    }
  }
  return { search: search.map((domain) => domain.replace(/\.$/, '').toLowerCase()), ndots };
}

/** The names to ask for, in order, for a host as a program would be given it. */
export function candidates(host: string, { search, ndots }: Pick<SystemNames, 'search' | 'ndots'>): string[] {
  if (host.endsWith('.')) return [host.slice(0, -1)];
  const dots = host.split('.').length - 1;
  const searched = search.map((domain) => `${host}.${domain}`);
  return dots >= ndots ? [host, ...searched] : [...searched, host];
}
