import { isIP } from 'node:net';
import { Secret } from '../../config/secret.ts';
import { millisecondsOf, settingsOf } from './options.ts';

export interface PostgresHost {
  /** A name, an address without brackets, or the folder of a Unix socket. */
  host: string;
  port: number;
  /** The socket's path where `host` is a folder. */
  socket: string | null;
}

export const sslmodes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'] as const;

export interface PostgresAddress {
  /** In the order in which a client tries them. */
  hosts: readonly [PostgresHost, ...PostgresHost[]];
  user: string;
  password: Secret | null;
  database: string;
  /** `ssl=true` where that stands instead of an sslmode. */
  sslmode: (typeof sslmodes)[number] | 'ssl=true' | null;
  /** A path, or `system`. */
  sslrootcert: string | null;
  /** Paths of the client's certificate and key; null where not both are there. */
  identity: { cert: string; key: string } | null;
  targetSessionAttrs: string | null;
  /** What the URL has sessions start with, milliseconds; null where it does not say. */
  statementTimeoutMs: number | null;
  idleInTransactionMs: number | null;
}

/** What is wrong with an address, in words that hold nothing of it. */
export class AddressProblem extends Error {}

const MAX_LENGTH = 8192;
const MAX_HOSTS = 10;
const DEFAULT_PORT = 5432;

/**
 * Reads a connection URI as libpq does (PostgreSQL documentation, "Connection URIs"), which is stricter than a web address and
 * knows several hosts and Unix sockets. An '@' in a password is forgiven, as clients on WHATWG URLs do.
 * @throws AddressProblem, whose message never holds a part of the address
 */
export function parsePostgresAddress(text: string): PostgresAddress {
  const scheme = /^(postgres|postgresql):\/\//.exec(text);
  if (!scheme) throw new AddressProblem('expected an address that begins with postgres:// or postgresql://');
  if (text.length > MAX_LENGTH) throw new AddressProblem(`longer than ${MAX_LENGTH} characters`);
  if (/\p{Cc}|^\s|\s$/u.test(text)) throw new AddressProblem('holds a line break or white space at its end');
  const { authority, path, query } = split(text.slice(scheme[0].length));
  const parameters = parametersOf(query);
  const at = authority.lastIndexOf('@');
  const [user, password] = credentialsOf(at < 0 ? '' : authority.slice(0, at));
  const hosts = hostsOf(authority.slice(at + 1), parameters);
  const name = parameters.get('user') ?? user;
  if (!name) throw new AddressProblem('names no user: expected USER:PASSWORD@ before the host');
  const secret = parameters.get('password') ?? password;
  // libpq takes a '+' for what it is; whoever writes one here means a space, as clients on WHATWG URLs read it.
  const settings = settingsOf((parameters.get('options') ?? '').replaceAll('+', ' '));
  const setting = (key: string) => millisecondsOf(parameters.get(key) ?? settings.get(key));
  return {
    hosts,
    user: name,
    password: secret ? new Secret(secret) : null,
    database: parameters.get('dbname') ?? (decoded(path, 'database') || name),
    sslmode: sslmodeOf(parameters),
    sslrootcert: parameters.get('sslrootcert') || null,
    identity: identityOf(parameters),
    targetSessionAttrs: parameters.get('target_session_attrs') || null,
    statementTimeoutMs: setting('statement_timeout'),
    idleInTransactionMs: setting('idle_in_transaction_session_timeout'),
  };
}

function split(rest: string): { authority: string; path: string; query: string } {
  const [before = '', ...query] = rest.split('?');
  const slash = before.indexOf('/');
  const authority = slash < 0 ? before : before.slice(0, slash);
  const path = slash < 0 ? '' : before.slice(slash + 1);
  // A '/', '?' or '#' in a password cuts it in two: the rest of it, up to the '@', then stands where none belongs.
  if (authority.includes('#') || path.includes('@') || (!authority.includes('@') && query.join('').includes('@')))
    throw new AddressProblem("has '/', '?' or '#' in the user or password: write %2F, %3F, %23");
  return { authority, path, query: query.join('?') };
}

function credentialsOf(text: string): [user: string, password: string | null] {
  const colon = text.indexOf(':');
  if (colon < 0) return [decoded(text, 'user'), null];
  return [decoded(text.slice(0, colon), 'user'), decoded(text.slice(colon + 1), 'password')];
}

function parametersOf(query: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    if (equals < 1) throw new AddressProblem("has a parameter without '=' after the '?'");
    found.set(decoded(pair.slice(0, equals), 'parameter'), decoded(pair.slice(equals + 1), 'parameter'));
  }
  return found;
}

function decoded(text: string, what: string): string {
  let plain: string;
  try {
    plain = decodeURIComponent(text);
  } catch {
    throw new AddressProblem(`has a '%' in the ${what} that begins no character: write %25 for a '%'`);
  }
  // The protocol ends its strings with a zero byte, so that one would smuggle in fields of its own.
  if (plain.includes('\0')) throw new AddressProblem(`has a zero byte in the ${what}`);
  return plain;
}

function hostsOf(text: string, parameters: ReadonlyMap<string, string>): PostgresAddress['hosts'] {
  const pairs = text.split(',').map(hostAndPort);
  const named = parameters.get('host')?.split(',');
  const names = named ?? pairs.map(([host]) => host);
  const ports = parameters.get('port')?.split(',') ?? pairs.map(([, port]) => port);
  if (names.length > MAX_HOSTS) throw new AddressProblem(`names more than ${MAX_HOSTS} hosts`);
  if (ports.length !== 1 && ports.length !== names.length) {
    throw new AddressProblem('has another number of ports than of hosts');
  }
  const [first, ...rest] = names.map((name, index) => hostOf(name, ports[ports.length === 1 ? 0 : index] ?? ''));
  if (!first) throw new AddressProblem('names no host');
  return [first, ...rest];
}

function hostAndPort(text: string): [host: string, port: string] {
  const found = /^(?:\[([^[\]]*)\]|([^:[\]]*))(?::([^:]*))?$/.exec(text);
  if (!found) throw new AddressProblem('has a host that cannot be read: put an IPv6 address in brackets, [::1]');
  const [, six, name = '', port = ''] = found;
  if (six !== undefined && isIP(decoded(six, 'host')) !== 6)
    throw new AddressProblem('has no IPv6 address in brackets');
  return [decoded(six ?? name, 'host'), port];
}

function hostOf(host: string, portText: string): PostgresHost {
  if (portText !== '' && !/^\d{1,5}$/.test(portText)) throw portProblem();
  const port = portText === '' ? DEFAULT_PORT : Number(portText);
  if (port < 1 || port > 65535) throw portProblem();
  if (host.startsWith('/')) return { host, port, socket: `${host.replace(/\/+$/, '')}/.s.PGSQL.${port}` };
  if (host.length > 255 || (isIP(host) === 0 && /[\s/@:?#[\]]/.test(host))) {
    throw new AddressProblem('has a host with characters that no host name has');
  }
  return { host: host || 'localhost', port, socket: null };
}

const portProblem = () => new AddressProblem('has a port that is no number from 1 to 65535');

function identityOf(parameters: ReadonlyMap<string, string>): PostgresAddress['identity'] {
  const [cert, key] = [parameters.get('sslcert'), parameters.get('sslkey')];
  return cert && key ? { cert, key } : null;
}

function sslmodeOf(parameters: ReadonlyMap<string, string>): PostgresAddress['sslmode'] {
  const mode = parameters.get('sslmode');
  const ssl = parameters.get('ssl');
  if (mode === undefined && ssl === undefined) return null;
  if (mode === undefined && /^(true|1)$/.test(ssl ?? '')) return 'ssl=true';
  const known = sslmodes.find((one) => one === (mode ?? (/^(false|0)$/.test(ssl ?? '') ? 'disable' : ssl)));
  if (!known) throw new AddressProblem(`has an unknown sslmode: expected ${sslmodes.slice(0, 6).join(', ')}`);
  return known;
}
