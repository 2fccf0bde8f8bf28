import type { Answers, Cookie, HstsAnswer, SiteAnswer } from '../../facts/http.ts';
import type { Facts } from '../../facts/index.ts';
import { parseCookies } from './cookies.ts';
import type { Crawl } from './crawl.ts';
import { listOf, parseMetaReferrer, parseReferrerPolicy } from './fields.ts';
import { parseHsts } from './hsts.ts';
import { fieldOf, redirectOf, type Seen } from './look.ts';
import { printable } from './request.ts';
import type { Site } from './site.ts';

/** The fields that any line of the checklist reads; Set-Cookie is not among them: it holds sessions. */
const FIELDS = [
  'cache-control',
  'content-encoding',
  'content-security-policy',
  'content-security-policy-report-only',
  'content-type',
  'referrer-policy',
  'server',
  'strict-transport-security',
  'vary',
  'x-content-type-options',
  'x-frame-options',
  'x-powered-by',
  'x-xss-protection',
];
const MAX_VALUE = 2000;
const MAX_LINES = 20;

export function answersOf({ url }: Site, { pagesAsked, seen, missed }: Crawl): Answers {
  return { site: url.origin, pagesAsked, answers: seen.map(siteAnswer), missed };
}

function siteAnswer(seen: Seen): SiteAnswer {
  const { kind, url, answer, contentType, html, page } = seen;
  const lines = (name: string) => fieldOf(answer, name).slice(0, MAX_LINES);
  const sent = FIELDS.map((name) => [name, lines(name).map((value) => value.slice(0, MAX_VALUE))] as const);
  const location = redirectOf(seen);
  return {
    kind,
    url: printable(url),
    status: answer.status,
    contentType,
    html,
    verified: answer.verified,
    cut: isCut(seen),
    location: location && printable(location),
    headers: Object.fromEntries(sent.filter(([, values]) => values.length > 0)),
    frameOptions: listOf(lines('x-frame-options')),
    contentTypeOptions: listOf(lines('x-content-type-options')),
    referrerPolicy: parseReferrerPolicy(lines('referrer-policy')),
    metaReferrer: page && parseMetaReferrer(page.referrers),
  };
}

/** Of an asset, an API or a redirect only the head is looked at. */
const isCut = ({ kind, answer, page }: Seen): boolean =>
  (kind === 'page' || kind === 'not-found') && (answer.truncated || page?.cut === true);

export function hstsOf({ url }: Site, { seen }: Crawl): Facts['http.hsts'] {
  const answers = seen.map(
    ({ kind, url: at, answer }): HstsAnswer => ({
      kind,
      url: printable(at),
      status: answer.status,
      https: at.protocol === 'https:',
      values: fieldOf(answer, 'strict-transport-security').slice(0, MAX_LINES).map(parseHsts),
    }),
  );
  return { site: url.origin, answers };
}

const MAX_COOKIES = 200;
const MAX_PLACES = 5;

/** Every cookie once for each way in which it is set. */
export async function cookiesOf({ url }: Site, { seen }: Crawl, now: Date): Promise<Facts['http.cookies']> {
  const cookies = new Map<string, Cookie>();
  for (const { url: at, answer } of seen) {
    for (const cookie of await parseCookies(fieldOf(answer, 'set-cookie'), { url: at, now })) {
      const key = JSON.stringify(cookie);
      const same = cookies.get(key) ?? { ...cookie, where: [] };
      const where = printable(at);
      if (same.where.length < MAX_PLACES && !same.where.includes(where)) same.where.push(where);
      if (cookies.size < MAX_COOKIES) cookies.set(key, same);
    }
  }
  return { site: url.origin, cookies: [...cookies.values()], answers: seen.length };
}
