import { setTimeout as sleep } from 'node:timers/promises';
import { absent, type Gatherer, type Gathering, known } from '../gathering.ts';
import { ConnectFailed, nameOf } from './dial.ts';
import { sessionOf } from './hosts.ts';
import type { Session } from './session.ts';
import { addressOf } from './target.ts';

const AGAIN_MS = 250;

/** The attempt to log in, known whatever comes of it. */
export const connection: Gatherer<'postgres.connection'> = {
  contacts: true,
  gather: async (gathering) => {
    const named = addressOf(gathering.target);
    if (!named) return absent('no PostgreSQL address is configured', 'postgres.url');
    gathering.progress('connecting to PostgreSQL');
    const attempt = await twice(gathering);
    const host = (attempt instanceof ConnectFailed ? attempt.host : attempt.opened.host) ?? named.address.hosts[0];
    const where = `a connection to ${nameOf(host)}`;
    const at = { host: host.host, port: host.port };
    if (attempt instanceof ConnectFailed) {
      const { outcome, message, code } = attempt;
      return known({ ...at, outcome, detail: message, code, roundTripMs: null }, where);
    }
    return known({ ...at, outcome: 'ok', detail: '', code: null, roundTripMs: await attempt.roundTripMs() }, where);
  },
};

/** A connection that was cut is tried once more: that may have been a server that restarts. */
async function twice(gathering: Gathering): Promise<Session | ConnectFailed> {
  const first = await once(gathering);
  if (!(first instanceof ConnectFailed) || first.outcome !== 'reset') return first;
  await sleep(AGAIN_MS);
  return once(gathering);
}

async function once(gathering: Gathering): Promise<Session | ConnectFailed> {
  try {
    return await sessionOf(gathering);
  } catch (error) {
    if (error instanceof ConnectFailed) return error;
    throw error;
  }
}
