import { randomBytes } from 'node:crypto';
import { type AnswerKind, answerKinds, type Missed } from '../../facts/http.ts';
import type { Gathering } from '../gathering.ts';
import { lookAt, redirectOf, type Seen } from './look.ts';
import { ACCEPT_PAGE, type Site, type SiteRequest } from './site.ts';

/** What a fact that rests on the walk is made from. */
export interface Walked {
  gathering: Gathering;
  site: Site;
  crawl: Crawl;
  /** When its own requests must be over, by performance.now(). */
  ends: number;
}

export interface Crawl {
  pagesAsked: boolean;
  seen: Seen[];
  missed: Missed[];
}

const MAX_PAGES = 10;
const MAX_ASSETS = 10;
const MAX_API = 20;
/** For answers of which only the head counts. */
const HEAD_ONLY = 64 * 1024;
/** Images are looked at whole, up to five times of what is too heavy. */
export const IMAGE_BYTES = 1024 * 1024;
/** What a browser asks an image with (Fetch Standard, "Accept"): servers choose the format by it. */
export const ACCEPT_IMAGE = 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8';

/** The walk over the site, done once in an audit and shared by the facts on it. @param ends by performance.now() */
export const crawlOf = (gathering: Gathering, site: Site, ends: number): Promise<Crawl> =>
  gathering.share('http crawl', () => new Walk(gathering, site, ends).walk());

class Walk {
  readonly #gathering: Gathering;
  readonly #site: Site;
  readonly #ends: number;
  readonly #visited = new Set<string>();
  readonly #crawl: Crawl;

  constructor(gathering: Gathering, site: Site, ends: number) {
    this.#gathering = gathering;
    this.#site = site;
    this.#ends = ends;
    this.#crawl = { pagesAsked: gathering.target.settings.site.pages?.length !== 0, seen: [], missed: [] };
  }

  async walk(): Promise<Crawl> {
    this.#gathering.progress(`${this.#site.url.host}: pages, assets, errors`);
    const { pages, api, redirect } = this.#gathering.target.settings.site;
    const at = (path: string) => new URL(path, this.#site.url);
    const unknown = at(`/svcheck-${randomBytes(6).toString('hex')}`);
    await Promise.all([
      pages ? this.#pages(pages.map(at), false) : this.#pages([this.#site.url], true),
      this.#look('not-found', unknown, { accept: ACCEPT_PAGE }),
      this.#plainHttp(),
      ...(redirect ? [this.#look('redirect', at(redirect), { accept: ACCEPT_PAGE, maxBytes: HEAD_ONLY })] : []),
      ...api
        .slice(0, MAX_API)
        .map((path) => this.#look('api', at(path), { accept: 'application/json', maxBytes: HEAD_ONLY })),
    ]);
    await this.#assets();
    const { pagesAsked, seen, missed } = this.#crawl;
    return { pagesAsked, seen: seen.sort(byKind), missed: missed.sort(byKind) };
  }

  /** The pages asked for, those that they redirect to, and with `links` those that they lead to. */
  async #pages(start: readonly URL[], links: boolean): Promise<void> {
    let left = links ? MAX_PAGES : start.length + MAX_PAGES;
    let next = start.map((url) => ({ url, key: url.origin + url.pathname + url.search }));
    for (let round = 0; next.length > 0 && round < MAX_PAGES; round += 1) {
      const fresh = next.filter(({ url, key }) => url.origin === this.#site.url.origin && this.#isNew(key));
      const now = fresh.slice(0, left);
      left -= now.length;
      const seen = await Promise.all(now.map(({ url }) => this.#look('page', url, { accept: ACCEPT_PAGE })));
      const pages = seen.filter((one) => one !== null);
      const onward = pages.flatMap((one) => {
        const to = redirectOf(one);
        return to && (links || leadsOn(one.url, to)) ? [to] : [];
      });
      const linked = links ? pages.flatMap((one) => one.page?.links.map((link) => new URL(link)) ?? []) : [];
      next = [
        ...onward.map((url) => ({ url, key: url.origin + url.pathname + url.search })),
        // One of the pages that differ in their query alone is enough.
        ...linked.filter(isPageLink).map((url) => ({ url, key: url.origin + url.pathname })),
      ];
    }
  }

  #isNew(key: string): boolean {
    const isNew = !this.#visited.has(key);
    this.#visited.add(key);
    return isNew;
  }

  /** What port 80 says: a redirect, as a rule. That it is closed is no fault here. */
  async #plainHttp(): Promise<void> {
    const { http } = this.#gathering.target.settings.site;
    const { url } = this.#site;
    if (url.protocol === 'http:' && !http) return;
    const plain = http ? new URL(http) : new URL(`http://${url.hostname}${url.pathname}`);
    await this.#look('plain-http', plain, { accept: ACCEPT_PAGE, maxBytes: HEAD_ONLY });
  }

  async #assets(): Promise<void> {
    const pages = this.#crawl.seen.flatMap(({ page }) => page ?? []);
    const own = (addresses: readonly string[]) =>
      [...new Set(addresses)]
        .map((address) => new URL(address))
        .filter((url) => url.origin === this.#site.url.origin)
        .slice(0, MAX_ASSETS);
    // Scripts are read whole, up to the usual bound: what they hold is searched for secrets.
    const look = (kind: AnswerKind) => (url: URL) =>
      this.#look(kind, url, kind === 'script' ? {} : { maxBytes: HEAD_ONLY });
    const image = (url: URL) => this.#look('image', url, { accept: ACCEPT_IMAGE, maxBytes: IMAGE_BYTES });
    await Promise.all([
      ...own(pages.flatMap(({ scripts }) => scripts.map(({ src }) => src))).map(look('script')),
      ...own(pages.flatMap(({ styles }) => styles)).map(look('style')),
      ...own(pages.flatMap(({ images }) => images)).map(image),
    ]);
  }

  async #look(kind: AnswerKind, url: URL, asked: SiteRequest): Promise<Seen | null> {
    const found = await lookAt(this.#gathering, kind, url, asked, this.#ends);
    if ('cause' in found) {
      // Whether port 80 answers is not this look's business.
      if (kind !== 'plain-http') this.#crawl.missed.push(found);
      return null;
    }
    this.#crawl.seen.push(found);
    return found;
  }
}

/** The order in which the answers came is nobody's concern. */
const byKind = (a: Seen | Missed, b: Seen | Missed): number =>
  answerKinds.indexOf(a.kind) - answerKinds.indexOf(b.kind) || (String(a.url) < String(b.url) ? -1 : 1);

/**
 * A page that was named and redirects to a place below it (`/docs` to `/docs/`, `/` to `/en`) is looked at there. One
 * that leads elsewhere, to a login as a rule, was not seen.
 */
const leadsOn = (asked: URL, to: URL): boolean => to.pathname.startsWith(asked.pathname.replace(/\/$/, ''));

/** Not what ends a session or takes something away, although nobody is signed in; and no download. */
const isPageLink = ({ pathname }: URL): boolean =>
  !/log-?out|sign-?out|delete|remove|unsubscribe/i.test(pathname) && !/\.(?!html?$)[a-z0-9]{2,5}$/i.test(pathname);
