import { type EdgeList, edgeLists } from './edge-ranges.ts';

type Network = [list: EdgeList, matches: (address: string) => boolean];
let networks: Promise<Network[]> | undefined;

/** The network whose published ranges hold an address; null where none does. */
export async function edgeOf(address: string): Promise<EdgeList | null> {
  networks ??= readNetworks();
  const { default: ipaddr } = await import('ipaddr.js');
  const bare = address.replace(/^\[|\]$/g, '');
  if (!ipaddr.isValid(bare)) return null;
  return (await networks).find(([, matches]) => matches(bare))?.[0] ?? null;
}

/** Its name alone, for an answer that came from there. */
export const edgeOfAddress = async (address: string): Promise<string | null> => (await edgeOf(address))?.name ?? null;

async function readNetworks(): Promise<Network[]> {
  const { default: ipaddr } = await import('ipaddr.js');
  return edgeLists.map((list): Network => {
    const ranges = list.ranges
      .trim()
      .split(/\s+/)
      .map((range) => ipaddr.parseCIDR(range));
    return [
      list,
      (address) => {
        const ip = ipaddr.process(address);
        return ranges.some(([network, bits]) => network.kind() === ip.kind() && ip.match(network, bits));
      },
    ];
  });
}
