import { connect } from 'node:net';
import type { ContactOutcome } from '../../facts/network.ts';
import { shortened } from '../signals.ts';

export interface Contacted {
  outcome: ContactOutcome;
  detail: string;
}

/**
 * What the system says of a connection that did not come about (connect(2), icmp(7)). A firewall that rejects answers
 * with a reset or with an ICMP message, of which Linux makes ECONNREFUSED, EHOSTUNREACH or, of IPv6's
 * "administratively prohibited", EACCES, which a rule of this machine's own gives too.
 */
const outcomes: Readonly<Record<string, ContactOutcome>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'refused',
  EHOSTUNREACH: 'refused',
  ETIMEDOUT: 'dropped',
  ENETUNREACH: 'no-route',
  EADDRNOTAVAIL: 'no-route',
  EAFNOSUPPORT: 'no-route',
  EACCES: 'not-permitted',
  EPERM: 'not-permitted',
};

/**
 * One plain TCP connection to an IP address, closed as soon as it stands; nothing is sent. Rejects for what no peer and
 * no network can cause.
 * @param waitMs how long to wait for an answer of any kind: a first SYN that was lost is sent again after 1 and 3 s
 */
export function contact(address: string, port: number, waitMs: number, signal: AbortSignal): Promise<Contacted> {
  const bounded = shortened(signal, waitMs);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port });
    const end = (contacted: Contacted) => {
      bounded.removeEventListener('abort', silence);
      socket.destroy();
      resolve(contacted);
    };
    const silence = () =>
      signal.aborted
        ? end({ outcome: 'not-asked', detail: 'the look was over before an answer' })
        : end({ outcome: 'dropped', detail: `no answer within ${Number((waitMs / 1000).toFixed(1))} s` });
    socket.once('connect', () => end({ outcome: 'accepted', detail: 'the connection was accepted' }));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      const outcome = outcomes[error.code ?? ''];
      if (outcome) end({ outcome, detail: error.code ?? '' });
      else reject(error);
    });
    if (bounded.aborted) silence();
    else bounded.addEventListener('abort', silence, { once: true });
  });
}
