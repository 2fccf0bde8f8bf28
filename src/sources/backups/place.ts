import { existsSync } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { BlockList, isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { resolve } from 'node:path';
import type { Facts } from '../../facts/index.ts';
import { resolveHost } from '../dns/resolve.ts';
import { absent, type Gatherer, type Gathering, known, passOn } from '../gathering.ts';
import { addressOf } from '../postgres/target.ts';
import { volumeOf } from './mounts.ts';

type Place = Facts['backups.place'];

/** Where the backups lie, beside where the database is. */
export const place: Gatherer<'backups.place'> = {
  contacts: false,
  async gather(gathering) {
    const { source } = gathering.target.settings.backups;
    if (!source) return absent('no backup source is configured', 'backups.source');
    const named = addressOf(gathering.target);
    if (!named) return absent('no PostgreSQL address is configured', 'postgres.url');
    // A folder that is not there is the listing's to tell.
    const listing = await gathering.fact('backups.listing');
    if (listing.state !== 'known') return passOn(listing);
    const root = await realpath(resolve(gathering.target.base, source.path));
    const volume = { ...(await volumeAt(root)), sameAsRoot: (await stat(root)).dev === (await stat('/')).dev };
    const hosts = named.address.hosts.map(({ host }) => host);
    const declaredHost = source.host ?? null;
    const beside = declaredHost ?? volume.server;
    const value: Place = {
      declaredHost,
      here: hostname(),
      container: isContainer(),
      volume,
      database: { hosts, reach: await reachOf(gathering, hosts) },
      sameHost: beside === null ? null : await isSameHost(gathering, beside, hosts),
    };
    return known(value, `the volume of ${source.path}, beside ${named.from}`);
  },
};

async function volumeAt(path: string) {
  const mountinfo = await readFile('/proc/self/mountinfo', 'utf8').catch(() => null);
  return mountinfo === null ? { kind: 'unknown' as const, type: null, server: null } : volumeOf(mountinfo, path);
}

const isContainer = () =>
  existsSync('/.dockerenv') || existsSync('/run/.containerenv') || process.env.KUBERNETES_SERVICE_HOST !== undefined;

/** Bridges on which containers and virtual machines of this machine have their addresses. */
const bridges = /^(?:docker|br-|virbr|veth|vnet|cni|flannel|cali|podman|lxc|lxd|incus|nerdctl)/;

async function reachOf(gathering: Gathering, hosts: readonly string[]): Promise<Place['database']['reach']> {
  const each = await Promise.all(hosts.map((host) => addressesOf(gathering, host)));
  const addresses = each.flat();
  const here = addresses.some(isOwn);
  if (here && gathering.target.settings.postgres.via !== 'direct') return 'behind-proxy';
  if (here) return 'this-machine';
  if (addresses.some(isOnBridge)) return 'container-network';
  return each.every((one) => one.length > 0) ? 'elsewhere' : 'unknown';
}

/** The socket's folder counts as an address of this machine; a name that nobody resolves has none. */
async function addressesOf(gathering: Gathering, host: string): Promise<string[]> {
  if (host.startsWith('/') || host === 'localhost') return ['127.0.0.1'];
  if (isIP(host) === 0 && !gathering.target.live) return [];
  const found = await resolveHost(gathering, host);
  return found.outcome === 'ok' ? found.addresses.map(({ address }) => address) : [];
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

function isOwn(address: string): boolean {
  if (loopback.check(address, familyOf(address))) return true;
  return Object.values(networkInterfaces()).some((all) => all?.some((one) => one.address === address));
}

function isOnBridge(address: string): boolean {
  return Object.entries(networkInterfaces()).some(([name, all]) => {
    if (!bridges.test(name)) return false;
    return all?.some(({ cidr, family }) => {
      const [net, bits] = cidr?.split('/') ?? [];
      if (net === undefined || isIP(address) !== (family === 'IPv6' ? 6 : 4)) return false;
      const subnet = new BlockList();
      subnet.addSubnet(net, Number(bits), family === 'IPv6' ? 'ipv6' : 'ipv4');
      return subnet.check(address, familyOf(address));
    });
  });
}

const plain = (host: string) => host.toLowerCase().replace(/\.$/, '');

/** By name; else by address, where both have one; two names of this machine are one host. */
async function isSameHost(gathering: Gathering, store: string, hosts: readonly string[]): Promise<boolean> {
  if (hosts.some((host) => plain(host) === plain(store))) return true;
  const ofStore = plain(store) === plain(hostname()) ? ['127.0.0.1'] : await addressesOf(gathering, store);
  const ofHosts = (await Promise.all(hosts.map((host) => addressesOf(gathering, host)))).flat();
  if (ofStore.some(isOwn) && ofHosts.some(isOwn)) return true;
  return ofStore.some((address) => ofHosts.includes(address));
}
