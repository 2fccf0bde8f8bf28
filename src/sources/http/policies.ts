import type { CspAnswer, Policy } from '../../facts/http.ts';
import type { Facts } from '../../facts/index.ts';
import type { Walked } from './crawl.ts';

import { evaluator } from './csp-evaluator.ts';
import { noncesOf, type ParsedPolicy, parseCspFields, parseMetaPolicy } from './csp.ts';
import { fieldOf, lookAt, type Seen } from './look.ts';
import { printable } from './request.ts';
import { ACCEPT_PAGE } from './site.ts';

/** Pages that are fetched again for their nonces. */
const MAX_AGAIN = 10;
const MAX_SCRIPTS = 20;
const MAX_VALUE = 300;

interface InForce {
  from: Policy['from'];
  parsed: ParsedPolicy;
}

export async function cspOf({ gathering, site, crawl, ends }: Walked): Promise<Facts['http.csp']> {
  const evaluate = await evaluator();
  const rendered = crawl.seen.filter(isRendered);
  const again = new Set(rendered.filter((seen) => nonces(seen).length > 0).slice(0, MAX_AGAIN));
  const answers = rendered.map(async (seen): Promise<CspAnswer> => {
    const inForce = policiesOf(seen);
    const second = again.has(seen) ? await lookAt(gathering, seen.kind, seen.url, { accept: ACCEPT_PAGE }, ends) : null;
    const missed = second && 'cause' in second ? { cause: second.cause, because: second.because } : null;
    return {
      kind: seen.kind,
      url: printable(seen.url),
      status: seen.answer.status,
      policies: (inForce ?? []).map(({ from, parsed }) => ({ from, ...bounded(parsed), findings: evaluate(parsed) })),
      reportOnly: parseCspFields(fieldOf(seen.answer, 'content-security-policy-report-only'))?.length ?? 1,
      tooLong: inForce === null || seen.page?.cut === true,
      nonceRepeats: second && !('cause' in second) ? repeats(seen, second) : null,
      notRepeated: missed,
      foreignScripts: foreignScripts(seen),
    };
  });
  return { site: site.url.origin, answers: await Promise.all(answers) };
}

/** What a browser shows as a document. */
const isRendered = ({ kind, html, answer }: Seen): boolean =>
  html && (kind === 'page' || kind === 'not-found' || kind === 'api') && (answer.status < 300 || answer.status > 399);

/** The policies in force together; null where one of them is too long to be judged. */
function policiesOf({ answer, page }: Seen): InForce[] | null {
  const sent = parseCspFields(fieldOf(answer, 'content-security-policy'));
  const metas = page?.policies.map(parseMetaPolicy) ?? [];
  if (!sent || metas.includes(null)) return null;
  const filled = metas.filter((parsed) => parsed !== null).filter(({ directives }) => directives.length > 0);
  return [
    ...sent.map((parsed) => ({ from: 'header' as const, parsed })),
    ...filled.map((parsed) => ({ from: 'meta' as const, parsed })),
  ];
}

const nonces = (seen: Seen): string[] => noncesOf((policiesOf(seen) ?? []).map(({ parsed }) => parsed));

function repeats(first: Seen, second: Seen): boolean {
  const later = new Set(nonces(second));
  return nonces(first).some((nonce) => later.has(nonce));
}

const foreignScripts = ({ page, url }: Seen): string[] =>
  (page?.scripts ?? [])
    .filter(({ src, integrity }) => !integrity && new URL(src).origin !== url.origin)
    .map(({ src }) => printable(new URL(src)).slice(0, MAX_VALUE))
    .slice(0, MAX_SCRIPTS);

const bounded = ({ directives, repeated }: ParsedPolicy): Pick<Policy, 'directives' | 'repeated'> => ({
  directives: directives.map(({ name, values }) => ({
    name: name.slice(0, MAX_VALUE),
    values: values.map((value) => value.slice(0, MAX_VALUE)),
  })),
  repeated: repeated.map((name) => name.slice(0, MAX_VALUE)),
});
