import type { Facts } from '../../facts/index.ts';
import { envTrouble } from '../env/trouble.ts';
import { type Found, type Gathering, known, type UnreachableOptions, unreachable } from '../gathering.ts';
import { whenReached } from '../http/connection.ts';
import { type Crawl, crawlOf } from '../http/crawl.ts';
import { lookAt, type Seen } from '../http/look.ts';
import { printable } from '../http/request.ts';
import { asGet, type Site } from '../http/site.ts';
import { inBytes } from './details.ts';
import { maskOf, whatOf } from './masked.ts';
import { Matcher } from './matcher.ts';
import { rules } from './rules/index.ts';
import { importsIn, sourceMapOf } from './scripts.ts';
import { soughtOf } from './sought.ts';

type Assets = Facts['secrets.assets'];

/** What was seen by then is worth more than a look that the engine cuts. */
const WALK = 0.7;
const ALL = 0.95;
/** Scripts and source maps asked for beyond those of the crawl; of each at most so many bytes. */
const MOST_ASKED = 60;
const LARGEST = 8 * 1024 * 1024;
const MOST_FINDINGS = 50;
const NAMED = 20;

/** A page may carry a token for its visitor: that one is made to be there. */
const sought = rules.filter(({ id }) => id !== 'jwt');

/** Searches what the site sends to everybody: its pages, its scripts and what they import, their source maps. */
export async function gatherAssets(gathering: Gathering): Promise<Found<Assets>> {
  const after = (share: number) => performance.now() + gathering.timeoutMs * share;
  const [walkEnds, ends] = [after(WALK), after(ALL)];
  return whenReached(gathering, async (site) => {
    const crawl = await crawlOf(gathering, site, walkEnds);
    const search = new Search(gathering, site, ends);
    await search.all(crawl);
    return search.outcome(crawl);
  });
}

class Search {
  readonly #gathering: Gathering;
  readonly #site: Site;
  readonly #ends: number;
  readonly #matcher: Matcher;
  readonly #values: number;
  readonly #asked = new Set<string>();
  readonly #missed = new Set<string>();
  readonly #found = new Map<string, Assets['findings'][number]>();
  #left = MOST_ASKED;
  #counts = { pages: 0, scripts: 0, maps: 0, bytes: 0 };

  constructor(gathering: Gathering, site: Site, ends: number) {
    const values = soughtOf(gathering.target);
    this.#gathering = gathering;
    this.#site = site;
    this.#ends = ends;
    this.#matcher = new Matcher(values, sought);
    this.#values = new Set(values.map(({ key }) => key)).size;
  }

  async all({ seen, missed }: Crawl): Promise<void> {
    for (const { kind, url } of missed) if (kind === 'page' || kind === 'script') this.#missed.add(url);
    for (const one of seen) this.#asked.add(one.url.href);
    const pages = seen.filter(
      ({ kind, answer }) => (kind === 'page' || kind === 'not-found') && answer.body.length > 0,
    );
    for (const page of pages) this.#search('pages', page);
    const listed = pages.flatMap(({ page }) => page?.scripts.map(({ src }) => src) ?? []);
    let scripts = seen.filter(({ kind }) => kind === 'script');
    let wanted = listed;
    // What scripts import is found in them only: SvelteKit's pages, say, are three steps from the first script.
    for (let round = 0; round < 4 && (scripts.length > 0 || wanted.length > 0); round += 1) {
      const maps: string[] = [];
      for (const script of scripts) {
        this.#search('scripts', script);
        const text = script.answer.body.toString('latin1');
        wanted.push(...importsIn(text, script.url));
        const map = sourceMapOf(text, script.answer.headers, script.url);
        if (map?.inline) this.#bytes('maps', script.url.href, map.inline);
        if (map?.url) maps.push(map.url);
      }
      for (const map of await this.#fetch(maps)) this.#search('maps', map);
      scripts = await this.#fetch(wanted);
      wanted = [];
    }
  }

  outcome({ missed }: Crawl): Found<Assets> {
    const { target } = this.#gathering;
    const trouble = envTrouble(target.env);
    if (trouble && this.#found.size === 0) return unreachable(trouble);
    if (this.#counts.pages === 0) {
      const { cause, because, fix } = missed[0] ?? nothing;
      return unreachable({ cause, because, fix, where: asGet(this.#site.url) });
    }
    const found = [...this.#found.values()];
    return known(
      {
        ...this.#counts,
        values: this.#values,
        formats: sought.length,
        findings: found.slice(0, MOST_FINDINGS),
        more: Math.max(0, found.length - MOST_FINDINGS),
        missed: this.#missed.size,
        missedUrls: [...this.#missed].slice(0, NAMED),
      },
      `${asGet(this.#site.url)} and what it leads to`,
    );
  }

  #search(as: 'pages' | 'scripts' | 'maps', { url, answer }: Seen): void {
    if (answer.truncated) this.#missed.add(printable(url));
    // What answers no script is searched for nothing: an error page says nothing of what the script holds.
    if (answer.status === 200 || as === 'pages') this.#bytes(as, printable(url), answer.body);
    else this.#missed.add(printable(url));
  }

  #bytes(as: 'pages' | 'scripts' | 'maps', url: string, bytes: Buffer): void {
    this.#counts[as] += 1;
    this.#counts.bytes += bytes.length;
    for (const { kind, key, value, line } of inBytes(this.#matcher, bytes)) {
      const finding = { kind, what: whatOf(kind), key, masked: maskOf(kind, value), url, line };
      const same = `${kind}\0${value}\0${url}`;
      if (!this.#found.has(same)) this.#found.set(same, finding);
    }
  }

  /** Addresses of the site's own that nobody has asked yet. */
  async #fetch(addresses: readonly string[]): Promise<Seen[]> {
    const fresh = [...new Set(addresses)].filter((address) => {
      const own = URL.canParse(address) && new URL(address).origin === this.#site.url.origin;
      return own && !this.#asked.has(address) && this.#asked.add(address);
    });
    const now = fresh.slice(0, this.#left);
    this.#left -= now.length;
    for (const address of fresh.slice(now.length)) this.#missed.add(address);
    const asked = { maxBytes: LARGEST };
    const looks = now.map((address) => lookAt(this.#gathering, 'script', new URL(address), asked, this.#ends));
    const seen: Seen[] = [];
    for (const one of await Promise.all(looks)) {
      if ('cause' in one) this.#missed.add(one.url);
      else seen.push(one);
    }
    return seen;
  }
}

const nothing: Pick<UnreachableOptions, 'cause' | 'because' | 'fix'> = {
  cause: 'malformed',
  because: 'the site has no page to look at',
  fix: 'name its pages in site.pages',
};
