import type { Gathering } from '../gathering.ts';
import { openTls, rootsFor } from '../tls/session.ts';
import type { RedisAddress } from './address.ts';
import { connect, ConnectFailed, dial } from './connect.ts';
import { ErrorReply } from './resp.ts';

/**
 * The most frequent mistake behind a session that does not come about, redis:// to a port that speaks TLS or rediss:// to one
 * that does not, looks like a reset or a time-out from outside. One more connection, without credentials, tells.
 * @returns the failure with the mistake named, or the failure as it was
 */
export async function explain(
  gathering: Gathering,
  address: RedisAddress,
  failure: ConnectFailed,
  signal: AbortSignal,
): Promise<ConnectFailed> {
  const dubious = ['reset', 'wrong-protocol', 'timeout'].includes(failure.outcome);
  if (!dubious || !failure.accepted || signal.aborted) return failure;
  const other = address.tls ? speaksPlainly : speaksTls;
  const mistake = await other(gathering, address, signal).catch(() => null);
  return mistake === null ? failure : new ConnectFailed('wrong-protocol', mistake);
}

async function speaksTls(gathering: Gathering, address: RedisAddress, signal: AbortSignal): Promise<string> {
  const socket = await connect(gathering, address, signal);
  const { ca } = await rootsFor(gathering, gathering.target.settings.redis.ca);
  const secured = await openTls({ socket, servername: address.host, ca, signal });
  secured.socket.destroy();
  return 'the port speaks TLS: the address must begin with rediss://';
}

async function speaksPlainly(gathering: Gathering, address: RedisAddress, signal: AbortSignal): Promise<string | null> {
  const { session } = await dial(gathering, { ...address, tls: false }, signal);
  try {
    const reply = await session.ask(signal, 'PING');
    const isRedis = reply === 'PONG' || reply instanceof ErrorReply;
    return isRedis ? 'the port speaks Redis without TLS, and the address begins with rediss://' : null;
  } finally {
    session.close();
  }
}
