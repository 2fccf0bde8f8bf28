import { type Gathering, LookFailed } from '../gathering.ts';
import { shortened } from '../signals.ts';
import { placeOf, type RedisAddress } from './address.ts';
import { asFailure, ConnectFailed, dial } from './connect.ts';
import { explain } from './explain.ts';
import { ErrorReply, type Reply } from './resp.ts';
import { type RedisSession, SessionFault } from './session.ts';

/** What connecting may take of a look's time: the rest is for saying what came of it. */
const timeFor = (timeoutMs: number): number => timeoutMs - Math.max(timeoutMs * 0.15, Math.min(500, timeoutMs / 2));
const RESET_TRIES = 3;

export interface Opened {
  session: RedisSession;
  roundTripMs: number;
}

/**
 * A session with the address's credentials. They are sent only to something that has answered PING as Redis does, and, where
 * the address says rediss://, only over TLS that verifies. Rejects with ConnectFailed, or LookFailed while the server is loading.
 */
export async function openSession(gathering: Gathering, address: RedisAddress): Promise<Opened> {
  const signal = shortened(gathering.signal, timeFor(gathering.timeoutMs));
  for (let tries = 1; ; tries += 1) {
    try {
      return await gathering.onHost(address.host, () => attempt(gathering, address, signal));
    } catch (error) {
      if (!(error instanceof ConnectFailed)) throw error;
      // Only a reset may be gone at the next try.
      const again = error.outcome === 'reset' && tries < RESET_TRIES && !signal.aborted;
      if (!again) throw await explain(gathering, address, error, signal);
      await new Promise((resolve) => setTimeout(resolve, 100 * tries));
    }
  }
}

async function attempt(gathering: Gathering, address: RedisAddress, signal: AbortSignal): Promise<Opened> {
  const { session, tls } = await dial(gathering, address, signal);
  try {
    if (tls && !tls.verified) throw new ConnectFailed('tls', tls.detail);
    refuse(await session.ask(signal, 'PING'));
    if (address.password !== null) accept(await session.login(signal, address.user, address.password.reveal()));
    const start = performance.now();
    const reply = await session.ask(signal, 'PING');
    const roundTripMs = Math.round((performance.now() - start) * 100) / 100;
    if (reply instanceof ErrorReply && reply.code === 'NOAUTH') throw new ConnectFailed('auth', said(reply));
    busy(reply, address);
    return { session, roundTripMs };
  } catch (error) {
    session.close();
    if (error instanceof SessionFault) throw new ConnectFailed(asFailure(error), error.message);
    throw error;
  }
}

/** The answer to the first PING: from something else than Redis, or from a Redis that turns everybody away. */
function refuse(reply: Reply): void {
  if (reply instanceof ErrorReply) {
    const turnedAway = reply.code === 'DENIED' || /max number of clients/i.test(reply.text);
    if (turnedAway) throw new ConnectFailed('refused', said(reply));
  } else if (reply !== 'PONG') {
    throw new ConnectFailed('wrong-protocol', 'the answer to PING is not PONG');
  }
}

/** A server without a password answers AUTH with an error, and clients go on. */
const noPasswordSet = /without any password configured|no password is set/i;

function accept(reply: Reply): void {
  if (reply instanceof ErrorReply && !noPasswordSet.test(reply.text)) {
    throw new ConnectFailed('auth', said(reply));
  }
}

function busy(reply: Reply, address: RedisAddress): void {
  if (!(reply instanceof ErrorReply) || (reply.code !== 'LOADING' && reply.code !== 'BUSY')) return;
  throw new LookFailed({
    cause: 'refused',
    because: said(reply),
    fix:
      reply.code === 'LOADING'
        ? 'wait until it has loaded its data, then run again'
        : 'wait for the script, or SCRIPT KILL it',
    where: `PING on ${placeOf(address)}`,
    transient: true,
  });
}

/** The server's words, to stand within a sentence. */
function said({ text }: ErrorReply): string {
  return text.slice(0, 200).replace(/\.+$/, '');
}
