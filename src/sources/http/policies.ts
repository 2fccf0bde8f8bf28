import type { CspAnswer, Policy } from '../../facts/http.ts';
import type { Facts } from '../../facts/index.ts';
import type { Walked } from './crawl.ts';
import { noncesOf, type ParsedPolicy, parseCspFields, parseMetaPolicy } from './csp.ts';
import { fieldOf, lookAt, type Seen } from './look.ts';
import { printable } from './request.ts';
import { ACCEPT_PAGE } from './site.ts';

/** Pages that are fetched again for their nonces. */
const MAX_AGAIN = 10;
const MAX_SCRIPTS = 20;
const MAX_FINDINGS = 100;
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

/** csp_evaluator over one policy, as findings by name. Policies that pages share are evaluated once. */
async function evaluator(): Promise<(policy: ParsedPolicy) => Policy['findings']> {
  const { DEFAULT_CHECKS } = await import('csp_evaluator');
  const { CspParser } = await import('csp_evaluator/dist/parser.js');
  const { Version } = await import('csp_evaluator/dist/csp.js');
  const { Severity, Type } = await import('csp_evaluator/dist/finding.js');
  const known = new Map<string, Policy['findings']>();
  return (policy) => {
    const text = forEvaluator(policy);
    const effective = new CspParser(text).csp.getEffectiveCsp(Version.CSP3);
    const findings =
      known.get(text) ??
      DEFAULT_CHECKS.flatMap((check) => orNone(() => check(effective)))
        .slice(0, MAX_FINDINGS)
        .map(({ type, severity, directive, value }) => ({
          type: Type[type],
          severity: Severity[severity],
          directive: directive.slice(0, MAX_VALUE),
          value: value?.slice(0, MAX_VALUE) ?? null,
        }));
    known.set(text, findings);
    return findings;
  };
}

/** Its look for IP addresses makes an address of quoted values too, which may throw; those are none. */
function orNone<T>(check: () => T[]): T[] {
  try {
    return check();
  } catch (error) {
    if (error instanceof TypeError) return [];
    throw error;
  }
}

/**
 * The policy as csp_evaluator reads it right: an empty list allows nothing ('none'), a wildcard with a port is one all the
 * same, and what is no source expression at all, which browsers pass over, would make it throw.
 */
export function forEvaluator({ directives }: ParsedPolicy): string {
  const text = directives.map(({ name, values }) => {
    const readable = values.filter(isSource).map((value) => value.replace(ANY_HOST, '$1*'));
    return `${name} ${readable.length === 0 && name.endsWith('-src') ? "'none'" : readable.join(' ')}`;
  });
  return text.join('; ');
}

const ANY_HOST = /^([a-z][a-z0-9+.-]*:\/\/)?\*(?::(?:\d+|\*))?(?:\/.*)?$/i;

/** csp_evaluator makes an address of every value that is not quoted. */
const isSource = (value: string): boolean =>
  value.startsWith("'") ||
  URL.canParse(
    `https://${value
      .replace(/^\w[+\w.-]*:\/\//i, '')
      .replace(/^\/\//, '')
      .replace(':*', '')
      .replace('*', 'wildcard_placeholder')}`,
  );
