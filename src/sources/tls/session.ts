import type { X509Certificate } from 'node:crypto';
import { isIP, type Socket } from 'node:net';
import { connect, createSecureContext, DEFAULT_CIPHERS, type SecureContext, type TLSSocket } from 'node:tls';
import type { TlsSession } from '../../facts/tls.ts';
import type { Cause } from '../../facts/index.ts';
import { causeOf, lineOf } from '../errors.ts';
import { LookFailed } from '../gathering.ts';
import { describeCertificate } from './certificate.ts';
import { defectsOf } from './defects.ts';

export { rootsFor } from './roots.ts';

interface Handshake {
  /** The host that the certificate must be for; sent as SNI unless it is an IP address (RFC 6066 section 3). */
  servername: string;
  /** PEM, one certificate an entry: what rootsFor gives. */
  ca: readonly string[];
  signal: AbortSignal;
  /** RFC 7301 names: `postgresql`, `http/1.1`. */
  alpn?: readonly string[];
  /** The client's certificate and key, PEM, where the server asks for one. */
  cert?: string;
  key?: string;
}

/** Where to shake hands: at an address, or on a socket that speaks already (after PostgreSQL's SSLRequest). */
export type TlsOptions = Handshake & ({ address: string; port: number } | { socket: Socket });

export interface TlsOpened {
  session: TlsSession;
  socket: TLSSocket;
  /** As sent, the server's own first. To be had once only: Node takes them off the socket. */
  chain: readonly X509Certificate[];
}

/**
 * One TLS session with whatever the server has, weak protocols and keys too, so that it can be judged. A chain that does
 * not verify is reported in `session.defects`, not refused: look there before anything is sent.
 * Rejects with LookFailed where no session comes about: refused, reset, timeout, wrong-protocol (no TLS), tls (an alert).
 */
export async function openTls(options: TlsOptions): Promise<TlsOpened> {
  const where = `TLS handshake with ${nameOf(options)}`;
  const socket = await handshake(options).catch((error: unknown) => {
    throw failed(error, where, options.signal);
  });
  const chain = sentChain(socket);
  return { session: await sessionOf(socket, chain, options), socket, chain };
}

function handshake(options: TlsOptions): Promise<TLSSocket> {
  const { servername, signal, alpn } = options;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(timedOut());
    const socket = connect({
      ...('socket' in options ? { socket: options.socket } : { host: options.address, port: options.port }),
      secureContext: contextFor(options),
      servername: sniOf(servername),
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined, // names are held against the certificate by defectsOf, without its common name
      ...(alpn ? { ALPNProtocols: [...alpn] } : {}),
    });
    const stop = () => socket.destroy(timedOut());
    signal.addEventListener('abort', stop, { once: true });
    const done = () => signal.removeEventListener('abort', stop);
    socket.on('error', reject); // stays, so that a later reset never goes unheard
    socket.once('close', () => {
      done();
      reject(Object.assign(new Error('the connection was closed during the handshake'), { code: 'ECONNRESET' }));
    });
    socket.once('secureConnect', () => {
      done();
      resolve(socket);
    });
  });
}

/** RFC 6066 section 3: a name without its final dot, and no IP address. */
function sniOf(servername: string): string {
  const bare = servername.replace(/^\[|\]$/g, '');
  return isIP(bare) ? '' : bare.replace(/\.$/, '');
}

const contexts = new WeakMap<readonly string[], SecureContext>();

/** Parsing the roots takes 20 ms, so contexts are kept by their list of roots. */
function contextFor({ ca, cert, key }: TlsOptions): SecureContext {
  const kept = contexts.get(ca);
  if (kept && cert === undefined) return kept;
  const context = createSecureContext({
    ca: [...ca],
    minVersion: 'TLSv1',
    // Level 0 lets an old or weak server show what it has (OpenSSL, SSL_CTX_set_security_level).
    ciphers: `${DEFAULT_CIPHERS}:@SECLEVEL=0`,
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  });
  if (cert === undefined) contexts.set(ca, context);
  return context;
}

async function sessionOf(
  socket: TLSSocket,
  sent: readonly X509Certificate[],
  { servername, ca }: TlsOptions,
): Promise<TlsSession> {
  const leaf = sent[0];
  // Typed as an Error, it is OpenSSL's code (Node.js documentation, "X509 certificate error codes").
  const code = socket.authorizationError as Error | string | null;
  const said = typeof code === 'string' ? code : (code?.message ?? null);
  const error = said === null ? null : { code: said, message: 'the chain does not verify' };
  const { defects, detail } = defectsOf(sent, servername, ca, error, new Date());
  return {
    protocol: socket.getProtocol() ?? '',
    cipher: socket.getCipher().standardName,
    verified: defects.length === 0,
    defects,
    detail,
    certificate: leaf ? await describeCertificate(leaf) : null,
  };
}

const MAX_CHAIN = 20;

/** Node links them in the order in which they were sent, each as if the next were its issuer, and only at the first call. */
function sentChain(socket: TLSSocket): X509Certificate[] {
  const chain: X509Certificate[] = [];
  for (let at = socket.getPeerX509Certificate(); at && chain.length < MAX_CHAIN; at = at.issuerCertificate)
    chain.push(at);
  return chain;
}

function nameOf(options: TlsOptions): string {
  const port = 'socket' in options ? options.socket.remotePort : options.port;
  return `${options.servername.includes(':') ? `[${options.servername}]` : options.servername}:${port ?? '?'}`;
}

function timedOut(): Error {
  return Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' });
}

/** What OpenSSL says when the peer's bytes are no TLS records, or cannot be a server's. */
const noTls =
  /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|UNEXPECTED_MESSAGE|RECORD_LAYER|BAD_RECORD_TYPE|UNKNOWN_PROTOCOL|UNEXPECTED_RECORD|RECORD_TOO_SMALL|LENGTH_MISMATCH|BAD_LENGTH|DATA_LENGTH_TOO_LONG/;

function failed(error: unknown, where: string, signal: AbortSignal): LookFailed {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const cause: Cause = signal.aborted
    ? 'timeout'
    : code.startsWith('ERR_SSL') && !code.includes('ALERT') && noTls.test(code)
      ? 'wrong-protocol'
      : (causeOf(error) ?? 'tls');
  const [because, fix] = words[cause] ?? [lineOf(error), 'see what listens there'];
  const detail = cause === 'tls' ? `: ${alertOf(error)}` : '';
  return new LookFailed({ cause, because: because + detail, fix, where, transient: cause === 'reset' });
}

const words: Partial<Record<Cause, readonly [string, string]>> = {
  timeout: [
    'no answer to the TLS handshake in time',
    'see whether a firewall drops packets from here, or give --timeout more',
  ],
  refused: ['the connection was refused', 'see that the server runs and listens on this address and port'],
  reset: ['the connection was closed during the TLS handshake', 'see whether the server speaks TLS on this port'],
  'wrong-protocol': [
    'the answer to the TLS handshake is not TLS',
    'see that this port speaks TLS, and that nothing else listens there',
  ],
  tls: ['the TLS handshake failed', 'see the server log for the alert, and its certificate, key and protocol settings'],
};

/** `…:error:0A000410:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure:…` -> its words. */
function alertOf(error: unknown): string {
  const reason = error instanceof Error && 'reason' in error ? error.reason : undefined;
  return typeof reason === 'string' ? reason.slice(0, 200) : lineOf(error);
}
