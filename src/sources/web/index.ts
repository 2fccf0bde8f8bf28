import type { webFacts } from '../../facts/web.ts';
import { type Found, type Gatherers, type Gathering, known } from '../gathering.ts';
import { whenReached } from '../http/connection.ts';
import { type Crawl, crawlOf } from '../http/crawl.ts';
import { asGet } from '../http/site.ts';
import { type Assets, assetsOf, foreignOf } from './assets.ts';
import { imagesOf } from './images.ts';
import { transferOf } from './transfers.ts';

/** Shares of the look's time: the walk ends as for the site's other facts, then the assets that it left out. */
const WALK = 0.8;
const ASSETS = 0.9;
const MAX_ANSWERS = 200;

interface Looked {
  gathering: Gathering;
  crawl: Crawl;
  assets: Assets;
  /** What both facts have. */
  base: {
    site: string;
    pagesAsked: boolean;
    pages: number;
    missed: Crawl['missed'];
    foreign: ReturnType<typeof foreignOf>;
  };
  ends: number;
}

const ofAssets = <T>(reduce: (looked: Looked) => Promise<T>) => ({
  contacts: true,
  gather: (gathering: Gathering): Promise<Found<T>> => {
    const after = (share: number) => performance.now() + gathering.timeoutMs * share;
    const [walkEnds, ends] = [after(WALK), after(ASSETS)];
    return whenReached(gathering, async ({ url }) => {
      const crawl = await crawlOf(gathering, { url, from: 'site.url' }, walkEnds);
      const assets = await assetsOf(gathering, url, crawl, ends);
      const pages = crawl.seen.filter(({ kind, page }) => kind === 'page' && page).length;
      const base = {
        site: url.origin,
        pagesAsked: crawl.pagesAsked,
        pages,
        missed: assets.missed,
        foreign: foreignOf(assets),
      };
      const value = await reduce({ gathering, crawl, assets, base, ends });
      return known(value, `${asGet(url)} and ${assets.seen.length - 1} more`);
    });
  },
});

export const webGatherers: Gatherers<typeof webFacts> = {
  'web.transfers': ofAssets(async ({ assets, base }) => ({
    ...base,
    answers: await Promise.all(assets.seen.slice(0, MAX_ANSWERS).map(transferOf)),
    unasked: assets.unasked.length,
  })),
  'web.images': ofAssets(async ({ gathering, crawl, assets, base, ends }) => ({
    ...base,
    images: await imagesOf(gathering, crawl, assets.seen, ends),
    unasked: assets.unasked.filter(({ kind }) => kind === 'image').length,
  })),
};
