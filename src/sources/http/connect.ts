import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type HostAddress, resolveHost, unresolved } from '../dns/resolve.ts';
import type { Gathering } from '../gathering.ts';
import { openTls, rootsFor } from '../tls/session.ts';
import { openTunnel, type Proxy } from './proxy.ts';

export interface Peer {
  url: URL;
  /** PEM file, relative to the settings' folder: added to the roots. */
  ca?: string | undefined;
  /** The client's certificate and key, PEM texts. */
  identity?: { cert: string; key: string } | undefined;
  /** `127.0.0.1:8443` in place of what the name resolves to. */
  address?: string | undefined;
  proxy?: Proxy | undefined;
}

/** An open connection to a web server; over https with its session shaken hands. */
export interface Connected {
  socket: Socket;
  /** Whether the certificate verifies; null where there is none (plain HTTP). */
  verified: boolean | null;
  /** What the verifier said; empty where it verifies. */
  detail: string;
  /** The other end, `192.0.2.1:443`; the proxy's behind one. */
  address: string;
}

export const portOf = (url: URL): number => Number(url.port || (url.protocol === 'https:' ? 443 : 80));
/** The host without the brackets of an IPv6 address. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');

/** Opens a connection to the peer, whose name only resolveHost looks up. A certificate that does not verify is said, not refused. */
export async function connectTo(gathering: Gathering, peer: Peer, signal: AbortSignal): Promise<Connected> {
  const { url, proxy } = peer;
  const to = peer.address ? splitAddress(peer.address) : { host: hostOf(url), port: portOf(url) };
  const raw =
    proxy && proxyApplies(proxy, url)
      ? await openTunnel(await openSocket(gathering, proxy.url, signal), proxy, to, url.protocol, signal)
      : await openSocket(gathering, { hostname: to.host, port: to.port }, signal);
  const address = `${raw.remoteAddress ?? to.host}:${raw.remotePort ?? to.port}`;
  if (url.protocol !== 'https:') return { socket: raw, verified: null, detail: '', address };
  try {
    const { ca } = await rootsFor(gathering, peer.ca);
    const { session, socket } = await openTls({
      socket: raw,
      servername: hostOf(url),
      ca,
      signal,
      alpn: ['http/1.1'],
      ...peer.identity,
    });
    return { socket, verified: session.verified, detail: session.detail, address };
  } catch (error) {
    raw.destroy();
    throw error;
  }
}

/** Tells whether the proxy stands in the way to this address. */
export const proxyApplies = (proxy: Proxy | undefined, url: URL): boolean => !!proxy && !proxy.bypass(url);

async function openSocket(
  gathering: Gathering,
  { hostname, port }: { hostname: string; port: string | number },
  signal: AbortSignal,
): Promise<Socket> {
  const host = hostname.replace(/^\[|\]$/g, '');
  const addresses = await addressesOf(gathering, host, `${host}:${port}`);
  const socket = connect({
    host,
    port: Number(port) || 80,
    noDelay: true,
    // Both families in turn (RFC 8305); a second each, for the last one all the time that is left.
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: 1000,
    lookup: (_name, options, done) => {
      if (options.all) done(null, [...addresses]);
      else done(null, addresses[0]?.address ?? '', addresses[0]?.family ?? 4);
    },
  });
  socket.on('error', () => {}); // a reset between two requests is told by the next one
  try {
    await once(socket, 'connect', { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

async function addressesOf(gathering: Gathering, host: string, where: string): Promise<readonly HostAddress[]> {
  const found = await resolveHost(gathering, host);
  if (found.outcome !== 'ok') throw unresolved(host, found, where);
  return found.addresses;
}

/** `[::1]:443` and `127.0.0.1:443`, as site.resolve has them. */
function splitAddress(address: string): { host: string; port: number } {
  const at = address.lastIndexOf(':');
  return { host: address.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(address.slice(at + 1)) };
}
