import { connect as connectTcp, type Socket } from 'node:net';
import type { Connection } from '../../facts/connection.ts';
import type { TlsSession } from '../../facts/tls.ts';
import { resolveHost } from '../dns/resolve.ts';
import { causeOf, lineOf } from '../errors.ts';
import { type Gathering, LookFailed } from '../gathering.ts';
import { shortened } from '../signals.ts';
import { openTls, rootsFor } from '../tls/session.ts';
import { placeOf, type RedisAddress } from './address.ts';
import { RedisSession, SessionFault } from './session.ts';

export type Failure = Exclude<Connection['outcome'], 'ok'>;

/** No session came about; the detail is one line that holds no secret. */
export class ConnectFailed extends Error {
  readonly outcome: Failure;
  /** Whether something had accepted the TCP connection. */
  readonly accepted: boolean;

  constructor(outcome: Failure, detail: string, accepted = true) {
    super(detail);
    this.outcome = outcome;
    this.accepted = accepted;
  }
}

/** Of a look's time, what the TCP connection and the handshake may take each. */
const CONNECT_SHARE = 0.5;
const HANDSHAKE_SHARE = 0.4;

export interface Dialled {
  session: RedisSession;
  /** Null without TLS. */
  tls: TlsSession | null;
}

/**
 * An open session that nothing was said on yet, encrypted where the address says rediss://. A chain that does not verify is
 * reported in `tls`, not refused. Rejects with ConnectFailed, and with LookFailed for a CA file that cannot be used.
 */
export async function dial(gathering: Gathering, address: RedisAddress, signal: AbortSignal): Promise<Dialled> {
  const socket = await connect(gathering, address, signal);
  if (!address.tls) return { session: new RedisSession(socket), tls: null };
  try {
    const { ca } = await rootsFor(gathering, gathering.target.settings.redis.ca);
    const inTime = shortened(signal, gathering.timeoutMs * HANDSHAKE_SHARE);
    const secured = await openTls({ socket, servername: address.host, ca, signal: inTime });
    return { session: new RedisSession(secured.socket), tls: secured.session };
  } catch (error) {
    socket.destroy();
    if (!(error instanceof LookFailed) || isOfFile(error)) throw error;
    throw new ConnectFailed(asFailure(error), error.message);
  }
}

/** A TCP connection to the first of the host's addresses that accepts one. Rejects with ConnectFailed. */
export async function connect(gathering: Gathering, address: RedisAddress, signal: AbortSignal): Promise<Socket> {
  const resolution = await resolveHost(gathering, address.host);
  if (resolution.outcome !== 'ok') {
    const exists = resolution.outcome !== 'nxdomain' && resolution.outcome !== 'nodata';
    throw new ConnectFailed(exists ? 'dns' : 'nxdomain', resolution.because, false);
  }
  if (resolution.addresses.length === 0) throw new ConnectFailed('nxdomain', `${address.host} has no address`, false);
  const failures: ConnectFailed[] = [];
  // Each of a host's addresses, four at most, gets an equal share of the time.
  const tried = resolution.addresses.slice(0, 4);
  for (const { address: ip } of tried) {
    try {
      return await toAddress(ip, address.port, shortened(signal, (gathering.timeoutMs * CONNECT_SHARE) / tried.length));
    } catch (error) {
      if (!(error instanceof ConnectFailed)) throw error;
      failures.push(error);
    }
  }
  // One address that refuses proves nothing while another one is silent.
  throw (
    failures.find(({ outcome }) => outcome !== 'refused') ??
    failures[0] ??
    new ConnectFailed('dns', 'no address', false)
  );
}

function toAddress(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host, port });
    const stop = (): void => {
      socket.destroy();
      reject(new ConnectFailed('timeout', `no answer from ${placeOf({ host, port })} in time`, false));
    };
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    socket.on('error', (error) => {
      signal.removeEventListener('abort', stop);
      const cause = causeOf(error);
      reject(new ConnectFailed(cause === 'refused' || cause === 'reset' ? cause : 'timeout', lineOf(error), false));
    });
    socket.once('connect', () => {
      signal.removeEventListener('abort', stop);
      resolve(socket);
    });
  });
}

/** A CA file that cannot be read is a mistake in the settings, not an outcome of connecting. */
const isOfFile = ({ outcome }: LookFailed): boolean =>
  outcome.cause === 'malformed' || outcome.cause === 'not-permitted' || outcome.cause === 'too-large';

/** An error of the handshake, or of the session after it, as an outcome. */
export function asFailure(error: LookFailed | SessionFault): Failure {
  const word = error instanceof SessionFault ? error.kind : error.outcome.cause;
  if (word === 'too-large') return 'wrong-protocol';
  return word === 'timeout' || word === 'refused' || word === 'reset' || word === 'wrong-protocol' ? word : 'tls';
}
