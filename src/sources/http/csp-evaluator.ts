import type { Policy } from '../../facts/http.ts';
import type { ParsedPolicy } from './csp.ts';

const MAX_FINDINGS = 100;
const MAX_VALUE = 300;

/** csp_evaluator over one policy, as findings by name. Policies that pages share are evaluated once. */
export async function evaluator(): Promise<(policy: ParsedPolicy) => Policy['findings']> {
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
function forEvaluator({ directives }: ParsedPolicy): string {
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
