import type { AnswerKind, Missed } from '../../facts/http.ts';
import { ACCEPT_IMAGE, type Crawl, IMAGE_BYTES } from '../http/crawl.ts';
import { lookAt, type Seen } from '../http/look.ts';
import { printable } from '../http/request.ts';
import type { Gathering } from '../gathering.ts';
import { networkOf, ownHosts } from './own.ts';

type AssetKind = Extract<AnswerKind, 'script' | 'style' | 'image'>;
interface Asset {
  kind: AssetKind;
  url: URL;
}

export interface Assets {
  /** Those of the walk, and the site's own that it left out: on its other hosts, and images beyond its bound. */
  seen: Seen[];
  missed: Missed[];
  unasked: Asset[];
  foreign: Asset[];
}

/** Requests on top of the walk's: what is left of the budget of a host when all else is done. */
const MORE = 20;
const MORE_SCRIPTS = 5;
const HEAD_ONLY = 64 * 1024;

/** The assets of the pages that were walked, each looked at once in an audit. @param ends by performance.now() */
export function assetsOf(gathering: Gathering, site: URL, crawl: Crawl, ends: number): Promise<Assets> {
  return gathering.share('web assets', async () => {
    const isOwn = await ownHosts(site);
    const known = new Set([...crawl.seen, ...crawl.missed].map(({ url }) => addressOf(url)));
    const rest = all(crawl).filter(({ url }) => !known.has(addressOf(url)));
    const own = rest.filter(({ url }) => isOwn(url));
    const few = (kind: AssetKind, size: number) => own.filter((one) => one.kind === kind).slice(0, size);
    const asked = [
      ...few('script', MORE_SCRIPTS),
      ...few('style', MORE_SCRIPTS),
      ...few('image', MORE - 2 * MORE_SCRIPTS),
    ];
    const looks = await Promise.all(
      asked.map(({ kind, url }) => {
        const image = { accept: ACCEPT_IMAGE, maxBytes: IMAGE_BYTES };
        return lookAt(gathering, kind, url, kind === 'image' ? image : { maxBytes: HEAD_ONLY }, ends);
      }),
    );
    return {
      seen: [...crawl.seen, ...looks.filter((one): one is Seen => !('cause' in one))],
      missed: [...crawl.missed, ...looks.filter((one): one is Missed => 'cause' in one)],
      unasked: own.filter((one) => !asked.includes(one)),
      foreign: rest.filter(({ url }) => !isOwn(url)),
    };
  });
}

function all({ seen }: Crawl): Asset[] {
  const assets = new Map<string, Asset>();
  const add = (kind: AssetKind, addresses: readonly string[]) => {
    for (const address of addresses) assets.set(address, { kind, url: new URL(address) });
  };
  for (const { page } of seen) {
    if (!page) continue;
    add(
      'script',
      page.scripts.map(({ src }) => src),
    );
    add('style', page.styles);
    add('image', page.images);
  }
  return [...assets.values()];
}

/** As facts have it, so that both can be compared. */
const addressOf = (url: URL | string): string => printable(new URL(url));

const MAX_HOSTS = 50;

/** The hosts that are not the site's, with what the pages load from them. */
export function foreignOf({ foreign }: Assets) {
  const hosts = new Map<
    string,
    { host: string; scripts: number; styles: number; images: number; cdn: string | null }
  >();
  for (const { kind, url } of foreign) {
    const host = url.host.slice(0, 253);
    const one = hosts.get(host) ?? { host, scripts: 0, styles: 0, images: 0, cdn: networkOf(url.hostname) };
    one[`${kind}s`] += 1;
    if (hosts.has(host) || hosts.size < MAX_HOSTS) hosts.set(host, one);
  }
  return [...hosts.values()];
}
