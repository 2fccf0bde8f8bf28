import type { Facts, Known } from '../../src/facts/index.ts';
import type { Warning } from '../../src/core/verdict.ts';

type Handshake = Facts['postgres.handshake'];

/**
 * Says of a declared proxy or mesh that the leg behind it is out of sight; null where none is declared, or where the address
 * is not on this side: a proxy listens on loopback or a Unix socket, a mesh also takes over private addresses.
 */
export function proxied({ via, hosts }: Handshake): string | null {
  if (via === 'direct' || hosts.length === 0) return null;
  const near = via === 'mesh' ? ['unix', 'loopback', 'private'] : ['unix', 'loopback'];
  if (!hosts.every(({ reach, failure }) => failure === null && near.includes(reach))) return null;
  return `a ${via} on this side, as postgres.via says: the leg from it to the database was not seen`;
}

/** What an sslmode lets pass (PostgreSQL documentation, "SSL Support", protection provided in different modes). */
const modes: Readonly<Record<string, string>> = {
  disable: 'connects without TLS',
  allow: 'takes plaintext, and any certificate',
  prefer: 'takes plaintext, and any certificate',
  require: 'takes any certificate',
  'no-verify': 'takes any certificate',
  'verify-ca': 'takes a certificate for any host of that CA',
};

/** The application's own mode, where it verifies less than we did. */
export function sslmodeWarning({ sslmode, from }: Handshake): Warning<'sslmode-unverified'>[] {
  const write = `write sslmode=verify-full (and sslrootcert) in ${from}`;
  if (sslmode === null) {
    const text = `${from} has no sslmode, and clients that are told nothing do not verify: ${write}`;
    return [{ reason: 'sslmode-unverified', text }];
  }
  const means = modes[sslmode];
  return means ? [{ reason: 'sslmode-unverified', text: `sslmode=${sslmode} of ${from} ${means}: ${write}` }] : [];
}

/** What the backend says of its own leg, where our TLS ends before it. */
export function behind(session: Known<Facts['postgres.session']>): Warning<'leg-unencrypted'>[] {
  if (session.state !== 'known' || !session.value.encrypted || session.value.backendTls !== false) return [];
  const who = session.value.pooled ? 'the pooler' : 'whatever ends our TLS';
  const text = `pg_stat_ssl says that the database's own leg has no TLS: see the one from ${who} to it (PgBouncer: server_tls_sslmode = verify-full)`;
  return [{ reason: 'leg-unencrypted', text }];
}
