import { type Gathering, LookFailed } from '../gathering.ts';
import { ENCODINGS, readBody } from './body.ts';
import { type Connected, connectTo, hostOf, type Peer, portOf, proxyApplies } from './connect.ts';
import { type Asked, exchange, type Head, lenientExchange } from './exchange.ts';
import { failure, isParseError } from './failure.ts';
import { type Line, openLine, type Pool, poolFor } from './pool.ts';
import { proxyAuthorization, proxyFor } from './proxy.ts';
import { shortened } from '../signals.ts';

export interface RequestOptions {
  method?: Asked['method'];
  headers?: Readonly<Record<string, string>>;
  /** Sent only where the certificate verifies, or over plain HTTP: an account, a token, a cookie. */
  secretHeaders?: Readonly<Record<string, string>>;
  body?: string | Buffer;
  /** Of the decoded body; the rest is left unread. 2 MB unless told. */
  maxBytes?: number;
  /** For the whole exchange; what is left of the look's own time where that is shorter. */
  timeoutMs?: number;
  /** A PEM file, relative to the settings' folder: added to the roots. */
  ca?: string | undefined;
  /** The client's certificate and key, PEM texts. */
  identity?: { cert: string; key: string } | undefined;
  /** Host name -> `ip:port`, as site.resolve has it. */
  resolve?: Readonly<Record<string, string>>;
  /** In place of HTTPS_PROXY. */
  proxy?: string | undefined;
  /** `must` (the rule): a certificate that does not verify ends the request before anything is sent. */
  verify?: 'must' | 'look-anyway';
}

export interface Answer {
  url: string;
  status: number;
  /** As sent: in their order, duplicates kept, one character a byte. */
  headers: [name: string, value: string][];
  /** Decoded, and bounded: see truncated. */
  body: Buffer;
  truncated: boolean;
  /** From the request to the end of its head, without connecting; milliseconds. */
  ms: number;
  /** The other end, `192.0.2.1:443`. */
  address: string;
  /** Whether the certificate verifies; null over plain HTTP. */
  verified: boolean | null;
}

const MAX_BYTES = 2 * 1024 * 1024;
/** Quiet requests to one host in one audit: 50 named pages, each kind of asset, an API, health twice. */
const BUDGET = 150;

/**
 * One request, one answer: no redirect is followed, nothing is sent twice save on a connection that had gone stale.
 * Rejects with LookFailed and its cause: dns, refused, timeout, reset, tls, auth (a proxy), wrong-protocol, malformed,
 * too-large (the head), rate-limited (svcheck's own budget).
 */
export async function request(gathering: Gathering, address: string, options: RequestOptions = {}): Promise<Answer> {
  const url = new URL(address);
  const where = `${options.method ?? 'GET'} ${printable(url)}`;
  const signal = shortened(gathering.signal, options.timeoutMs ?? gathering.timeoutMs);
  try {
    await spend(gathering, url, where);
    return await gathering.onHost(url.host, () => ask(gathering, url, options, signal));
  } catch (error) {
    throw failure(error, where, signal);
  }
}

/** An address without the name and password that it may hold. */
export function printable(url: URL): string {
  const copy = new URL(url);
  copy.username = '';
  copy.password = '';
  return copy.href;
}

async function spend(gathering: Gathering, { host }: URL, where: string): Promise<void> {
  const spent = await gathering.share('http budget', async () => new Map<string, number>());
  const before = spent.get(host) ?? 0;
  spent.set(host, before + 1);
  if (before < BUDGET) return;
  throw new LookFailed({
    cause: 'rate-limited',
    because: `svcheck's own budget of ${BUDGET} requests to ${host} is used up`,
    fix: 'name fewer pages (site.pages, site.api)',
    where,
  });
}

async function ask(gathering: Gathering, url: URL, options: RequestOptions, signal: AbortSignal): Promise<Answer> {
  signal.throwIfAborted();
  const peer = peerFor(url, options);
  const asked = askedFor(url, options, peer, gathering.version);
  const pool = await poolFor(gathering, peer);
  const once = (line: Line) => overLine(line, pool, asked, options, signal);
  const repeatable = asked.method !== 'POST';
  for (let kept = repeatable ? pool.take() : undefined; kept; kept = pool.take()) {
    try {
      return await once(kept);
    } catch (error) {
      // The server may have closed it just then: once more on a connection of its own.
      if (signal.aborted || !isReset(error)) throw error;
    }
  }
  try {
    return await once(await openLine(await connectTo(gathering, peer, signal), url));
  } catch (error) {
    if (signal.aborted || !repeatable || !isParseError(error)) throw error;
    return await overLenient(await connectTo(gathering, peer, signal), asked, options, signal);
  }
}

function peerFor(url: URL, options: RequestOptions): Peer {
  const { ca, identity, resolve } = options;
  const address = resolve?.[hostOf(url)] ?? resolve?.[`${hostOf(url)}:${portOf(url)}`];
  return { url, ca, identity, address, proxy: proxyFor(url, options.proxy) };
}

function askedFor(url: URL, options: RequestOptions, { proxy }: Peer, version: string): Asked {
  const absolute = url.protocol === 'http:' && proxy && proxyApplies(proxy, url);
  const authorization = absolute ? proxyAuthorization(proxy) : null;
  return {
    method: options.method ?? 'GET',
    url,
    path: `${absolute ? url.origin : ''}${url.pathname}${url.search}`,
    headers: {
      'user-agent': `svcheck/${version}`,
      accept: '*/*',
      'accept-encoding': ENCODINGS,
      ...(authorization ? { 'proxy-authorization': authorization } : {}),
      ...options.headers,
    },
    body: options.body,
  };
}

/** What may be sent on this connection: nothing secret where the certificate does not verify. */
function permitted(asked: Asked, { verified, detail }: Connected, options: RequestOptions): Asked {
  if (verified !== false) return { ...asked, headers: { ...asked.headers, ...options.secretHeaders } };
  if (options.verify === 'look-anyway') return asked;
  throw new LookFailed({
    cause: 'tls',
    because: `the certificate does not verify: ${detail}`,
    fix: 'send the whole chain, or name the CA in the setting `ca`',
    where: `TLS to ${asked.url.host}`,
  });
}

async function overLine(line: Line, pool: Pool, asked: Asked, options: RequestOptions, signal: AbortSignal) {
  try {
    const started = performance.now();
    const head = await exchange(line.client, permitted(asked, line.connected, options), signal);
    const done = await answer(head, performance.now() - started, line.connected, asked, options);
    if (done.truncated) await line.close();
    else pool.keep(line);
    return done;
  } catch (error) {
    await line.close();
    throw error;
  }
}

async function overLenient(connected: Connected, asked: Asked, options: RequestOptions, signal: AbortSignal) {
  try {
    const started = performance.now();
    const head = await lenientExchange(connected, permitted(asked, connected, options), signal);
    return await answer(head, performance.now() - started, connected, asked, options);
  } finally {
    connected.socket.destroy();
  }
}

async function answer(
  { status, headers, body }: Head,
  ms: number,
  { address, verified }: Connected,
  { url, method }: Asked,
  options: RequestOptions,
): Promise<Answer> {
  const coding = headers
    .flatMap(([name, value]) => (name.toLowerCase() === 'content-encoding' ? [value] : []))
    .join(',');
  const { bytes, truncated } = await readBody(body, method === 'HEAD' ? '' : coding, options.maxBytes ?? MAX_BYTES);
  return { url: printable(url), status, headers, body: bytes, truncated, ms, address, verified };
}

const isReset = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(String(error.code));
