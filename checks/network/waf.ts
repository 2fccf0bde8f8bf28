import { defineCheck } from '../../src/core/define.ts';
import type { Judgement } from '../../src/core/verdict.ts';
import type { Facts } from '../../src/facts/index.ts';

type Edge = Facts['network.edge'];
type Waf = Facts['network.waf'];
type Reason = 'blocked' | 'not-blocking' | 'not-seen' | 'none-seen' | 'ambiguous' | 'control-refused';

/** What firewalls answer with: RFC 9110's refusals, and what CRS, Imperva, Akamai and others use of their own. */
const BLOCKS = new Set([403, 405, 406, 418, 419, 444, 493, 501, 999]);
/** A challenge for browsers (Cloudflare, Sucuri) comes as one of these too. */
const CHALLENGES = new Set([202, 503]);

const fix = 'turn the managed rules of the firewall on, in the mode that blocks, for the host of the site';

export const waf = defineCheck({
  id: 'network.waf',
  item: 'WAF configured (if using)',
  rule: {
    pass: "with --active a harmless attack-like query is blocked while a plain one is not; or the provider's API says that a WAF is on; a provider's header alone is unclear",
    fail: 'configured as used, but not seen; none configured and none seen is unclear; n/a where svcheck.yaml says none is used',
  },
  why: 'A firewall for web applications keeps the known attacks from reaching a hole that is not mended yet; one that only watches, or that stands beside the way, keeps nothing.',
  remedy:
    'Turn the provider’s managed rules on for the host of the site, in blocking mode; or put ModSecurity or Coraza with the OWASP Core Rule Set into the proxy. Where none is used, say so: not-applicable.',
  docs: ['https://coreruleset.org/docs/', 'https://owasp.org/www-community/Web_Application_Firewall'],
  reasons: {
    blocked: 'a query that looks like an attack is blocked, a plain one is not',
    'not-blocking': 'a firewall is configured as used, and a query that looks like an attack went through',
    'not-seen': 'the provider that svcheck.yaml names does not stand before the site',
    'none-seen': 'none is configured, and none was seen',
    ambiguous: 'the query that looks like an attack got another answer, which need not be a firewall’s',
    'control-refused': 'the plain query was refused as well',
  },
  ways: (make) => [
    make.probe({
      how: 'whether the addresses or headers of the site are those of the provider in network.waf',
      settings: ['site.url', 'network.waf'],
      needs: ['network.edge'],
      judge: ({ 'network.edge': edge }) => judgeEdge(edge),
    }),
    make.active({
      how: 'a query that looks like an attack against a plain one, to the first page',
      settings: ['site.url'],
      needs: ['network.waf'],
      judge: ({ 'network.waf': asked }) => judgeQueries(asked),
    }),
    make.attest('Does a web application firewall stand before the production site?', 90),
  ],
});

/** A provider that stands before the site may have its firewall off: that is its API's to say. */
function judgeEdge({ addresses, header, declared, lists }: Edge): Judgement<Reason> {
  const own = addresses.filter(({ role }) => role === 'site');
  const names = [...new Set([...own.flatMap(({ edge }) => edge?.name ?? []), ...(header ? [header] : [])])];
  const seen = { addresses: own.map(({ address, edge }) => ({ address, network: edge?.name ?? null })), header };
  const list = lists.find(({ id }) => id === declared.waf);
  if (list && !names.includes(list.name)) {
    const because = `network.waf is ${list.id}, but neither the addresses of the site (${own.map(({ address }) => address).join(', ')}) nor its headers are ${list.name}’s`;
    return { status: 'fail', reasons: ['not-seen'], because, fix: `point the DNS of the site to ${list.name}`, seen };
  }
  if (names.length === 0 && declared.waf === null)
    return { status: 'unclear', reason: 'none-seen', because: 'no firewall is configured, and none was seen', seen };
  const who = names.join(', ') || declared.waf;
  const because = `${who} alone does not show that its firewall is on; this version does not ask its API`;
  return { status: 'unclear', reason: 'not-built', because, seen };
}

function judgeQueries({ url, plain, attack, again, declared, header }: Waf): Judgement<Reason> {
  const seen = { plain: plain.status, attack: attack.status ?? attack.outcome, again: again.status, header };
  const isWell = ({ status }: Waf['plain']) => status !== null && status < 400 && status !== 202;
  const lost = [plain, attack, again].find(({ outcome }) => outcome === 'failed');
  if (lost) {
    const because = `${url}: a query got no answer (${lost.detail})`;
    return { status: 'error', reason: 'timeout', because, fix: 'see that the site answers, then run again' };
  }
  if (!isWell(plain) || !isWell(again)) {
    const because = `the plain query was not answered well either (${plain.status ?? plain.outcome}, then ${again.status ?? again.outcome})`;
    return { status: 'unclear', reason: 'control-refused', because, seen };
  }
  const refused = attack.outcome === 'reset' || BLOCKS.has(attack.status ?? 0) || CHALLENGES.has(attack.status ?? 0);
  const answer = attack.status ?? 'a reset';
  if (refused) {
    const because = `a query that looks like an attack got ${answer}, a plain one ${plain.status}`;
    return { status: 'pass', reason: 'blocked', because, seen };
  }
  if (!isWell(attack)) {
    const because = `a query that looks like an attack got ${answer}, which the application may have answered itself`;
    return { status: 'unclear', reason: 'ambiguous', because, seen };
  }
  const through = `a query that looks like an attack got ${answer}, as a plain one does`;
  if (declared === null)
    return { status: 'unclear', reason: 'none-seen', because: `${through}, and none is configured`, seen };
  const because = `${through}, although network.waf is ${declared}`;
  return { status: 'fail', reasons: ['not-blocking'], because, fix, seen };
}
