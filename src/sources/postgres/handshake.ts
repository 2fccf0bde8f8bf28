import { type Facts, type Known } from '../../facts/index.ts';
import type { PostgresHandshake } from '../../facts/postgres.ts';
import { absent, type Gatherer, type Gathering, known } from '../gathering.ts';
import { shortened } from '../signals.ts';
import type { PostgresAddress, PostgresHost } from './address.ts';
import { answerOn, ConnectFailed, dial, nameOf, type Reach } from './dial.ts';
import { failureOf, gapOf, SHARE_OF_TIME } from './hosts.ts';
import { openLeg } from './leg.ts';
import { addressOf, applicationOf, credentialsOf } from './target.ts';
import { greetingOf, type PlaintextAnswer, plaintextAnswerOf, startupMessage, TERMINATE } from './wire.ts';

/** What each of the address's hosts offers before anybody has logged in. No password is ever sent here. */
export const handshake: Gatherer<'postgres.handshake'> = {
  contacts: true,
  gather: async (gathering) => {
    const named = addressOf(gathering.target);
    if (!named) return absent('no PostgreSQL address is configured', 'postgres.url');
    const { address } = named;
    const connection = await gathering.fact('postgres.connection');
    if (address.hosts.length === 1 && isOut(connection)) return gapOf(connection.value, connection.where);
    const { ca, from, identity } = await credentialsOf(gathering, address);
    const signal = shortened(gathering.signal, gathering.timeoutMs * SHARE_OF_TIME);
    const look = (host: PostgresHost) =>
      gathering.onHost(host.host, () => lookAt(gathering, { host, address, ca, identity, signal }));
    const hosts = await Promise.all(address.hosts.map(look));
    const application = applicationOf(gathering.target) ?? named;
    return known(
      {
        via: gathering.target.settings.postgres.via,
        ca: from,
        sslmode: application.address.sslmode,
        from: application.from,
        hosts,
      },
      `SSLRequest and a startup message to ${address.hosts.map(nameOf).join(', ')}`,
    );
  },
};

/** Nobody answered there, so that asking again would only take the time a second time. */
function isOut(
  connection: Known<Facts['postgres.connection']>,
): connection is Known<Facts['postgres.connection']> & { state: 'known' } {
  if (connection.state !== 'known' || connection.value.code !== null) return false;
  return ['refused', 'nxdomain', 'timeout', 'dns', 'wrong-protocol'].includes(connection.value.outcome);
}

interface Looking {
  host: PostgresHost;
  address: PostgresAddress;
  ca: readonly string[];
  identity: { cert: string; key: string } | undefined;
  signal: AbortSignal;
}

async function lookAt(gathering: Gathering, looking: Looking): Promise<PostgresHandshake> {
  const { host, ca, identity, signal } = looking;
  let reach: Reach = host.socket === null ? 'public' : 'unix';
  const seen = { host: host.host, port: host.port };
  try {
    const leg = await openLeg(gathering, { to: host, ca, identity, signal, onReach: (one) => void (reach = one) });
    leg.socket.destroy();
    if (reach === 'unix') return { ...seen, reach, tls: 'unasked', session: null, plaintext: null, failure: null };
    const plaintext = await plaintextOn(gathering, looking);
    const tls = leg.tls ? 'offered' : 'not-offered';
    return { ...seen, reach, tls, session: leg.tls ? leg.session : null, plaintext, failure: null };
  } catch (error) {
    if (!(error instanceof ConnectFailed)) throw error;
    // TLS that fails does not mean that plaintext would.
    const plaintext = error.outcome === 'tls' ? await plaintextOn(gathering, looking) : null;
    const failure = { ...failureOf(error.outcome), because: error.message };
    return { ...seen, reach, tls: 'unknown', session: null, plaintext, failure };
  }
}

/** A startup message without TLS on a connection of its own; whatever is asked for stays unanswered. */
async function plaintextOn(gathering: Gathering, looking: Looking): Promise<PlaintextAnswer> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await beginPlaintext(gathering, looking);
    } catch (error) {
      if (!(error instanceof ConnectFailed)) throw error;
      if (error.outcome !== 'reset') return { outcome: 'undecided', code: null, detail: error.message };
      // Some proxies just hang up on whoever asks for no TLS; once might be a fault.
      if (tries > 1) return { outcome: 'refused', code: null, detail: error.message };
    }
  }
}

async function beginPlaintext(gathering: Gathering, { host, address, signal }: Looking): Promise<PlaintextAnswer> {
  const socket = await dial(gathering, host, signal);
  try {
    const { user, database } = address;
    socket.write(startupMessage({ user, database, application_name: 'svcheck' }));
    const answer = await answerOn(socket, signal, (bytes) => {
      const greeting = greetingOf(bytes);
      return greeting.kind === 'partial' ? null : plaintextAnswerOf(greeting);
    });
    // Said only to whoever let us in; a server that waits for a password would take it for one, and log that.
    if (answer.outcome === 'trusted') socket.write(TERMINATE);
    return answer;
  } finally {
    socket.destroySoon();
  }
}
