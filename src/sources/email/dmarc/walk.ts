import type { DmarcApplied, DmarcPolicy, DmarcRecord, DmarcStep } from '../../../facts/email-dmarc.ts';

/** "Author Domains with more than eight labels do not result in more than eight DNS queries" (RFC 9989 section 4.10). */
const MAX_QUERIES = 8;

type Found = Pick<DmarcStep, 'domain' | 'record'>;

/** The domains that the tree walk of a domain asks at, in order: steps 3, 4 and 7 of RFC 9989 section 4.10. */
export function walkOf(domain: string): string[] {
  const labels = domain.split('.');
  const from = labels.length < MAX_QUERIES ? 1 : labels.length - (MAX_QUERIES - 1);
  const parents = labels.slice(from).map((_, index) => labels.slice(from + index).join('.'));
  return [domain, ...parents];
}

/** Steps 2 and 6: a record with psd=n or psd=y ends the walk. */
export const endsWalk = ({ record }: Found): boolean => record !== null && record.psd !== 'u';

/** The Organizational Domain by the steps of a walk, from the longest name to the shortest (RFC 9989 section 4.10.2). */
export function organizationalOf(domain: string, steps: readonly Found[]): string {
  const found = steps.filter(({ record }) => record !== null);
  const end = found.find(endsWalk);
  if (end?.record?.psd === 'n') return end.domain;
  if (end && end.domain !== domain) return oneBelow(end.domain, domain);
  return found.at(-1)?.domain ?? domain;
}

/** `giant.bank.example` for bank.example and mail.giant.bank.example. */
function oneBelow(parent: string, domain: string): string {
  const labels = domain.split('.');
  return labels.slice(labels.length - parent.split('.').length - 1).join('.');
}

/**
 * The record that applies and its policy (RFC 9989 section 4.10.1): the author domain's, else the organizational
 * domain's, else the public suffix domain's.
 */
export function appliedOf(domain: string, exists: boolean, steps: readonly Found[]): DmarcApplied | null {
  const organizational = organizationalOf(domain, steps);
  const places = [
    ['author', steps.find((step) => step.domain === domain)],
    ['organizational', steps.find((step) => step.domain === organizational)],
    ['public-suffix', steps.find(({ record }) => record?.psd === 'y')],
  ] as const;
  for (const [place, step] of places) {
    if (!step?.record) continue;
    const { record } = step;
    const tag = place === 'author' ? 'p' : subdomainTag(record, exists);
    return { domain: step.domain, place, tag, policy: policyOf(record, tag), record };
  }
  return null;
}

/** np for a name that does not exist, sp for one that does; either gives way to the next where it is absent. */
function subdomainTag(record: DmarcRecord, exists: boolean): 'p' | 'sp' | 'np' {
  const has = (name: string) => record.tags.some((tag) => tag.name === name);
  if (!exists && has('np')) return 'np';
  return has('sp') ? 'sp' : 'p';
}

/**
 * Where p is missing or p, sp or np cannot be read, receivers act "as if a record containing p=none was retrieved" if
 * there is a valid address for reports, and otherwise apply nothing.
 */
export function policyOf(record: DmarcRecord, tag: 'p' | 'sp' | 'np'): DmarcPolicy | null {
  const broken = record.p === null || record.invalid.includes('sp') || record.invalid.includes('np');
  if (!broken) return record[tag];
  return record.rua.some(({ host }) => host !== null) ? 'none' : null;
}
