import type { Facts } from '../../src/facts/index.ts';

export type CspAnswer = Facts['http.csp']['answers'][number];
export type Policy = CspAnswer['policies'][number];
type Finding = Policy['findings'][number];

export type Flaw =
  | 'unsafe-inline'
  | 'wildcard'
  | 'scheme-source'
  | 'data-source'
  | 'no-script-src'
  | 'no-object-src'
  | 'no-base-uri'
  | 'syntax';
export type Doubt = 'unsafe-eval' | 'known-bypass';

/** What a policy leaves open. A hole counts only where every policy in force has it: one that lacks it prevents it. */
type Hole = 'inline elements' | 'inline attributes' | 'hosts' | 'data' | 'objects' | 'eval' | 'bypass' | 'syntax';

export interface Opening {
  hole: Hole;
  reason: Flaw | Doubt;
  /** `script-src 'unsafe-inline'` */
  what: string;
}

const has = (policy: Policy, name: string): boolean => policy.directives.some((directive) => directive.name === name);

/** The roles that a directive plays in this policy: default-src stands in for those that are missing. */
function rolesOf(directive: string, policy: Policy): ('elements' | 'attributes' | 'objects' | 'base')[] {
  const scripts = { 'script-src-elem': 'elements', 'script-src-attr': 'attributes' } as const;
  if (directive === 'script-src-elem' || directive === 'script-src-attr') return [scripts[directive]];
  if (directive === 'object-src') return ['objects'];
  if (directive === 'base-uri') return ['base'];
  const elements = has(policy, 'script-src-elem') ? [] : (['elements'] as const);
  const attributes = has(policy, 'script-src-attr') ? [] : (['attributes'] as const);
  if (directive === 'script-src') return [...elements, ...attributes];
  if (directive !== 'default-src') return [];
  const objects = has(policy, 'object-src') ? [] : (['objects'] as const);
  return has(policy, 'script-src') ? [...objects] : [...elements, ...attributes, ...objects];
}

/** Newer than csp_evaluator 1.1.8 (CSP Level 3 section 2.3.1; Fenced Frame; Trusted Types). */
const newerKeywords =
  /^'(?:report-sha(?:256|384|512)|trusted-types-eval|unsafe-webtransport-hashes|allow-duplicates)'$/i;
export const newerDirectives = ['fenced-frame-src'];

/** Our table: finding type and directive of csp_evaluator -> what it opens. Types that are not here are shown, never judged. */
function openingsOf({ type, severity, directive, value }: Finding, policy: Policy): Opening[] {
  const what = `${directive}${value ? ` ${value}` : ''}`;
  const roles = rolesOf(directive, policy);
  const open = (hole: Hole, reason: Opening['reason']): Opening => ({ hole, reason, what });
  const objects = roles.includes('objects') ? [open('objects', 'no-object-src')] : [];
  if (type === 'SCRIPT_UNSAFE_INLINE') {
    return roles.flatMap((role) =>
      role === 'elements' || role === 'attributes' ? [open(`inline ${role}`, 'unsafe-inline')] : [],
    );
  }
  if (type === 'PLAIN_WILDCARD')
    return [...(roles.includes('elements') ? [open('hosts', 'wildcard')] : []), ...objects];
  if (type === 'PLAIN_URL_SCHEMES') {
    const script = value === 'data:' ? open('data', 'data-source') : open('hosts', 'scheme-source');
    return [...(roles.includes('elements') ? [script] : []), ...objects];
  }
  if (type === 'MISSING_DIRECTIVES' && directive === 'object-src') return [open('objects', 'no-object-src')];
  if (type === 'MISSING_DIRECTIVES' && directive === 'script-src') {
    const all: Hole[] = ['inline elements', 'inline attributes', 'hosts', 'data', 'eval', 'bypass'];
    return all.map((hole) => ({ ...open(hole, 'no-script-src'), what: 'script-src is missing' }));
  }
  if (type === 'SCRIPT_UNSAFE_EVAL') return [open('eval', 'unsafe-eval')];
  if (type.endsWith('ALLOWLIST_BYPASS') && severity === 'HIGH') return [open('bypass', 'known-bypass')];
  if (type === 'MISSING_SEMICOLON') return [open('syntax', 'syntax')];
  if (type === 'INVALID_KEYWORD' && !newerKeywords.test(value ?? '')) return [open('syntax', 'syntax')];
  return [];
}

/** What all policies in force together leave open. */
export function holesIn(policies: readonly Policy[]): Opening[] {
  const each = policies.map((policy) => policy.findings.flatMap((finding) => openingsOf(finding, policy)));
  const all = each.flat();
  // A mistake in one policy is no hole while another one is without any.
  const sound = each.some((openings) =>
    openings.every(({ reason }) => reason === 'unsafe-eval' || reason === 'known-bypass'),
  );
  return all.filter(({ hole, reason }) => {
    if (hole === 'syntax') return !sound;
    const isOpen = (openings: Opening[]) =>
      openings.some((one) => one.hole === hole || (hole === 'bypass' && one.hole === 'hosts'));
    // Where another policy says how it is open, the missing directive of a second one is no reason of its own.
    const told = all.some((one) => one.hole === hole && one.reason !== 'no-script-src');
    return each.every(isOpen) && (reason !== 'no-script-src' || !told);
  });
}

/** Whether relative addresses of scripts can be bent by an injected base element. */
export function baseIn(policies: readonly Policy[]): 'guarded' | 'open' | 'open with nonces' {
  const wide = ({ findings }: Policy) =>
    findings.some(({ type, directive }) => directive === 'base-uri' && /^PLAIN_/.test(type));
  if (policies.some((policy) => has(policy, 'base-uri') && !wide(policy))) return 'guarded';
  const values = policies
    .flatMap(({ directives }) => directives)
    .filter(({ name }) => ['script-src', 'script-src-elem', 'default-src'].includes(name))
    .flatMap((directive) => directive.values);
  return values.some((value) => /^'(?:nonce-|strict-dynamic')/i.test(value)) ? 'open with nonces' : 'open';
}
