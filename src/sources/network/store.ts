import type { StoreAddress } from '../../facts/env.ts';
import type { StoreExposure } from '../../facts/network.ts';
import { resolveHost } from '../dns/resolve.ts';
import { absent, type Found, type Gathering, known, passOn, unreachable } from '../gathering.ts';
import { classOf } from './classes.ts';
import { contact, type Contacted } from './contact.ts';
import { providerOf } from './managed.ts';

type StoreHost = StoreExposure['hosts'][number];

/** No store has more; the rest is said to be unasked. */
const MAX_ADDRESSES = 16;
const WAIT_MS = 4000;

/**
 * Every address of the hosts that the env under audit names, and what one connection to each public one comes to. From
 * outside only: what an inside resolver and an inside network say tells nothing of the rest of the world.
 */
export async function gatherStore(
  gathering: Gathering,
  name: 'env.database-url' | 'env.redis-url',
): Promise<Found<StoreExposure>> {
  if (gathering.vantage !== 'outside') {
    const side = gathering.vantage === 'inside' ? 'inside' : 'on a side that nobody declared';
    return absent(`only a look from outside can tell, and this one is ${side}`, '--vantage outside', 'needs-vantage');
  }
  const address = await gathering.fact(name);
  if (address.state !== 'known') return passOn(address);
  const unread = unreadable(address.value);
  if (unread) return unread;
  const { key, via, hosts } = address.value;
  const waitedMs = Math.round(Math.min(WAIT_MS, gathering.timeoutMs * 0.4));
  const looked = await Promise.all(hosts.map((host) => lookAt(gathering, host, waitedMs)));
  const names = hosts.map(({ host, port }) => `${host || 'a local socket'}:${port}`).join(', ');
  return known({ key, via, waitedMs, hosts: looked }, `resolving and connecting to ${names} from outside`);
}

/** Why there is no host to look at; null where there is. */
function unreadable({ key, state, place }: StoreAddress): Found<never> | null {
  if (state === 'ok') return null;
  if (state === 'unset') return absent(`${key} is not set`, 'env.files');
  if (state === 'reference' || state === 'encrypted')
    return absent(`${key} is kept in a vault or encrypted: its host is not to be seen here`, 'env.process');
  const where = place ? `${place.file}:${place.line}` : key;
  const because = state === 'placeholder' ? `${key} is a placeholder` : `${key} is no address of this kind of store`;
  return unreachable({ cause: 'malformed', because, fix: `set ${key} to production’s address`, where });
}

async function lookAt(
  gathering: Gathering,
  { host, port, local }: StoreAddress['hosts'][number],
  waitMs: number,
): Promise<StoreHost> {
  const base = { host, port, local, provider: local ? null : providerOf(host) };
  const unasked = { outcome: 'not-asked', because: '', incomplete: null } as const;
  if (local) return { ...base, resolution: unasked, addresses: [] };
  const found = await resolveHost(gathering, host);
  if (found.outcome !== 'ok')
    return { ...base, resolution: { ...found, because: found.because.slice(0, 300), incomplete: null }, addresses: [] };
  const resolution = { outcome: 'ok', because: '', incomplete: found.incomplete?.slice(0, 300) ?? null } as const;
  const addresses = await Promise.all(
    found.addresses.slice(0, 4 * MAX_ADDRESSES).map(async ({ address }, at) => {
      const where = await classOf(address);
      const asked: Promise<Contacted> | Contacted =
        where === 'public' && at < MAX_ADDRESSES
          ? gathering.onHost(address, () => contact(address, port, waitMs, gathering.signal))
          : { outcome: 'not-asked', detail: '' };
      return { address, class: where, ...(await asked) };
    }),
  );
  return { ...base, resolution, addresses };
}
