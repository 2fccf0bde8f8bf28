import type { Facts } from '../../src/facts/index.ts';
import type { Judgement } from '../../src/core/verdict.ts';
import { identifier } from './words.ts';

type Connection = Facts['postgres.connection'];
type Reason = 'refused' | 'refused-credentials' | 'no-database' | 'no-free-connection' | 'wrong-protocol' | 'nxdomain';

/** What an attempt to connect that failed says of the line; null where it did not fail. */
export function connectionVerdict(connection: Connection): Judgement<Reason> | null {
  const { outcome, detail } = connection;
  const at = `${connection.host}:${connection.port}`;
  const because = `${at}: ${detail}`;
  if (outcome === 'ok') return null;
  if (outcome === 'timeout' || outcome === 'dns' || outcome === 'tls' || outcome === 'reset') {
    return { status: 'error', reason: outcome, because, fix: remedies[outcome] };
  }
  const [reason, fix] = refusalOf(connection, at);
  return { status: 'fail', reasons: [reason], because, fix };
}

const remedies = {
  timeout: 'see whether a firewall drops packets from here, or give --timeout more',
  dns: 'see the name servers, or name others in dns.servers',
  tls: "give the certificate of the server's CA in postgres.ca; database.ssl says what is wrong",
  reset: 'see the server log, then run again',
} as const;

function refusalOf({ outcome, code, detail, host }: Connection, at: string): [Reason, string] {
  if (outcome === 'auth') return ['refused-credentials', credentialsFix(code, detail)];
  if (outcome === 'wrong-protocol')
    return ['wrong-protocol', `see what listens on ${at}, and correct host and port of the address`];
  if (outcome === 'nxdomain') return ['nxdomain', `correct the host of the address, or give ${host} a DNS record`];
  if (code === '3D000') return ['no-database', 'CREATE DATABASE with that name, or correct the name in the address'];
  if (code === '53300') {
    return ['no-free-connection', 'raise max_connections, or lower DB_POOL_SIZE; see SELECT * FROM pg_stat_activity'];
  }
  return [
    'refused',
    `start PostgreSQL on ${at} and let this machine in (listen_addresses, firewall), or correct the address`,
  ];
}

/** The message of a server without a fitting line names all that the line needs; it is translated in some, then the shape is given. */
function credentialsFix(code: string | null, detail: string): string {
  if (code === '28P01') return 'correct the password in the address, or set it anew: ALTER ROLE … PASSWORD …';
  const line = /entry for host "([^"]+)", user "([^"]+)", database "([^"]+)"/.exec(detail);
  if (line) {
    const [, from = '', user = '', database = ''] = line;
    const mask = from.includes(':') ? 128 : 32;
    const entry = `hostssl ${identifier(database)} ${identifier(user)} ${from}/${mask} scram-sha-256`;
    return `add to pg_hba.conf: ${entry}; then SELECT pg_reload_conf()`;
  }
  return 'correct user and password in the address; see the server log for which of them it refuses';
}
