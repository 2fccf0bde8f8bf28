import type { Facts } from '../../src/facts/index.ts';
import type { PostgresHandshake } from '../../src/facts/postgres.ts';
import type { Fault, Judgement } from '../../src/core/verdict.ts';

type Reason =
  | 'plaintext'
  | 'unix-socket'
  | 'plaintext-accepted'
  | 'trust'
  | 'old-protocol'
  | 'self-signed'
  | 'expired'
  | 'not-yet-valid'
  | 'wrong-name'
  | 'missing-intermediate'
  | 'not-verified';

const addressOf = ({ host, port }: PostgresHandshake) => `${host}:${port}`;

/** What is wrong with one host's handshake, the worst first. An unknown root is none: it is not seen whether that is wrong. */
export function handshakeFaults(host: PostgresHandshake, protocol: string, asOf: Date): Fault<Reason>[] {
  const at = addressOf(host);
  if (host.tls === 'unasked') {
    const fix = 'connect by TCP with TLS, or declare what makes the TLS: postgres.via: proxy';
    return [{ reason: 'unix-socket', because: `${at} is a Unix socket, which has no TLS`, fix }];
  }
  const faults: Fault<Reason>[] = [];
  if (host.tls === 'not-offered') {
    const fix =
      'ssl = on with ssl_cert_file and ssl_key_file in postgresql.conf, and hostssl instead of host in pg_hba.conf';
    faults.push({ reason: 'plaintext', because: `${at} offers no TLS`, fix });
  }
  faults.push(...plaintextFaults(host), ...certificateFaults(host, asOf));
  if (host.session && isOlder(host.session.protocol, protocol)) {
    const fix = `ssl_min_protocol_version = '${protocol}' in postgresql.conf, then SELECT pg_reload_conf()`;
    faults.push({
      reason: 'old-protocol',
      because: `${at} speaks ${host.session.protocol}, older than ${protocol}`,
      fix,
    });
  }
  return faults;
}

function plaintextFaults(host: PostgresHandshake): Fault<Reason>[] {
  const { plaintext } = host;
  if (plaintext?.outcome !== 'accepted' && plaintext?.outcome !== 'trusted') return [];
  const at = addressOf(host);
  // By itself a server without TLS can take nothing else; then turning TLS on comes first.
  const fix = `in pg_hba.conf write hostssl for host, or put first: hostnossl all all all reject; then SELECT pg_reload_conf() (PgBouncer: client_tls_sslmode = require)`;
  const faults: Fault<Reason>[] = [
    { reason: 'plaintext-accepted', because: `${at} begins a session without TLS: ${plaintext.detail}`, fix },
  ];
  if (plaintext.outcome === 'trusted') {
    const because = `${at} let us in without TLS and without a password`;
    faults.unshift({ reason: 'trust', because, fix: 'in pg_hba.conf write scram-sha-256 for trust' });
  }
  return faults;
}

const expired = 'renew ssl_cert_file, then SELECT pg_reload_conf()';
const remedies: Readonly<Record<string, readonly [Reason, string]>> = {
  'self-signed': [
    'self-signed',
    'have a CA issue ssl_cert_file, or give this certificate in postgres.ca if it is the one you made',
  ],
  expired: ['expired', expired],
  'not-yet-valid': ['not-yet-valid', "see the server's clock and the certificate's first day"],
  'wrong-name': [
    'wrong-name',
    'have ssl_cert_file issued for the host of the address (subject alternative name), or correct the host',
  ],
  'missing-intermediate': [
    'missing-intermediate',
    "append the intermediate certificates to ssl_cert_file, the server's own first",
  ],
  other: ['not-verified', 'see what the verifier says, and renew ssl_cert_file accordingly'],
};

function certificateFaults(host: PostgresHandshake, asOf: Date): Fault<Reason>[] {
  const { session } = host;
  if (!session) return [];
  const at = addressOf(host);
  const faults = session.defects.flatMap((defect): Fault<Reason>[] => {
    const [reason, fix] = remedies[defect] ?? [];
    return reason && fix ? [{ reason, because: `${at}: ${session.detail}`, fix }] : [];
  });
  const until = session.certificate?.notAfter;
  if (until === undefined || session.defects.includes('expired') || new Date(until) >= asOf) return faults;
  const because = `${at}: its certificate expires at ${until}, before ${asOf.toISOString()}`;
  return [...faults, { reason: 'expired', because, fix: expired }];
}

const protocols = ['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
const isOlder = (one: string, than: string) => protocols.indexOf(one) < protocols.indexOf(than);

/** What keeps the line from passing although nothing seen is wrong: an unknown root, or a host that could not be looked at. */
export function handshakeGap({ hosts, ca }: Facts['postgres.handshake']): Judgement<never> | null {
  if (hosts.length === 0) {
    return { status: 'error', reason: 'internal', because: 'no host was looked at', fix: 'correct the address' };
  }
  for (const host of hosts) {
    const at = addressOf(host);
    const { failure, plaintext, session } = host;
    if (failure)
      return { status: 'error', reason: failure.cause, because: `${at}: ${failure.because}`, fix: failure.fix };
    if (session?.defects.includes('unknown-root')) {
      const fix = ca
        ? `give the root that issued it: ${ca} has another`
        : 'give postgres.ca: the certificate of the CA that issued it (of a managed service, its download page has it)';
      return { status: 'error', reason: 'tls', because: `${at}: ${session.detail}`, fix };
    }
    if (plaintext?.outcome === 'refused') continue;
    const because = `${at}: whether it refuses plaintext was not seen: ${plaintext?.detail ?? 'no answer'}`;
    return { status: 'error', reason: 'refused', because, fix: 'see the server log for what it said, then run again' };
  }
  return null;
}
