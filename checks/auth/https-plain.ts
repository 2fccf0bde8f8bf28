import type { Facts } from '../../src/core/check.ts';
import type { Fault, Warning } from '../../src/core/verdict.ts';

type Plain = Facts['tls.plain-http'];
type Answer = Plain['endpoints'][number]['answers'][number];
type PlainReason = 'content-over-http' | 'redirect-to-other-host' | 'redirect-to-http' | 'no-redirect';

/** One answer with the URL that was asked and where. */
interface Asked {
  answer: Answer;
  url: string;
  /** The URL and the address, for a person. */
  at: string;
}

/** What is wrong with the site's plain HTTP: a redirect to https on the same host, before any content, or nothing at all. */
export function plainFaults(plain: Plain): Fault<PlainReason>[] {
  return answersOf(plain).flatMap(({ answer, url, at }): Fault<PlainReason>[] => {
    const { status, location } = answer;
    if (answer.outcome !== 'answered' || status === null) return [];
    const fix = `answer every path of ${plain.url} with 301 and Location: https://${hostIn(plain.host)}… (nginx: \`return 301 https://$host$request_uri;\`)`;
    if (status >= 200 && status < 300) {
      return [{ reason: 'content-over-http', because: `${at} answers ${status} over plain HTTP`, fix }];
    }
    const to = status >= 300 && status < 400 && location ? targetOf(location, url) : null;
    if (!to)
      return [{ reason: 'no-redirect', because: `${at} answers ${status} over plain HTTP and no redirect`, fix }];
    if (bare(to.hostname) !== plain.host) {
      const because = `${at} redirects to another host first: ${short(to)}`;
      return [{ reason: 'redirect-to-other-host', because, fix }];
    }
    if (to.protocol === 'https:') return [];
    return [{ reason: 'redirect-to-http', because: `${at} redirects to ${short(to)}, which is not https`, fix }];
  });
}

/** RFC 9110 section 15.4: 301 and 308 are permanent, so that a browser need not ask over plain HTTP again. */
export function plainWarnings(plain: Plain): Warning<'temporary-redirect'>[] {
  const found = answersOf(plain).find(({ answer }) => answer.status && [302, 303, 307].includes(answer.status));
  if (!found) return [];
  const text = `${found.at} redirects with ${found.answer.status}, which is temporary: answer 301 or 308`;
  return [{ reason: 'temporary-redirect', text }];
}

/** What of plain HTTP could not be looked at; an origin that does not let us in is as it should be. */
export function plainBlind(plain: Plain): { cause: 'timeout' | 'wrong-protocol'; because: string; fix: string } | null {
  for (const { answer, at } of answersOf(plain, 'site')) {
    const fix = 'refuse the port instead of dropping packets, or name where plain HTTP would answer in site.http';
    if (answer.outcome === 'timeout') return { cause: 'timeout', because: `${at} gave no answer in time`, fix };
    if (answer.outcome === 'wrong-protocol') {
      const what = 'name the port of plain HTTP in site.http, or close this one';
      return { cause: 'wrong-protocol', because: `${at} answers, and not with HTTP`, fix: what };
    }
  }
  return null;
}

/** In one phrase: `closed`, `301 to https`. */
export function plainSummary(plain: Plain): string {
  const answered = answersOf(plain, 'site').filter(({ answer }) => answer.outcome === 'answered');
  if (answered.length === 0) return 'plain HTTP is closed';
  const codes = new Set(answered.map(({ answer }) => answer.status));
  return `plain HTTP redirects to https (${[...codes].join(', ')})`;
}

function answersOf({ url, endpoints }: Plain, role?: 'site'): Asked[] {
  return endpoints
    .filter((one) => role === undefined || one.role === role)
    .flatMap(({ address, answers }) =>
      answers.map((answer) => {
        const asked = new URL(answer.path, url).href;
        return { answer, url: asked, at: `${asked} (${address})` };
      }),
    );
}

function targetOf(location: string, from: string): URL | null {
  return URL.canParse(location, from) ? new URL(location, from) : null;
}

const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
const hostIn = (host: string): string => (host.includes(':') ? `[${host}]` : host);
const short = (url: URL): string => `${url.protocol}//${url.host}${url.pathname}`.slice(0, 200);
