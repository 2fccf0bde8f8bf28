import type { DnsZone } from '../../../fixtures/servers/dns.ts';
import type { DnsResult, RecordType } from '../../../src/sources/dns/client.ts';
import type { DnsRecord } from '../../../src/sources/dns/codec.ts';
import type { DnsFailure } from '../../../src/sources/email/spf/record.ts';
import type { SpfLookup } from '../../../src/sources/email/spf/session.ts';

export interface Memory {
  lookup: SpfLookup;
  /** "name TYPE", as asked. */
  asked: string[];
}

/** DNS without a network: for what is pure, and for zones no server would load. */
export function memory(zone: DnsZone, fails: Readonly<Record<string, DnsFailure>> = {}): Memory {
  const names = new Map(Object.entries(zone).map(([name, records]) => [name.toLowerCase(), records]));
  const asked: string[] = [];
  const lookup: SpfLookup = async (name, type) => {
    asked.push(`${name} ${type}`);
    return answer(names, fails, name.toLowerCase().replace(/\.$/, ''), type);
  };
  return { lookup, asked };
}

const plain = { aliases: [], ad: false, rcode: 0, server: 'memory', tcp: false };

function answer(
  names: ReadonlyMap<string, DnsZone[string]>,
  fails: Readonly<Record<string, DnsFailure>>,
  name: string,
  type: RecordType,
  hops = 0,
): DnsResult {
  const failure = fails[`${name}/${type}`] ?? fails[name];
  if (failure) return { ...plain, outcome: failure, answers: [], because: `${name} ${type}: ${failure}` };
  const records = names.get(name);
  if (!records) return { ...plain, outcome: 'nxdomain', answers: [], because: `${name} ${type}: NXDOMAIN` };
  const alias = records.CNAME;
  if (typeof alias === 'string' && hops < 8) {
    const end = answer(names, fails, alias.toLowerCase(), type, hops + 1);
    return { ...end, aliases: [alias, ...end.aliases] };
  }
  const values = [type in records ? records[type as 'A'] : []].flat() as (string | readonly string[])[];
  if (values.length === 0)
    return { ...plain, outcome: 'nodata', answers: [], because: `${name} ${type}: no such record` };
  return { ...plain, outcome: 'ok', answers: values.map((value) => recordOf(name, type, value)), because: '' };
}

function recordOf(name: string, type: RecordType, value: string | readonly string[]): DnsRecord {
  if (type === 'TXT') return { name, type, strings: typeof value === 'string' ? [value] : [...value] };
  const text = String(value);
  if (type === 'MX') {
    const [priority = '0', target = ''] = text.split(' ');
    return { name, type, priority: Number(priority), target: target === '.' ? '' : target };
  }
  if (type === 'PTR') return { name, type, target: text };
  return { name, type: type as 'A', address: text };
}
