import type { Connection } from '../../facts/connection.ts';
import type { Cause } from '../../facts/index.ts';
import { type Found, unreachable } from '../gathering.ts';
import { placeOf, type RedisAddress } from './address.ts';
import { asFailure, ConnectFailed, type Failure } from './connect.ts';
import { Refused } from './queues.ts';
import { SessionFault } from './session.ts';

/** What to do about a connection that did not come about. */
function remedy(outcome: Failure, { host, port }: { host: string; port: number }): string {
  const place = placeOf({ host, port });
  return {
    refused: `see that Redis listens on ${place} (bind, port, maxclients, protected-mode) for this host`,
    auth: 'correct the user and password in redis.url or REDIS_URL; ACL LIST on the server shows its users',
    'wrong-protocol': `see what listens on ${place}, and whether it expects rediss:// (TLS) or redis://`,
    nxdomain: `correct the host in redis.url or REDIS_URL, or publish an A or AAAA record for ${host}`,
    timeout: `see whether a firewall drops packets from here to ${place}, or give --timeout more`,
    dns: `see why the name server gives no answer for ${host} (dns.servers), then run again`,
    tls: `give redis.ca the CA that signed the certificate, or serve one that verifies for ${host}`,
    reset: `see the server log on ${host} for why it closes connections, then run again`,
  }[outcome];
}

/** A failed connection, as the reason why another fact is out of reach. */
export function outOfReach({ outcome, host, port, detail }: Connection, where: string): Found<never> {
  if (outcome === 'ok') throw new Error('the connection is open');
  const cause: Cause = outcome === 'nxdomain' ? 'dns' : outcome;
  const because = `no session with Redis at ${placeOf({ host, port })}: ${detail}`;
  return unreachable({ cause, because, fix: remedy(outcome, { host, port }), where });
}

/** What ended a look on a session, as the fact's reason; anything unknown is thrown on. */
export function lookEnded(error: unknown, address: RedisAddress, where: string): Found<never> {
  if (error instanceof Refused) {
    const fix = 'grant the user the commands that look for queues: +info +scan +exists +type +select';
    return unreachable({ cause: 'not-permitted', because: error.message, fix, where });
  }
  if (error instanceof ConnectFailed) {
    return outOfReach({ outcome: error.outcome, ...address, detail: error.message, roundTripMs: null }, where);
  }
  if (!(error instanceof SessionFault)) throw error;
  const cause = error.kind === 'too-large' ? 'too-large' : asFailure(error);
  const fix =
    error.kind === 'too-large'
      ? `see what listens on ${placeOf(address)}: Redis answers this in a few kilobytes`
      : remedy(asFailure(error), address);
  return unreachable({ cause: cause as Cause, because: error.message, fix, where, transient: error.kind === 'reset' });
}
