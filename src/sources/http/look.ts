import { setTimeout as pause } from 'node:timers/promises';
import type { AnswerKind, Missed } from '../../facts/http.ts';
import { type Gathering, LookFailed } from '../gathering.ts';
import { isHtml, parseContentType } from './fields.ts';
import { type Page, readPage } from './html.ts';
import { type Answer, printable } from './request.ts';
import { askSite, type SiteRequest } from './site.ts';

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

const AGAIN_MS = 250;
/** What browsers take for HTML where no type is sent (MIME Sniffing Standard section 7.1, the usual beginnings). */
const SNIFFED = /^\s*<(?:!doctype html|html|head|body|script|title|div|p|h1|table|!--)[\s>]/i;

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
  const html = isHtml(type) || (type === null && SNIFFED.test(answer.body.subarray(0, 512).toString('latin1')));
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
    throw error;
  }
}

/** Where an answer redirects to; null where it does not. */
export function redirectOf({ answer, url }: Pick<Seen, 'answer' | 'url'>): URL | null {
  const [location] = fieldOf(answer, 'location');
  if (answer.status < 300 || answer.status > 399 || location === undefined) return null;
  return URL.canParse(location, url.href) ? new URL(location, url.href) : null;
}
