import { connect, type Socket } from 'node:net';
import type { TlsEndpoint } from '../../facts/tls.ts';
import { openTunnel, type Proxy } from '../http/proxy.ts';
import { type Gathering, LookFailed } from '../gathering.ts';
import { resolveHost, unresolved } from '../dns/resolve.ts';

/** Opens one more connection to the same place. Rejects with the system's error or LookFailed. */
export type Dial = (signal: AbortSignal) => Promise<Socket>;

/** Codes of a machine that has no way to an address at all (connect(2)): of the family, nothing of the server. */
const noRoute = new Set(['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT']);

/** Why no connection or session came about, told apart. */
export function failureOf(error: unknown): { outcome: Exclude<TlsEndpoint['outcome'], 'ok'>; detail: string } {
  if (error instanceof LookFailed) {
    const { cause, because } = error.outcome;
    return { outcome: outcomes.has(cause) ? (cause as 'refused') : 'not-permitted', detail: because };
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (noRoute.has(code)) return { outcome: 'no-route', detail: `no route from here (${code})` };
  const fault = faults[code];
  if (!fault) throw error; // nothing that a peer can cause
  return { outcome: fault[0], detail: fault[1] };
}

const outcomes: ReadonlySet<string> = new Set(['refused', 'reset', 'timeout', 'tls', 'wrong-protocol']);
const faults: Readonly<Record<string, readonly ['refused' | 'timeout' | 'reset' | 'not-permitted', string]>> = {
  ECONNREFUSED: ['refused', 'the connection was refused'],
  ETIMEDOUT: ['timeout', 'no answer in time'],
  ECONNRESET: ['reset', 'the connection was reset'],
  EPIPE: ['reset', 'the connection was closed'],
  EACCES: ['not-permitted', 'this machine does not permit the connection'],
  EPERM: ['not-permitted', 'this machine does not permit the connection'],
};

/** To an IP address and port, through the proxy where one stands in the way. */
export function dialer(gathering: Gathering, url: URL, to: { host: string; port: number }, proxy?: Proxy): Dial {
  if (!proxy || proxy.bypass(url)) return (signal) => openSocket(to.host, to.port, signal);
  return async (signal) => {
    const { hostname, port } = proxy.url;
    const found = await resolveHost(gathering, hostname);
    if (found.outcome !== 'ok') throw unresolved(hostname, found, `proxy ${proxy.url.host}`);
    const socket = await openSocket(found.addresses[0]?.address ?? hostname, Number(port) || 80, signal);
    return openTunnel(socket, proxy, to, 'https:', signal);
  };
}

export function openSocket(address: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const late = () => socket.destroy(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' }));
    const socket = connect({ host: address, port, noDelay: true });
    socket.on('error', reject); // stays, so that a later reset never goes unheard
    if (signal.aborted) return late();
    signal.addEventListener('abort', late, { once: true });
    socket.once('close', () => signal.removeEventListener('abort', late));
    socket.once('connect', () => {
      signal.removeEventListener('abort', late);
      resolve(socket);
    });
  });
}
