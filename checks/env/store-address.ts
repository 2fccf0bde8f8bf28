import type { Fault, Judgement, Warning } from '../../src/core/verdict.ts';
import { failOrPass } from '../../src/core/verdict.ts';
import type { Facts } from '../../src/facts/index.ts';
import { placed } from './naming.ts';

type Address = Facts['env.database-url'];

/** What both addresses can be. */
export const addressReasons = {
  'as-expected': 'the address is the one that svcheck.yaml expects',
  'looks-like-production': 'nothing about the address says development, test or staging',
  unset: 'the key is not set',
  placeholder: 'the value is still a placeholder',
  unparsable: 'the value is no address',
  'wrong-scheme': 'the address is of another kind of service',
  loopback: 'the address is this machine itself, and no proxy or mesh is declared',
  'not-production-name': 'a name has dev, test or staging as a whole word',
  'same-database': 'another target’s env names the same database',
  'unexpected-host': 'the host is not the one expected',
  'unexpected-database': 'the database is not the one expected',
  'kept-elsewhere': 'the value is a reference or encrypted, so the address is not to be seen',
} as const;
export type AddressReason = keyof typeof addressReasons;

export interface Expected {
  host?: string | undefined;
  database?: string | undefined;
}

/**
 * The rule of both addresses: what is expected is held against the expectation alone, what is not, against the signs of
 * an address that is not production's.
 */
export function judgeAddress<R extends string>(
  address: Address,
  expect: Expected,
  { example, warnings = [] }: { example: string; warnings?: readonly Warning<R>[] },
): Judgement<R | AddressReason> {
  const { key, state, place, hosts, database, via } = address;
  if (state === 'reference' || state === 'encrypted')
    return {
      status: 'unclear',
      reason: 'kept-elsewhere',
      because: `${key} is kept in a vault or encrypted: the address is not to be seen here`,
    };
  const shown = hosts.map(({ host, port }) => `${host || 'a local socket'}:${port}`).join(', ');
  const fix = `set ${key} in ${place?.file ?? 'the env file'} to production’s address: ${example}`;
  const faults = state === 'ok' ? faultsOf(address, expect, fix) : [{ ...unreadable(address), fix }];
  const through = via === 'direct' ? '' : ` through a declared ${via}`;
  const because = `${shown}, database ${database ?? 'not named'}${through}`;
  const expected = expect.host !== undefined || expect.database !== undefined;
  const reason = expected ? 'as-expected' : 'looks-like-production';
  const seen = { hosts: hosts.map(({ host, port }) => ({ host, port })), database, via };
  return failOrPass<R | AddressReason>(faults, { reason, because }, { seen, warnings });
}

function unreadable({ key, state, place, scheme }: Address): { reason: AddressReason; because: string } {
  const where = placed(place);
  if (state === 'unset') return { reason: 'unset', because: `${key} is not set` };
  if (state === 'placeholder') return { reason: 'placeholder', because: `${key} in ${where} is a placeholder` };
  if (state === 'wrong-scheme') return { reason: 'wrong-scheme', because: `${key} in ${where} begins with ${scheme}:` };
  return { reason: 'unparsable', because: `${key} in ${where} is no address (is its password percent-encoded?)` };
}

function faultsOf({ key, hosts, database, via, others }: Address, expect: Expected, fix: string) {
  const faults: Fault<AddressReason>[] = [];
  const add = (reason: AddressReason, because: string) => faults.push({ reason, because, fix });
  for (const { host, local } of hosts) {
    if (expect.host !== undefined) {
      if (host !== expect.host.toLowerCase())
        add('unexpected-host', `the host is ${host || 'a local socket'}, expected ${expect.host}`);
      continue;
    }
    if (local && via === 'direct') add('loopback', `${host || 'a local socket'} is this machine itself`);
    const word = local ? null : wordOf(host.replace(/\.[^.]*$/, ''));
    if (word) add('not-production-name', `the host ${host} has the word ${word}`);
  }
  for (const { target, sameDatabase } of others)
    if (sameDatabase) add('same-database', `${key} of ${target} names the same database`);
  if (expect.database !== undefined) {
    if (database !== expect.database)
      add('unexpected-database', `the database is ${database ?? 'not named'}, expected ${expect.database}`);
    return faults;
  }
  const word = wordOf(database ?? '');
  if (word) add('not-production-name', `the database ${database} has the word ${word}`);
  return faults;
}

/**
 * dev, test or staging as a whole word: db-dev, app_test, staging.example.com; not latest, device. A host's last label is
 * no such word (.dev and .test are top-level domains); its caller leaves it out.
 */
function wordOf(name: string): string | null {
  const words = name.toLowerCase().split(/[^a-z]+/);
  return words.find((word) => /^(?:dev|development|test|testing|staging)$/.test(word)) ?? null;
}
