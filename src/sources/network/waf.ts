import type { Waf } from '../../facts/network.ts';
import { absent, type Found, type Gathering, known, LookFailed } from '../gathering.ts';
import { whenReached } from '../http/connection.ts';
import { ACCEPT_PAGE, askSite } from '../http/site.ts';
import { printable } from '../http/request.ts';
import { cdnOf } from '../tls/cdn.ts';

type Asked = Waf['plain'];

/** The same parameters twice: words, and what every rule set knows as an attack (OWASP CRS 941, 942 and 930). Neither changes anything. */
const plain = { q: 'a plain question', id: '1', file: 'readme' };
const attack = {
  q: '<script>alert(1)</script>',
  id: "1' OR '1'='1' UNION SELECT username, password FROM users--",
  file: '../../../../etc/passwd',
};

/** A plain query, an attack-like one and the plain one again, to the first page. */
export async function gatherWaf(gathering: Gathering): Promise<Found<Waf>> {
  if (!gathering.active) return absent('an attack-like query is sent only with --active', '--active', 'needs-active');
  return whenReached(gathering, async ({ url }) => {
    gathering.progress(`${url.host}: a query that looks like an attack`);
    const first = await ask(gathering, url, plain);
    const second = await ask(gathering, url, attack);
    const third = await ask(gathering, url, plain);
    const declared = gathering.target.settings.network.waf ?? null;
    const value: Waf = {
      url: printable(url),
      plain: first.asked,
      attack: second.asked,
      again: third.asked,
      declared,
      header: first.header,
    };
    return known(value, `3 queries to ${printable(url)}`);
  });
}

async function ask(
  gathering: Gathering,
  url: URL,
  query: Record<string, string>,
): Promise<{ asked: Asked; header: string | null }> {
  const at = new URL(url);
  at.search = new URLSearchParams(query).toString();
  const timeoutMs = Math.round(gathering.timeoutMs * 0.25);
  try {
    const { status, headers } = await askSite(gathering, at, { accept: ACCEPT_PAGE, maxBytes: 1, timeoutMs });
    const header = cdnOf({ status, headers: headers.map(([name, value]) => [name.toLowerCase(), value]) });
    return { asked: { status, outcome: 'answered', detail: '' }, header };
  } catch (error) {
    if (!(error instanceof LookFailed)) throw error;
    const { cause, because } = error.outcome;
    const outcome = cause === 'reset' ? 'reset' : 'failed';
    return { asked: { status: null, outcome, detail: because.slice(0, 300) }, header: null };
  }
}
