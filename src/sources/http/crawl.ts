import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type AnswerKind, answerKinds, type Missed } from '../../facts/http.ts';
import { lineOf } from '../errors.ts';
import { type Gathering, LookFailed } from '../gathering.ts';
import { isHtml, parseContentType } from './fields.ts';
import { type Page, readPage } from './html.ts';
import { type Answer, printable } from './request.ts';
import { ACCEPT_PAGE, askSite, type Site, type SiteRequest } from './site.ts';

/** One answer with what its markup says, before it is reduced to facts. */
export interface Seen {
  kind: AnswerKind;
  url: URL;
  answer: Answer;
  contentType: string | null;
  html: boolean;
  /** Null where it is no HTML, or a redirect. */
  page: Page | null;
}

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
const AGAIN_MS = 250;

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
      const onward = pages.flatMap((one) => redirectOf(one) ?? []);
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
    const look = (kind: AnswerKind) => (url: URL) => this.#look(kind, url, { maxBytes: HEAD_ONLY });
    await Promise.all([
      ...own(pages.flatMap(({ scripts }) => scripts.map(({ src }) => src))).map(look('script')),
      ...own(pages.flatMap(({ styles }) => styles)).map(look('style')),
      ...own(pages.flatMap(({ images }) => images)).map(look('image')),
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

/** One answer, asked for once more where a reset or a 503 may have passed by then. @param ends by performance.now() */
export async function lookAt(
  gathering: Gathering,
  kind: AnswerKind,
  url: URL,
  asked: SiteRequest,
  ends: number,
): Promise<Seen | Missed> {
  for (let tried = 0; ; tried += 1) {
    const timeoutMs = Math.round(Math.min(ends - performance.now(), gathering.timeoutMs * 0.4));
    try {
      const answer = await askSite(gathering, url, { ...asked, timeoutMs: Math.max(1, timeoutMs) });
      if (answer.status === 503 && tried === 0) {
        await pause(AGAIN_MS);
        continue;
      }
      if (answer.status === 429) return missed(kind, url, limited);
      return await seenOf(kind, url, answer);
    } catch (error) {
      if (!(error instanceof LookFailed)) throw error;
      if (error.outcome.transient !== true || tried > 0) return missed(kind, url, error.outcome);
      await pause(AGAIN_MS);
    }
  }
}

const limited = {
  cause: 'rate-limited',
  because: 'the site answered 429: it limits how often svcheck may ask',
  fix: 'allow the address that svcheck looks from, or name fewer pages (site.pages)',
} as const;

const missed = (
  kind: AnswerKind,
  url: URL,
  { cause, because, fix }: Pick<Missed, 'cause' | 'because' | 'fix'>,
): Missed => ({
  kind,
  url: printable(url),
  cause,
  because,
  fix,
});

async function seenOf(kind: AnswerKind, url: URL, answer: Answer): Promise<Seen> {
  const { type, charset } = parseContentType(fieldOf(answer, 'content-type')[0]);
  const redirects = answer.status >= 300 && answer.status < 400;
  const html = isHtml(type);
  const page = html && !redirects && answer.body.length > 0 ? await readPage(textOf(answer.body, charset), url) : null;
  const as = redirects && (kind === 'plain-http' || kind === 'page') ? 'redirect' : kind;
  return { kind: as, url, answer, contentType: type, html, page };
}

/** The values of a field, in the order of its lines. @param name lower case */
export const fieldOf = (answer: Answer, name: string): string[] =>
  answer.headers.flatMap(([sent, value]) => (sent.toLowerCase() === name ? [value] : []));

function textOf(body: Buffer, charset: string | null): string {
  try {
    return new TextDecoder(charset ?? 'utf-8').decode(body);
  } catch (error) {
    // An unknown charset's name; browsers guess then.
    if (error instanceof RangeError) return body.toString('utf8');
    throw new Error(lineOf(error), { cause: error });
  }
}

/** Where an answer redirects to; null where it does not. */
export function redirectOf({ answer, url }: Pick<Seen, 'answer' | 'url'>): URL | null {
  const [location] = fieldOf(answer, 'location');
  if (answer.status < 300 || answer.status > 399 || location === undefined) return null;
  return URL.canParse(location, url.href) ? new URL(location, url.href) : null;
}

/** Not what ends a session or takes something away, although nobody is signed in; and no download. */
const isPageLink = ({ pathname }: URL): boolean =>
  !/log-?out|sign-?out|delete|remove|unsubscribe/i.test(pathname) && !/\.(?!html?$)[a-z0-9]{2,5}$/i.test(pathname);
