import { Resolver } from 'node:dns/promises';
import { join } from 'node:path';
import { type DnsQuery, type DnsServer, type DnsZone, questions, startDns } from '../../fixtures/servers/dns.ts';
import { temporaryFolder } from '../../fixtures/servers/folder.ts';
import { line, median, runNode } from './measure.ts';

const bin = join(import.meta.dirname, '../../dist/svcheck.mjs');
const ROUNDS = 7;
const LATENCY_MS = 50;

/** A domain as they are: two senders, their includes nested, keys delegated, reports to a third party. */
const zone: DnsZone = {
  'acme.test': {
    SOA: 'ns.acme.test admin.acme.test 1 3600 600 86400 300',
    NS: 'ns.acme.test',
    MX: ['10 mx1.acme.test', '20 mx2.acme.test'],
    TXT: ['v=spf1 include:_spf.acme.test mx a:out.acme.test ~all', 'site-verification=0123456789'],
  },
  'bounce.acme.test': { TXT: 'v=spf1 include:spf.brevo.com -all', MX: '10 mx.brevo.com' },
  '_spf.acme.test': { TXT: 'v=spf1 include:_spf.mailer.test include:spf.brevo.com ~all' },
  '_spf.mailer.test': { TXT: 'v=spf1 include:_nets.mailer.test ip4:192.0.2.0/24 ~all' },
  '_nets.mailer.test': { TXT: 'v=spf1 a:host.mailer.test ip4:198.51.100.0/24 ~all' },
  'host.mailer.test': { A: '203.0.113.8', AAAA: '2001:db8::8' },
  'spf.brevo.com': { TXT: 'v=spf1 ip4:1.179.112.0/20 -all' },
  'mx1.acme.test': { A: '203.0.113.1' },
  'mx2.acme.test': { A: '203.0.113.2' },
  'out.acme.test': { A: '203.0.113.3' },
  'brevo1._domainkey.acme.test': { CNAME: 'b1.acme-test.dkim.brevo.com' },
  'brevo2._domainkey.acme.test': { CNAME: 'b2.acme-test.dkim.brevo.com' },
  'b1.acme-test.dkim.brevo.com': { TXT: `v=DKIM1; k=rsa; p=${'A'.repeat(392)}` },
  'b2.acme-test.dkim.brevo.com': { TXT: `v=DKIM1; k=rsa; p=${'B'.repeat(392)}` },
  '_dmarc.acme.test': { TXT: 'v=DMARC1; p=reject; rua=mailto:dmarc@acme.test,mailto:acme@reports.test' },
  'acme.test._report._dmarc.reports.test': { TXT: 'v=DMARC1' },
};

const lines = ['spf', 'dkim', 'dmarc'].flatMap((name) => ['--only', `email-domain.${name}`]);

/** All that e-mail asks of DNS for one domain, against as many round trips one after another as depend on each other. */
export async function benchEmail(): Promise<void> {
  const server = await startDns({ zone, behaviours: { '*': { delayMs: LATENCY_MS } } });
  const folder = temporaryFolder('bench-email');
  folder.write({ 'svcheck.yaml': settings(server.address) });
  const looks: number[] = [];
  const chain: number[] = [];
  let asked: DnsQuery[] = [];
  try {
    for (let round = 0; round <= ROUNDS; round += 1) {
      server.queries.length = 0;
      await runNode([bin, 'audit', ...lines], folder.path);
      asked = questions(server.queries);
      if (asked.length === 0) throw new Error('the audit asked for nothing: run it by hand to see why');
      const [took, bound] = [spanOf(asked), await inARow(server, longestChain(asked))];
      if (round === 0) continue; // warms up
      looks.push(took);
      chain.push(bound);
    }
  } finally {
    await server.stop();
    await folder.remove();
  }
  const names = asked.map(({ name, type }) => `${name} ${type}`);
  line('questions, and those asked twice', `${names.length}, ${names.length - new Set(names).size}`, 'none twice');
  line('longest chain of dependent round trips', `${longestChain(asked)} (${median(chain).toFixed(0)} ms)`, '');
  line('all looks / that chain', ratio(median(looks), median(chain)), 'at most 1.5');
  // What a busy machine adds is least in the best round.
  line('the same, the best round of each', ratio(Math.min(...looks), Math.min(...chain)), '');
}

const ratio = (took: number, bound: number): string => `${(took / bound).toFixed(2)} (${took.toFixed(0)} ms)`;

function settings(address: string): string {
  return `version: 1
name: production
dns: { servers: ["${address}"] }
email: { domain: acme.test, returnPath: bounce.acme.test, provider: brevo, selectors: [brevo1, brevo2] }
`;
}

/** From the first question's arrival to the last one's answer. */
function spanOf(asked: readonly DnsQuery[]): number {
  const times = asked.map(({ at }) => at);
  return Math.max(...times) + LATENCY_MS - Math.min(...times);
}

/** A question depends on the earlier ones whose answers name what it asks for; the others could all be asked at once. */
function longestChain(asked: readonly DnsQuery[]): number {
  const depths = new Map<DnsQuery, number>();
  for (const one of [...asked].sort((a, b) => a.at - b.at)) {
    const before = [...depths].filter(([other]) => names(other, one.name));
    depths.set(one, 1 + Math.max(0, ...before.map(([, depth]) => depth)));
  }
  return Math.max(...depths.values());
}

function names({ name, type }: DnsQuery, wanted: string): boolean {
  const told = wanted.replace(/^.*\._report\._dmarc\./, ''); // RFC 9990 section 3
  const records = zone[name] ?? {};
  const texts = Object.entries(records).flatMap(([kind, values]) => (kind === type ? [JSON.stringify(values)] : []));
  return name !== wanted && texts.some((text) => text.split(/[^\w.-]+/).includes(told));
}

async function inARow({ address }: DnsServer, count: number): Promise<number> {
  const resolver = new Resolver();
  resolver.setServers([address]);
  const start = performance.now();
  for (let index = 0; index < count; index += 1) await resolver.resolveTxt('acme.test');
  return performance.now() - start;
}
