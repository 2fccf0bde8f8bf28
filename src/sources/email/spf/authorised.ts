import type { Facts } from '../../../facts/index.ts';
import type { EmailProvider } from '../domain.ts';
import { parseAddress } from './address.ts';
import { checkHost } from './check-host.ts';
import { providerSpf } from './providers.ts';
import type { SpfLookup } from './session.ts';
import type { Network, SpfTree } from './tree.ts';
import { type SpfWalk, walkSpf } from './walk.ts';

type SeenProvider = NonNullable<Facts['email.spf']['provider']>;

/** Enough that no large network of a provider is left out, few enough to be judged one by one. */
const MAX_CHECKED = 12;

/**
 * Whether the envelope domain's record authorises the provider, as a receiver would find: check_host() for addresses of
 * the networks that the provider's own include lists.
 * @param tree of the envelope domain
 */
export async function providerOf(
  { name, from }: { name: EmailProvider; from: string },
  envelope: string,
  tree: Promise<SpfTree>,
  lookup: SpfLookup,
): Promise<SeenProvider> {
  const { includes } = providerSpf[name];
  const usual = walkSpf(includes[0], lookup); // at once: its answers do not depend on the envelope's tree
  const { nodes } = await tree;
  const named = includes.find((include) => nodes.some(({ domain }) => domain?.toLowerCase() === include)) ?? null;
  const walk = named === null || named === includes[0] ? await usual : await walkSpf(named, lookup);
  const addresses = spread(
    walk.networks.map(({ network }) => network),
    MAX_CHECKED,
  );
  const checked = await Promise.all(
    addresses.map(async (address) => {
      const { result, because } = await checkHost({ ip: address, domain: envelope, sender: envelope, lookup });
      return { address, result, because: because.slice(0, 300) };
    }),
  );
  return { name, from, includes: [...includes], named, networks: walk.networks.length, ...troubleOf(walk), checked };
}

/** Why no networks are known. */
function troubleOf({ tree, networks }: SpfWalk): Pick<SeenProvider, 'because' | 'failure'> {
  const [root] = tree.nodes;
  const failure = root && ['servfail', 'refused', 'timeout'].includes(root.outcome) ? root.outcome : null;
  if (networks.length > 0 || !root) return { because: '', failure: null };
  return {
    because: root.because || `${tree.domain} lists no network`,
    failure: failure as SeenProvider['failure'],
  };
}

/** So many of a list, evenly, the first and the last among them. */
function spread(list: readonly Network['network'][], most: number): string[] {
  const known = [...new Set(list)].filter((network) => parseAddress(network) !== null);
  if (known.length <= most) return known;
  const step = (known.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, index) => known[Math.round(index * step)] ?? '');
}
