import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Connection } from '../../facts/connection.ts';
import type { PostgresHandshake } from '../../facts/postgres.ts';
import { resolveHost } from '../dns/resolve.ts';
import { causeOf, lineOf } from '../errors.ts';
import type { Gathering } from '../gathering.ts';
import type { PostgresHost } from './address.ts';

/** An attempt that ended before a session: what the connection's fact says of it. */
export class ConnectFailed extends Error {
  readonly outcome: Exclude<Connection['outcome'], 'ok'>;
  /** SQLSTATE; null where the server said none. */
  readonly code: string | null;
  /** Whose attempt it was, once it is known. */
  host: PostgresHost | null = null;

  constructor(outcome: ConnectFailed['outcome'], detail: string, code: string | null = null) {
    super(detail);
    this.outcome = outcome;
    this.code = code;
  }
}

export type Reach = PostgresHandshake['reach'];

/** The address as a person knows it: `db.example.com:5432`, `[::1]:5432`, `/run/postgresql/.s.PGSQL.5432`. */
export function nameOf({ host, port, socket }: PostgresHost): string {
  return socket ?? `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** A connection without a word said on it. Rejects with ConnectFailed. */
export async function dial(gathering: Gathering, to: PostgresHost, signal: AbortSignal): Promise<Socket> {
  const addresses = to.socket === null ? await addressesOf(gathering, to.host, signal) : [];
  const socket = connect(
    to.socket === null
      ? {
          host: to.host,
          port: to.port,
          noDelay: true,
          // Both families in turn (RFC 8305); a second each, for the last one all the time that is left.
          autoSelectFamily: true,
          autoSelectFamilyAttemptTimeout: 1000,
          lookup: (_name, options, done) => {
            if (options.all) done(null, [...addresses]);
            else done(null, addresses[0]?.address ?? '', addresses[0]?.family ?? 4);
          },
        }
      : { path: to.socket },
  );
  socket.on('error', () => {}); // whoever waits for an answer hears of the close
  try {
    await once(socket, 'connect', { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    throw failed(error);
  }
}

function failed(error: unknown): ConnectFailed {
  const cause = causeOf(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return new ConnectFailed('refused', 'there is no such socket');
  if (code === 'EACCES') return new ConnectFailed('refused', 'this user may not open the socket');
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return new ConnectFailed('timeout', 'there is no route to it');
  if (cause === 'refused') return new ConnectFailed('refused', 'the connection was refused');
  if (cause === 'timeout') return new ConnectFailed('timeout', 'no answer to the attempt to connect');
  return new ConnectFailed('reset', lineOf(error));
}

async function addressesOf(gathering: Gathering, host: string, signal: AbortSignal) {
  const late = once(signal, 'abort').then(() => ({
    outcome: 'timeout' as const,
    because: `no answer for ${host} in time`,
  }));
  const found = signal.aborted ? await late : await Promise.race([resolveHost(gathering, host), late]);
  if (found.outcome === 'ok') {
    if (found.addresses.length > 0) return found.addresses;
    throw new ConnectFailed('nxdomain', `${host} has no address`);
  }
  const absent = found.outcome === 'nxdomain' || found.outcome === 'nodata';
  throw new ConnectFailed(absent ? 'nxdomain' : 'dns', found.because);
}

/** Where the other end of a connection lies. */
export async function reachOf(socket: Socket): Promise<Reach> {
  const address = socket.remoteAddress;
  if (address === undefined) return 'unix';
  const { default: ipaddr } = await import('ipaddr.js');
  const range = ipaddr.process(address).range();
  if (range === 'loopback') return 'loopback';
  return ['private', 'uniqueLocal', 'linkLocal', 'carrierGradeNat'].includes(range) ? 'private' : 'public';
}

const MAX_ANSWER = 65_536;

/**
 * What comes back, as soon as `read` makes something of all the bytes so far, or throws for them.
 * Rejects with ConnectFailed: reset where the other end closes first, timeout where the signal does.
 */
export function answerOn<T>(socket: Socket, signal: AbortSignal, read: (bytes: Buffer) => T | null): Promise<T> {
  return new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    const settle = (then: () => void) => {
      socket.off('data', onData);
      socket.off('close', onClose);
      socket.off('end', onClose);
      signal.removeEventListener('abort', onAbort);
      socket.pause();
      then();
    };
    const onData = (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      try {
        const made = read(bytes);
        if (made !== null) settle(() => resolve(made));
        else if (bytes.length > MAX_ANSWER) throw new ConnectFailed('wrong-protocol', 'an endless answer');
      } catch (error) {
        settle(() => reject(error instanceof Error ? error : new Error(String(error))));
      }
    };
    const onClose = () =>
      settle(() => reject(new ConnectFailed('reset', 'the connection was closed without an answer')));
    const onAbort = () => settle(() => reject(new ConnectFailed('timeout', 'connected, but no answer came')));
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    socket.on('data', onData).once('close', onClose).once('end', onClose);
  });
}
