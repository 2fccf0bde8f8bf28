import type { Cause, Facts } from '../../facts/index.ts';
import { type Found, type Gathering, LookFailed, passOn, unreachable } from '../gathering.ts';
import { shortened } from '../signals.ts';
import type { PostgresAddress, PostgresHost } from './address.ts';
import { ConnectFailed } from './dial.ts';
import { type Opening, openOn } from './open.ts';
import { Session } from './session.ts';
import { addressOf, credentialsOf } from './target.ts';

/** The rest is for saying that the time is over before the engine cuts the look. */
export const SHARE_OF_TIME = 0.8;

/** The shared session. Rejects with ConnectFailed as long as none can be opened, and opens a new one where the last broke. */
export async function sessionOf(gathering: Gathering): Promise<Session> {
  const slot = await gathering.share(
    'postgres session',
    () => Promise.resolve(new Slot()),
    (one) => one.close(),
  );
  return slot.get(() => {
    const named = addressOf(gathering.target);
    if (!named) throw new Error('no address is configured');
    return openSession(gathering, named.address);
  });
}

class Slot {
  #opening: Promise<Session> | null = null;
  #current: Session | null = null;

  get(open: () => Promise<Session>): Promise<Session> {
    if (this.#opening && !this.#current?.ended) return this.#opening;
    this.#current = null;
    const opening = open();
    this.#opening = opening;
    opening.then(
      (session) => void (this.#current = session),
      () => void (this.#opening = null),
    );
    return opening;
  }

  async close(): Promise<void> {
    await (await this.#opening?.catch(() => null))?.close();
  }
}

/**
 * A session on the first of the address's hosts that has one, in their order. As with libpq, a server that answers and
 * refuses ends the search, and target_session_attrs passes a standby over where a primary is asked for (documentation,
 * "Specifying Multiple Hosts"). Rejects with ConnectFailed, its `host` set.
 */
export async function openSession(gathering: Gathering, address: PostgresAddress): Promise<Session> {
  const end = performance.now() + gathering.timeoutMs * SHARE_OF_TIME;
  const { ca, identity } = await credentialsOf(gathering, address);
  const primary = /^(read-write|primary)$/.test(address.targetSessionAttrs ?? '') && address.hosts.length > 1;
  let last: Session | ConnectFailed | null = null;
  for (const [index, host] of address.hosts.entries()) {
    const share = (end - performance.now()) / (address.hosts.length - index);
    const found: Session | ConnectFailed = await tryHost(gathering, host, { address, ca, identity }, share);
    const settled = found instanceof Session ? !primary || !(await inRecovery(found)) : isAnswer(found);
    if (last instanceof Session && (settled || found instanceof Session)) await last.close();
    if (settled || found instanceof Session || !(last instanceof Session)) last = found;
    if (settled) break;
  }
  if (last instanceof Session) return last;
  throw last ?? new ConnectFailed('timeout', 'no time was left to connect');
}

async function tryHost(
  gathering: Gathering,
  host: PostgresHost,
  what: Pick<Opening, 'address' | 'ca' | 'identity'>,
  ms: number,
): Promise<Session | ConnectFailed> {
  const { via, statementTimeout } = gathering.target.settings.postgres;
  const signal = shortened(gathering.signal, ms);
  try {
    const opened = await gathering.onHost(host.host, () => openOn(gathering, host, { ...what, via, signal }));
    return new Session(opened, statementTimeout);
  } catch (error) {
    if (!(error instanceof ConnectFailed)) throw error;
    error.host = host;
    return error;
  }
}

const isAnswer = ({ code, outcome }: ConnectFailed) =>
  code !== null || outcome === 'auth' || outcome === 'tls' || outcome === 'wrong-protocol';

async function inRecovery(session: Session): Promise<boolean> {
  const [row] = await session.look<{ standby: boolean }>('SELECT pg_is_in_recovery() AS standby');
  return row?.standby === true;
}

/** A look that needs the session: where none came about, it says why. */
export function withSession<T>(look: (session: Session, gathering: Gathering) => Promise<Found<T>>) {
  return async (gathering: Gathering): Promise<Found<T>> => {
    const connection = await gathering.fact('postgres.connection');
    if (connection.state !== 'known') return passOn(connection);
    if (connection.value.outcome !== 'ok') return gapOf(connection.value, connection.where);
    try {
      return await look(await sessionOf(gathering), gathering);
    } catch (error) {
      if (!(error instanceof ConnectFailed)) throw error;
      throw new LookFailed({ cause: 'reset', because: error.message, fix: fixes.reset, where: connection.where });
    }
  };
}

const fixes = {
  refused: 'see that PostgreSQL runs and that listen_addresses and the firewall let this machine in',
  auth: 'correct the user and password of the address',
  'wrong-protocol': 'see what listens there: it is not PostgreSQL',
  nxdomain: 'correct the host of the address, or its DNS record',
  timeout: 'see whether a firewall drops packets from here, or give --timeout more',
  dns: 'see the name servers, or name others in dns.servers',
  tls: "give the certificate of the server's CA in postgres.ca; see database.ssl",
  reset: 'see the server log, then run again',
} as const;

/** What an attempt that failed means for whoever needed it. */
export function failureOf(outcome: ConnectFailed['outcome']): { cause: Cause; fix: string } {
  return { cause: outcome === 'nxdomain' ? 'dns' : outcome, fix: fixes[outcome] };
}

/** Why a fact has no session to look with. */
export function gapOf({ outcome, detail }: Facts['postgres.connection'], where: string): Found<never> {
  if (outcome === 'ok') throw new Error('a session came about');
  return unreachable({ ...failureOf(outcome), because: `no session: ${detail}`, where });
}
