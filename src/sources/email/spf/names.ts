import type { DnsResult } from '../../dns/client.ts';
import type { Branch } from './branch.ts';
import { askable } from './record.ts';
import { type SpfLookup, spfLimits } from './session.ts';
import type { NodeOutcome } from './tree.ts';

/** What is put at the branch, and which families have addresses. */
interface Seen {
  at: Pick<Branch, 'outcome' | 'because' | 'empty'>;
  v4: boolean;
  v6: boolean;
}

const isEmpty = ({ outcome }: DnsResult): boolean => outcome === 'nxdomain' || outcome === 'nodata';

/**
 * What a term that compares addresses finds, whatever the client: exists asks for A alone (section 5.7), the others for
 * the client's family, so both are looked at.
 */
export async function lookAt(mechanism: 'a' | 'mx' | 'exists', name: string, lookup: SpfLookup): Promise<Seen> {
  if (!askable(name)) {
    const because = `${name.slice(0, 100)} is no name that could be asked for`;
    return { at: { outcome: 'void', because, empty: 0 }, v4: false, v6: false };
  }
  if (mechanism === 'exists') return seen([[await lookup(name, 'A')]]);
  return mechanism === 'a' ? seen([await addresses(name, lookup)]) : exchanges(name, lookup);
}

const addresses = (name: string, lookup: SpfLookup): Promise<DnsResult[]> =>
  Promise.all([lookup(name, 'A'), lookup(name, 'AAAA')]);

async function exchanges(name: string, lookup: SpfLookup): Promise<Seen> {
  const mx = await lookup(name, 'MX');
  if (mx.outcome !== 'ok') return seen([[mx]]);
  const hosts = mx.answers.flatMap((one) => (one.type === 'MX' && askable(one.target) ? [one.target] : []));
  const asked = hosts.slice(0, spfLimits.names);
  const found = seen(await Promise.all(asked.map((host) => addresses(host, lookup))));
  const records = mx.answers.length;
  if (records <= spfLimits.names) return found;
  const because = `${name} has ${records} MX records; ${spfLimits.names} are looked up`;
  return { ...found, at: { ...found.at, outcome: 'too-many-names', because } };
}

/** @param names the answers for each name; a void one counts whatever the other names have */
function seen(names: readonly (readonly DnsResult[])[]): Seen {
  const all = names.flat();
  const failed = all.find((one) => one.outcome !== 'ok' && !isEmpty(one));
  const nothing = names.filter((answers) => answers.every(isEmpty));
  const found = all.some(({ outcome }) => outcome === 'ok');
  const has = (type: 'A' | 'AAAA') => all.some(({ answers }) => answers.some((answer) => answer.type === type));
  const outcome = failed ? (failed.outcome as NodeOutcome) : found ? 'found' : 'void';
  const because = (failed?.because ?? nothing[0]?.[0]?.because ?? '').slice(0, 300);
  return { at: { outcome, because, empty: nothing.length }, v4: has('A'), v6: has('AAAA') };
}
