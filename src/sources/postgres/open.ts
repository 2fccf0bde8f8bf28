import type { Socket } from 'node:net';
import type { Client } from 'pg';
import type { Target } from '../../config/target.ts';
import { lineOf } from '../errors.ts';
import type { Gathering } from '../gathering.ts';
import type { PostgresAddress, PostgresHost } from './address.ts';
import { ConnectFailed, dial, type Reach } from './dial.ts';
import { openLeg, refusalOf } from './leg.ts';

/** A session with whoever answered first. */
export interface Opened {
  client: Client;
  host: PostgresHost;
  encrypted: boolean;
  /** What the server asked for: scram-sha-256, md5, password, none. */
  authentication: string;
}

export interface Opening {
  address: PostgresAddress;
  via: Target['settings']['postgres']['via'];
  ca: readonly string[];
  /** The client's certificate and key, PEM. */
  identity?: { cert: string; key: string } | undefined;
  signal: AbortSignal;
}

/** How a password may be sent on a connection: in whatever form the server asks for, as SCRAM only, or not at all. */
export type Manner = 'any' | 'scram' | 'none';

/**
 * Where the server has no TLS, a password goes in any form to this machine, or to a proxy or mesh that the settings declare on a private
 * address; else only as scram-sha-256, which does not reveal it, and only to a private address or where the URL itself says
 * sslmode=disable. (Whatever it is, database.ssl judges the handshake.)
 */
export function mannerWithoutTls(reach: Reach, via: Opening['via'], sslmode: PostgresAddress['sslmode']): Manner {
  if (reach === 'unix' || reach === 'loopback' || (via !== 'direct' && reach === 'private')) return 'any';
  return reach === 'private' || sslmode === 'disable' ? 'scram' : 'none';
}

/** Whoever writes one of these has libpq refuse a session without TLS, so that nobody on the way can strip it. */
const demandsTls = new Set<string>(['require', 'verify-ca', 'verify-full', 'ssl=true']);

/**
 * A session on one host. No password goes over TLS that does not verify; the one way around is no TLS at all, where the URL says
 * sslmode=disable and the manner without it is `any`. Rejects with ConnectFailed.
 */
export async function openOn(gathering: Gathering, host: PostgresHost, opening: Opening): Promise<Opened> {
  const { address, via, signal } = opening;
  const leg = await openLeg(gathering, { to: host, ...opening });
  if (leg.tls && leg.session.verified) return logIn(leg.socket, host, opening, { encrypted: true, manner: 'any' });
  const manner = mannerWithoutTls(leg.reach, via, address.sslmode);
  if (leg.tls) {
    leg.socket.destroy();
    if (address.sslmode !== 'disable' || manner !== 'any') throw new ConnectFailed('tls', leg.session.detail);
    return logIn(await dial(gathering, host, signal), host, opening, { encrypted: false, manner });
  }
  const refused = demandsTls.has(address.sslmode ?? '')
    ? `the server offers no TLS, and sslmode=${address.sslmode ?? ''} asks for it`
    : 'the server offers no TLS, and no password goes to a public address without it';
  if (manner === 'none' || demandsTls.has(address.sslmode ?? '')) {
    leg.socket.destroy();
    throw new ConnectFailed('tls', refused);
  }
  return logIn(leg.socket, host, opening, { encrypted: false, manner });
}

/** pg's events for AuthenticationRequest, by pg_hba.conf's words. */
const requests = {
  authenticationCleartextPassword: 'password',
  authenticationMD5Password: 'md5',
  authenticationSASL: 'scram-sha-256',
} as const;

/** The login itself, on a connection where nothing of it was said yet. Rejects with ConnectFailed. */
export async function logIn(
  socket: Socket,
  host: PostgresHost,
  opening: Pick<Opening, 'address' | 'signal'>,
  { encrypted, manner }: { encrypted: boolean; manner: Manner },
): Promise<Opened> {
  const { Client: PgClient } = (await import('pg')).default;
  const { user, database, password } = opening.address;
  let asked = 'none';
  const client = new PgClient({
    user,
    database,
    host: host.host,
    port: host.port,
    stream: () => adopt(socket),
    ssl: false,
    sslnegotiation: 'postgres',
    // A function, for pg would look for what is missing in PGPASSWORD and ~/.pgpass.
    password: () => {
      if (manner === 'none' || (manner === 'scram' && asked !== 'scram-sha-256')) {
        throw new ConnectFailed('tls', `the server asks for the password as ${asked} without TLS: it was not sent`);
      }
      if (!password) throw new ConnectFailed('auth', 'the server asks for a password, and the address has none');
      return password.reveal();
    },
  });
  // pg would add PGOPTIONS and the like; PgBouncer refuses `options` (08P01 unsupported startup parameter).
  Object.assign(client, { getStartupConf: () => ({ user, database, application_name: 'svcheck' }) });
  for (const [event, method] of Object.entries(requests)) client.connection.on(event, () => void (asked = method));
  client.on('error', () => {}); // a session that breaks later rejects the query under way
  const stop = () => socket.destroy();
  opening.signal.addEventListener('abort', stop, { once: true });
  bound(socket);
  try {
    await client.connect();
    return { client, host, encrypted, authentication: asked };
  } catch (error) {
    socket.destroy();
    throw opening.signal.aborted ? new ConnectFailed('timeout', 'connected, but no session came about') : failed(error);
  } finally {
    opening.signal.removeEventListener('abort', stop);
  }
}

/** More than all looks of an audit together get from a server that is well. */
const MAX_BYTES = 32 * 1024 * 1024;

/** pg would gather whatever length a message claims. */
function bound(socket: Socket): void {
  let received = 0;
  socket.on('data', (chunk: Buffer) => {
    received += chunk.length;
    if (received > MAX_BYTES) socket.destroy(new Error(`more than ${MAX_BYTES / 1024 / 1024} MB were sent`));
  });
}

/** pg calls connect() on its stream and waits for the event; this one is connected. */
function adopt(socket: Socket): Socket {
  const connected = () => {
    process.nextTick(() => socket.emit('connect'));
    return socket.resume();
  };
  return Object.assign(socket, { connect: connected });
}

function failed(error: unknown): ConnectFailed {
  if (error instanceof ConnectFailed) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const message = lineOf(error);
  if (error instanceof Error && 'severity' in error) return refusalOf({ code, message });
  if (/^SASL|authenticationOk message type/i.test(message)) return new ConnectFailed('auth', message);
  if (code === 'ECONNRESET' || code === 'EPIPE' || /terminated/.test(message)) {
    return new ConnectFailed('reset', 'the connection was closed before a session began');
  }
  return new ConnectFailed('wrong-protocol', message);
}
