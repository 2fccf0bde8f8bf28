import { defineCheck } from '../../src/core/define.ts';
import { type Fault, failOrPass, type Judgement } from '../../src/core/verdict.ts';
import type { Facts } from '../../src/facts/index.ts';

type Ports = Facts['network.ports'];
type Address = Ports['addresses'][number];
type Reason = 'only-allowed' | 'open-ports' | 'answers-everywhere' | 'no-public-address';

/** What listens there as a rule (IANA's registry of service names and ports, and the products' documentation). */
const services: Readonly<Record<number, string>> = {
  21: 'FTP',
  22: 'SSH',
  23: 'Telnet',
  25: 'SMTP',
  2375: 'Docker without TLS',
  2379: 'etcd',
  3000: 'a Node server',
  3306: 'MySQL',
  3389: 'RDP',
  5432: 'PostgreSQL',
  6379: 'Redis',
  6432: 'PgBouncer',
  6443: 'Kubernetes',
  9090: 'Prometheus',
  9093: 'Alertmanager',
  9100: 'node_exporter',
  9200: 'Elasticsearch',
  10250: 'kubelet',
  11211: 'memcached',
  27017: 'MongoDB',
};

export const firewall = defineCheck({
  id: 'network.firewall',
  item: 'Firewall configured (allow only necessary ports)',
  rule: {
    pass: "of a bounded list of common service ports on the addresses declared as ours (site.origin, else the site's own where no CDN fronts it) only the allowed ones (80, 443) are open from an outside vantage",
    fail: 'names the open ports',
  },
  why: 'Every open port is a program that the whole internet may talk to: those that are not meant for it are where break-ins begin.',
  remedy:
    'Let the firewall drop what is not named: ufw default deny incoming; ufw allow 80/tcp; ufw allow 443/tcp; SSH from your own addresses only. Docker publishes ports past ufw: bind them to 127.0.0.1.',
  docs: [
    'https://www.iana.org/assignments/service-names-port-numbers/service-names-port-numbers.xhtml',
    'https://docs.docker.com/engine/network/packet-filtering-firewalls/',
  ],
  reasons: {
    'only-allowed': 'of the ports looked at, only the allowed ones are open',
    'open-ports': 'ports are open that are not allowed',
    'answers-everywhere': 'a port that nobody uses accepts connections too: something answers for every port',
    'no-public-address': 'the addresses declared as ours are not public',
  },
  ways: (make) => [
    make.active({
      how: 'from outside: one connection to each port of network.ports on the addresses declared as ours',
      settings: ['site.url', 'vantage'],
      needs: ['network.ports'],
      judge: ({ 'network.ports': ports }) => {
        const { allowed, addresses } = ports;
        const seen = { vantage: 'outside', from: ports.from, allowed, addresses: addresses.map(seenOf) };
        const looked = addresses.filter((one) => one.class === 'public');
        if (looked.length === 0) {
          const because = `${addresses.map((one) => `${one.address} is ${one.class}`).join(', ')}: nobody outside reaches it by that address`;
          return { status: 'unclear', reason: 'no-public-address', because, seen };
        }
        const everywhere = looked.find(({ control }) => control === 'accepted');
        if (everywhere) {
          const because = `${everywhere.address} accepts a connection on a port that nobody uses: something answers for all of them`;
          return { status: 'unclear', reason: 'answers-everywhere', because, seen };
        }
        const faults = looked.flatMap((one) => faultOf(one, allowed) ?? []);
        const lost = faults.length === 0 ? gapOf(looked) : null;
        if (lost) return lost;
        const count = looked[0]?.ports.length ?? 0;
        const because = `of ${count} ports on ${looked.map(({ address }) => address).join(', ')}, none but ${allowed.join(', ')} is open from outside`;
        return failOrPass<Reason>(faults, { reason: 'only-allowed', because }, { seen });
      },
    }),
    make.attest('Does a firewall let nothing but the necessary ports through?', 90),
  ],
});

const openOf = ({ ports }: Address): number[] =>
  ports.filter(({ outcome }) => outcome === 'accepted').map(({ port }) => port);

const seenOf = (one: Address) => ({ address: one.address, role: one.role, class: one.class, open: openOf(one) });

function faultOf(one: Address, allowed: readonly number[]): Fault<Reason> | null {
  const open = openOf(one).filter((port) => !allowed.includes(port));
  if (open.length === 0) return null;
  const named = open.map((port) => (services[port] ? `${port} (${services[port]})` : String(port)));
  return {
    reason: 'open-ports',
    because: `from outside, ${one.address} accepts connections on ${named.join(', ')}`,
    fix: `close ${open.join(', ')} in the firewall (ufw deny ${open[0]}/tcp), or name what must be open in network.allowed`,
    findings: open.map((port) => ({ where: `${one.address}:${port}`, what: services[port] ?? 'open' })),
  };
}

/** What was not really looked at: this machine's own fault, or a host that never said a word. */
function gapOf(looked: readonly Address[]): Judgement<Reason> | null {
  for (const { address, ports, role } of looked) {
    if (ports.length === 0) {
      const fix = 'name one address in site.origin, and look at the others on their own';
      return { status: 'error', reason: 'too-large', because: `${address} is one address too many to look at`, fix };
    }
    const own = ports.find(({ outcome }) => ['no-route', 'not-permitted', 'not-asked'].includes(outcome));
    if (own) {
      const because = `${address}:${own.port} could not be tried (${own.outcome})`;
      const fix = `look from a host that reaches ${address}, and give --timeout more`;
      return { status: 'error', reason: own.outcome === 'not-asked' ? 'timeout' : 'not-permitted', because, fix };
    }
    // An origin behind a network may drop everybody else; a site that drops everything was not reached at all.
    if (role === 'site' && ports.every(({ outcome }) => outcome === 'dropped')) {
      const because = `${address} answered on no port, not even on those of the site`;
      const fix = 'see whether a firewall on the way from here drops packets';
      return { status: 'error', reason: 'timeout', because, fix };
    }
  }
  return null;
}
