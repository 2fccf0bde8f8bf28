import type { httpFacts } from '../../facts/http.ts';
import { type Found, type Gatherers, type Gathering, known } from '../gathering.ts';
import { answersOf, cookiesOf, hstsOf } from './answers.ts';
import { gatherConnection, whenReached } from './connection.ts';
import { type Crawl, crawlOf, type Walked } from './crawl.ts';
import { developmentOf } from './development.ts';
import { gatherHealth } from './health.ts';
import { cspOf } from './policies.ts';
import { asGet, type Site } from './site.ts';

/** What was seen by then is worth more than a look that the engine cuts. */
const WALK = 0.8;
const ALL = 0.95;

type Reduce<T> = (walked: Walked) => Promise<Found<T>>;

/** A fact that is read off the walk over the site. */
const ofCrawl = <T>(reduce: Reduce<T>) => ({
  contacts: true,
  gather: (gathering: Gathering): Promise<Found<T>> => {
    const after = (share: number) => performance.now() + gathering.timeoutMs * share;
    const [walkEnds, ends] = [after(WALK), after(ALL)];
    return whenReached(gathering, async (site) =>
      reduce({ gathering, site, crawl: await crawlOf(gathering, site, walkEnds), ends }),
    );
  },
});

/** `GET https://app.example.com/ and 12 more` */
const whereOf = (site: Site, { seen }: Crawl): string =>
  asGet(site.url) + (seen.length > 1 ? ` and ${seen.length - 1} more` : '');

export const httpGatherers: Gatherers<typeof httpFacts> = {
  'http.connection': { contacts: true, gather: gatherConnection },
  'http.answers': ofCrawl(async ({ site, crawl }) => known(answersOf(site, crawl), whereOf(site, crawl))),
  'http.csp': ofCrawl(async (walked) => known(await cspOf(walked), whereOf(walked.site, walked.crawl))),
  'http.cookies': ofCrawl(async ({ gathering, site, crawl }) =>
    known(await cookiesOf(site, crawl, gathering.now), whereOf(site, crawl)),
  ),
  'http.hsts': ofCrawl(async ({ site, crawl }) => known(hstsOf(site, crawl), whereOf(site, crawl))),
  'http.development': ofCrawl(developmentOf),
  'http.health-first': { stage: 'first', contacts: true, gather: gatherHealth },
  'http.health-last': { stage: 'last', contacts: true, gather: gatherHealth },
};
