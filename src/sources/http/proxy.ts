import { once } from 'node:events';
import type { Socket } from 'node:net';
import { LookFailed } from '../gathering.ts';

export interface Proxy {
  url: URL;
  /** Hosts that are reached without it. */
  bypass(url: URL): boolean;
}

const MAX_HEAD = 16 * 1024;

/**
 * The proxy for an address: the one of the settings, else HTTPS_PROXY or HTTP_PROXY less NO_PROXY of the process
 * (lower case first, as curl has it). Loopback needs none, as in Go's net/http.
 */
export function proxyFor(url: URL, setting: string | undefined, env = process.env): Proxy | undefined {
  const kind = url.protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  const found = setting ?? (env[kind] || env[kind.toUpperCase()]);
  if (!found || !URL.canParse(found)) return undefined;
  const none = setting ? '' : (env['no_proxy'] ?? env['NO_PROXY'] ?? '');
  return { url: new URL(found), bypass: (to) => (!setting && isLoopback(to.hostname)) || excluded(to, none) };
}

const isLoopback = (host: string) => host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);

function excluded({ hostname, port }: URL, list: string): boolean {
  return list.split(/[\s,]+/).some((entry) => {
    if (entry === '*') return true;
    const [, name = '', only] = /^\*?\.?(.+?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
    if (!name || (only && only !== port)) return false;
    return hostname === name || hostname.endsWith(`.${name}`);
  });
}

/** What a request to the proxy carries where its address holds a name and password. */
export function proxyAuthorization({ url }: Proxy): string | null {
  if (!url.username) return null;
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

/** Asks the proxy for a way through to the host (RFC 9110 section 9.3.6); plain HTTP goes by absolute addresses instead. */
export async function openTunnel(
  socket: Socket,
  proxy: Proxy,
  to: { host: string; port: number },
  protocol: string,
  signal: AbortSignal,
): Promise<Socket> {
  if (protocol !== 'https:') return socket;
  const target = `${to.host.includes(':') ? `[${to.host}]` : to.host}:${to.port}`;
  const authorization = proxyAuthorization(proxy);
  socket.write(
    `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${authorization ? `Proxy-Authorization: ${authorization}\r\n` : ''}\r\n`,
  );
  const status = await statusOf(socket, signal);
  if (status >= 200 && status < 300) return socket;
  socket.destroy();
  throw new LookFailed({
    cause: status === 407 ? 'auth' : status === 0 ? 'wrong-protocol' : 'not-permitted',
    because: `the proxy ${proxy.url.host} answered ${status || 'no HTTP'} to CONNECT ${target}`,
    fix: 'see site.proxy, HTTPS_PROXY and NO_PROXY, and what the proxy permits',
    where: `CONNECT ${target}`,
  });
}

/** The status of the answer's head, read to its end and no further; 0 where it is no HTTP. */
async function statusOf(socket: Socket, signal: AbortSignal): Promise<number> {
  let head = '';
  const stop = () => socket.destroy(Object.assign(new Error('no answer of the proxy in time'), { code: 'ETIMEDOUT' }));
  signal.addEventListener('abort', stop, { once: true });
  try {
    while (!head.endsWith('\r\n\r\n') && head.length < MAX_HEAD) {
      const byte = socket.read(1) as Buffer | null;
      if (byte) head += byte.toString('latin1');
      else await Promise.race([once(socket, 'readable'), hungUp(socket)]);
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
  return Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1] ?? 0);
}

async function hungUp(socket: Socket): Promise<never> {
  if (!socket.readableEnded && !socket.destroyed) await once(socket, 'close');
  throw Object.assign(new Error('the proxy hung up'), { code: 'ECONNRESET' });
}
