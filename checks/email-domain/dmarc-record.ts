import type { Facts } from '../../src/facts/index.ts';

export type Dmarc = Facts['email.dmarc'];
export type Step = Dmarc['walk'][number];
export type Applied = NonNullable<Dmarc['applied']>;
export type DmarcRecord = Applied['record'];
export type Policy = NonNullable<Applied['policy']>;

const strength: Readonly<Record<Policy, number>> = { none: 0, quarantine: 1, reject: 2 };

export const isWeaker = (policy: Policy | null, than: Policy | null): boolean =>
  policy !== null && than !== null && strength[policy] < strength[than];

/** Whether a receiver would do anything with a mail that fails. */
export const isEnforced = (policy: Policy | null): boolean => policy === 'quarantine' || policy === 'reject';

/** By tag: another value, or null to take it out. */
export type Changes = Readonly<Record<string, string | null>>;

/**
 * The record as it should be published: tags changed, taken out or added, in their order.
 * @returns `_dmarc.example.com TXT "v=DMARC1; p=reject; …"`
 */
export function corrected(domain: string, record: DmarcRecord | null, changes: Changes): string {
  const kept = (record?.tags ?? []).filter((tag, at, all) => all.findIndex(({ name }) => name === tag.name) === at);
  const changed = kept.flatMap(({ name, value }) => {
    const change = changes[name];
    if (change === null) return [];
    return [`${name}=${change ?? value}`];
  });
  const added = Object.entries(changes).flatMap(([name, value]) =>
    value === null || kept.some((tag) => tag.name === name) ? [] : [`${name}=${value}`],
  );
  // p stands second for receivers of RFC 7489, which demands it there.
  const tags = [...changed, ...added].sort((a, b) => Number(b.startsWith('p=')) - Number(a.startsWith('p=')));
  return `_dmarc.${domain} TXT "v=DMARC1; ${tags.join('; ')}"`;
}
