import type { MtaSts, TlsRpt } from '../../../facts/email-extras.ts';
import type { Facts } from '../../../facts/index.ts';
import { isAnswer } from '../../dns/answer.ts';
import { type DnsResult, query, type RecordType } from '../../dns/client.ts';
import { absent, type Found, type Gatherer, type Gathering, known, LookFailed } from '../../gathering.ts';
import { sendingDomain } from '../domain.ts';
import { textsOf } from '../spf/record.ts';
import { parseTlsRpt, stsRecordProblem, withVersion } from './grammar.ts';
import { stsPolicy } from './policy.ts';

type Receiving = Facts['email.receiving'];

const MAX_RECORDS = 20;

export const receiving: Gatherer<'email.receiving'> = { contacts: true, gather };

async function gather(gathering: Gathering): Promise<Found<Receiving>> {
  const sending = await sendingDomain(gathering.target);
  if (!sending) return absent('no sending domain is known', 'email.domain');
  const { domain } = sending;
  const ask = (name: string, type: RecordType) => query(gathering, name, type);
  const [mx, v4, v6, sts, rpt, signed] = await Promise.all([
    ask(domain, 'MX'),
    ask(domain, 'A'),
    ask(domain, 'AAAA'),
    ask(`_mta-sts.${domain}`, 'TXT'),
    ask(`_smtp._tls.${domain}`, 'TXT'),
    isSigned(gathering, domain),
  ]);
  if (!isAnswer(mx.outcome)) throw failed(`MX of ${domain}`, mx);
  const records = mx.answers.flatMap((one) =>
    one.type === 'MX' ? [{ priority: one.priority, host: one.target }] : [],
  );
  const hosts = records.map(({ host }) => host).filter((host) => host !== '');
  const addresses = [...v4.answers, ...v6.answers].flatMap((one) => ('address' in one ? [one.address] : []));
  const asked = hosts.length > 0 ? [sts, rpt] : [];
  const lookups = hosts.length > 0 || records.length > 0 ? asked : [v4, v6];
  const value: Receiving = {
    domain,
    mx: records.slice(0, MAX_RECORDS),
    nullMx: records.length > 0 && hosts.length === 0,
    addresses: addresses.slice(0, MAX_RECORDS),
    mtaSts: hosts.length > 0 && isAnswer(sts.outcome) ? await mtaSts(gathering, domain, sts, hosts) : null,
    tlsRpt: hosts.length > 0 && isAnswer(rpt.outcome) ? tlsRpt(rpt) : null,
    signed,
    unseen: lookups.filter(({ outcome }) => !isAnswer(outcome)).map(({ because }) => because.slice(0, 300)),
  };
  return known(value, `MX of ${domain} and what protects mail to it`);
}

async function mtaSts(
  gathering: Gathering,
  domain: string,
  answer: DnsResult,
  hosts: readonly string[],
): Promise<MtaSts> {
  const records = withVersion(textsOf(answer), 'STSv1');
  const [text] = records;
  // "If the number of resulting records is not one … senders MUST assume the recipient domain does not have an available policy."
  if (text === undefined || records.length > 1) {
    const problem = records.length > 1 ? `_mta-sts.${domain} has ${records.length} records` : null;
    return { count: records.length, problem, policy: null };
  }
  const policy = await stsPolicy(gathering, `https://mta-sts.${domain}/.well-known/mta-sts.txt`, hosts, {
    timeoutMs: gathering.timeoutMs / 2,
  });
  return { count: 1, problem: stsRecordProblem(text), policy };
}

function tlsRpt(answer: DnsResult): TlsRpt {
  const records = withVersion(textsOf(answer), 'TLSRPTv1');
  const [text] = records;
  if (text === undefined) return { count: 0, rua: [], problem: null };
  if (records.length > 1) return { count: records.length, rua: [], problem: `there are ${records.length} records` };
  return { count: 1, ...parseTlsRpt(text) };
}

/**
 * The AD bit of the domain's own answer. Without it the zone is only known to be unsigned where the resolver validates
 * at all: it then vouches for the top-level domain, which nearly all are signed.
 */
async function isSigned(gathering: Gathering, domain: string): Promise<boolean | null> {
  const top = domain.slice(domain.lastIndexOf('.') + 1);
  const [own, parent] = await Promise.all([query(gathering, domain, 'SOA'), query(gathering, top, 'SOA')]);
  if (!isAnswer(own.outcome)) return null;
  if (own.ad) return true;
  return parent.ad ? false : null;
}

function failed(where: string, { outcome, because }: DnsResult): LookFailed {
  return new LookFailed({
    cause: outcome === 'timeout' ? 'timeout' : 'dns',
    because,
    fix: 'see that the name server answers from here, or set dns.servers',
    where,
    transient: outcome === 'servfail',
  });
}
