import type { Fault, Warning } from '../../src/core/verdict.ts';
import type { Facts } from '../../src/facts/index.ts';

export type Selector = Facts['email.dkim']['selectors'][number];
type Key = NonNullable<NonNullable<Selector['record']>['key']>;

export type Flaw =
  | 'missing'
  | 'dangling'
  | 'revoked'
  | 'malformed'
  | 'several'
  | 'short-key'
  | 'no-sha256'
  | 'not-for-email';
export type Doubt =
  | 'test-flag'
  | 'key-1024'
  | 'one-selector'
  | 'known-selector-broken'
  | 'key-oversized'
  | 'ed25519-only'
  | 'domain-assumed';

/** RFC 8301 section 3.2: "Signers SHOULD use RSA keys of at least 2048 bits"; verifiers need not know more than 4096. */
const ADVISED_BITS = 2048;
const MOST_BITS = 4096;

export const unanswered = ({ outcome }: Selector): boolean =>
  outcome === 'servfail' || outcome === 'refused' || outcome === 'timeout';

/**
 * Whether a selector that nobody named is there at all. A wildcard may answer for any name, so an alias counts only
 * where it leads to keys.
 */
export const isPresent = ({ meant, outcome, aliases: [target = ''] }: Selector): boolean =>
  meant || (outcome !== 'ok' && /domainkey|dkim/i.test(target));

export const keyName = ({ type, bits }: Key): string => (type === 'rsa' ? `RSA ${bits}` : 'Ed25519');

/** What stands against one selector; null where mails signed with it verify. @param least bits of an RSA key */
export function flawOf(selector: Selector, least: number): Fault<Flaw> | null {
  const { name, record, aliases, outcome, count, problem } = selector;
  const flaw = (reason: Flaw, because: string, fix: string): Fault<Flaw> => ({
    reason,
    because: `${name}: ${because}`,
    fix,
    findings: [{ where: name, what: because }],
  });
  const publish = `publish ${name} as the provider shows it`;
  if (outcome !== 'ok') {
    const end = aliases.at(-1);
    if (end === undefined) return flaw('missing', 'there is no record', publish);
    const why = outcome === 'nxdomain' ? 'does not exist' : 'has no TXT record';
    return flaw('dangling', `its CNAME leads to ${end}, which ${why}`, `${publish}: correct the target of its CNAME`);
  }
  if (count > 1) {
    return flaw('several', `${count} TXT records, of which any may be taken`, `leave one TXT record at ${name}`);
  }
  if (!record) return flaw('malformed', problem ?? 'it cannot be read', `${publish}, all of it in one record`);
  const { key, hashes, services } = record;
  if (!key) {
    return flaw('revoked', 'p= is empty: the key is revoked', `${publish}, or take the selector out of use`);
  }
  if (key.type === 'rsa' && key.bits < least) {
    return flaw(
      'short-key',
      `${keyName(key)}, ${least} bits are the least`,
      `make a key of ${ADVISED_BITS} bits for ${name}`,
    );
  }
  if (hashes && !hashes.includes('sha256')) {
    const said = `h=${hashes.join(':')} does not allow sha256`;
    return flaw('no-sha256', said, `take h= out of ${name}, or make it h=sha256`);
  }
  if (services && !services.some((service) => service === '*' || service === 'email')) {
    return flaw('not-for-email', `s=${services.join(':')} is not for e-mail`, `take s= out of ${name}`);
  }
  return null;
}

const order: readonly Flaw[] = [
  'missing',
  'dangling',
  'revoked',
  'malformed',
  'several',
  'short-key',
  'no-sha256',
  'not-for-email',
];

/** The worst first. */
export function faultsOf(selectors: readonly Selector[], least: number): Fault<Flaw>[] {
  const faults = selectors.flatMap((selector) => (unanswered(selector) ? [] : (flawOf(selector, least) ?? [])));
  return faults.sort((a, b) => order.indexOf(a.reason) - order.indexOf(b.reason));
}

interface Sender {
  domain: string;
  assumed: boolean;
  /** How many selectors it has, with a flaw or without. */
  selectors: number;
}

/** @param usable the selectors without a flaw */
export function warningsOf(usable: readonly Selector[], { domain, assumed, selectors }: Sender): Warning<Doubt>[] {
  const each = (reason: Doubt, applies: (selector: Selector, key: Key) => boolean, text: string): Warning<Doubt>[] => {
    const these = usable.filter((one) => one.record?.key && applies(one, one.record.key));
    const names = these.map(({ selector, record }) => `${selector} (${record?.key ? keyName(record.key) : ''})`);
    return names.length > 0 ? [{ reason, text: `${names.join(', ')}: ${text}` }] : [];
  };
  const isEd25519 = ({ record }: Selector) => record?.key?.type === 'ed25519';
  const only = usable[0];
  return [
    ...(assumed
      ? [
          {
            reason: 'domain-assumed' as const,
            text: `nobody names the sending domain, ${domain} is the site's: set email.domain`,
          },
        ]
      : []),
    ...each(
      'test-flag',
      ({ record }) => record?.flags.includes('y') ?? false,
      't=y tells receivers to treat mail as unsigned',
    ),
    ...each(
      'key-1024',
      (_, key) => key.type === 'rsa' && key.bits < ADVISED_BITS,
      `${ADVISED_BITS} bits are advised (RFC 8301)`,
    ),
    ...each(
      'key-oversized',
      (_, key) => key.bits > MOST_BITS,
      `verifiers need not know keys above ${MOST_BITS} bits (RFC 8301)`,
    ),
    ...(only && usable.every(isEd25519)
      ? [{ reason: 'ed25519-only' as const, text: 'no RSA key beside Ed25519, which many receivers do not verify' }]
      : []),
    ...(only && selectors === 1
      ? [
          {
            reason: 'one-selector' as const,
            text: `${only.selector} is the only selector of ${domain}: its key cannot be changed without a gap`,
          },
        ]
      : []),
  ];
}
