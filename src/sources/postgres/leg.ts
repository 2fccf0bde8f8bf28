import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { TlsSession } from '../../facts/tls.ts';
import { type Gathering, LookFailed } from '../gathering.ts';
import { openTls } from '../tls/session.ts';
import type { PostgresHost } from './address.ts';
import { answerOn, ConnectFailed, dial, type Reach, reachOf } from './dial.ts';
import { greetingOf, oneLine, type ServerError, SSL_REQUEST } from './wire.ts';

/** The way to a server before anything of a session was said. */
export type Leg = { reach: Reach } & (
  | { tls: true; session: TlsSession; socket: TLSSocket }
  /** The same connection goes on without TLS (documentation, "SSL Session Encryption"). */
  | { tls: false; socket: Socket }
);

interface LegOptions {
  to: PostgresHost;
  ca: readonly string[];
  identity?: { cert: string; key: string } | undefined;
  signal: AbortSignal;
  /** Called as soon as the other end is there, for a look that fails later. */
  onReach?(reach: Reach): void;
}

/** Connects and asks for TLS. Rejects with ConnectFailed; a certificate that does not verify is in `session`. */
export async function openLeg(gathering: Gathering, { to, ca, identity, signal, onReach }: LegOptions): Promise<Leg> {
  const socket = await dial(gathering, to, signal);
  try {
    const reach = await reachOf(socket);
    onReach?.(reach);
    if (reach === 'unix') return { reach, tls: false, socket };
    socket.write(SSL_REQUEST);
    const answer = await answerOn(socket, signal, sslAnswerOf);
    if (answer === 'N') return { reach, tls: false, socket };
    if (answer !== 'S') throw refusalOf(answer);
    const opened = await openTls({ socket, servername: to.host, ca, signal, ...identity });
    return { reach, tls: true, ...opened };
  } catch (error) {
    socket.destroy();
    throw error instanceof LookFailed ? ofTls(error) : error;
  }
}

/**
 * `S` or `N`, alone: more bytes would be a stranger's greeting (SSH begins with an S too) or something smuggled in before the
 * encryption (CVE-2021-23222). An error comes from servers that know no SSLRequest or are out of resources.
 */
function sslAnswerOf(bytes: Buffer): 'S' | 'N' | ServerError | null {
  const first = bytes.subarray(0, 1).toString('latin1');
  if ((first === 'S' || first === 'N') && bytes.length === 1) return first;
  const greeting = greetingOf(bytes);
  if (greeting.kind === 'partial') return null;
  if (greeting.kind === 'error') return greeting.error;
  const begins = greeting.kind === 'foreign' ? greeting.begins : oneLine(bytes.subarray(0, 40).toString('latin1'));
  throw new ConnectFailed('wrong-protocol', `the answer to SSLRequest begins with ${JSON.stringify(begins)}`);
}

/** What a server that speaks PostgreSQL means by an error before a session (documentation, "PostgreSQL Error Codes"). */
export function refusalOf({ code, message }: Pick<ServerError, 'code' | 'message'>): ConnectFailed {
  // PgBouncer says 08P01 for all of its own refusals.
  if (/no such database/i.test(message)) return new ConnectFailed('refused', message, '3D000');
  // Of the address's sslcert we may have seen nothing: that is no wrong password.
  if (/client certificate/i.test(message)) return new ConnectFailed('tls', message, code || null);
  const auth = /^28/.test(code) || code === '42501' || /no such user|not allowed|authentication failed/i.test(message);
  if (auth) return new ConnectFailed('auth', message, code || null);
  return new ConnectFailed(code === '0A000' ? 'wrong-protocol' : 'refused', message, code || null);
}

function ofTls({ outcome: { cause, because } }: LookFailed): ConnectFailed {
  const told = cause === 'timeout' || cause === 'reset' || cause === 'wrong-protocol' ? cause : 'tls';
  return new ConnectFailed(told, because);
}
