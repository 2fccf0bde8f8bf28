import { isIPv4, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import { Secret } from '../../config/secret.ts';

export interface RedisAddress {
  tls: boolean;
  /** A name in ASCII, or an IP address without brackets. */
  host: string;
  port: number;
  /** Null: the default user. */
  user: string | null;
  password: Secret | null;
  /** Index of the database. */
  db: number;
}

/** Why a value is no address to look through: one clause that never holds the value, and what to write instead. */
export interface Unparsed {
  because: string;
  fix: string;
}

const form = 'write redis://USER:PASSWORD@HOST:6379/0, or rediss:// for TLS, with special characters percent-encoded';
const MAX_LENGTH = 4096;

/**
 * A Redis address as the IANA registrations of redis: and rediss: have it: user and password in the authority or
 * `?password=`, the database as the path or `?db=`. Pure; errors never quote the value.
 */
export function parseRedisAddress(value: string): RedisAddress | Unparsed {
  const text = value.trim();
  if (text.length > MAX_LENGTH) return wrong(`is longer than ${MAX_LENGTH} characters`);
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return wrong('has no scheme', `begin it with redis:// or rediss://: ${form}`);
  if (scheme !== 'redis' && scheme !== 'rediss') return wrongScheme(scheme);
  const rest = text.slice(scheme.length + 3);
  const end = rest.search(/[/?#]/);
  const authority = end === -1 ? rest : rest.slice(0, end);
  const tail = end === -1 ? '' : rest.slice(end);
  const at = authority.lastIndexOf('@');
  const place = hostAndPort(authority.slice(at + 1));
  if ('because' in place) {
    const hint = at === -1 && tail.includes('@') ? ' (a /, ? or # in the password must be percent-encoded)' : '';
    return { ...place, because: place.because + hint };
  }
  const login = credentials(at === -1 ? null : authority.slice(0, at));
  if ('because' in login) return login;
  const query = databaseAndQuery(tail);
  if ('because' in query) return query;
  const password = login.password || query.password;
  return {
    tls: scheme === 'rediss',
    ...place,
    user: login.user || null,
    password: password ? new Secret(password) : null,
    db: query.db,
  };
}

export const isUnparsed = (parsed: RedisAddress | Unparsed): parsed is Unparsed => 'because' in parsed;

/** `redis.example.com:6380`, `[::1]:6379`. */
export function placeOf({ host, port }: { host: string; port: number }): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function wrongScheme(scheme: string): Unparsed {
  if (/unix|socket/.test(scheme)) {
    return wrong(
      'names a Unix socket, which svcheck does not look through',
      `set redis.url to the server's TCP address: ${form}`,
    );
  }
  if (scheme.includes('sentinel')) {
    return wrong('names Sentinels', `set redis.url to the primary's own address: ${form}`);
  }
  // A scheme is shown only where it is a known word: what stands before :// may be part of a secret.
  const shown = ['http', 'https', 'postgres', 'postgresql', 'mysql', 'amqp', 'valkey', 'valkeys'].includes(scheme);
  return wrong(
    shown ? `has the scheme ${scheme}, not redis or rediss` : 'has another scheme than redis:// or rediss://',
  );
}

function hostAndPort(text: string): { host: string; port: number } | Unparsed {
  if (text.includes(',')) return wrong('names several hosts', `name one: the primary, or the cluster's endpoint`);
  const parts = /^(?:\[([^[\]]*)\]|([^:[\]]*))(?::(\d*))?$/.exec(text);
  if (!parts)
    return wrong(
      'has no readable host and port',
      text.includes('::') ? `put an IPv6 address in brackets: ${form}` : form,
    );
  const port = parts[3] ? Number(parts[3]) : 6379;
  if (port < 1 || port > 65_535) return wrong('has a port that is not between 1 and 65535');
  if (parts[1] !== undefined) {
    return isIPv6(parts[1]) && !parts[1].includes('%')
      ? { host: parts[1], port }
      : wrong('has no IPv6 address between its brackets');
  }
  const name = decoded(parts[2] ?? '');
  const host = name === null ? '' : isIPv4(name) ? name : domainToASCII(name);
  const readable = host.length <= 253 && /^(?!.*\.\.)[a-z0-9_]([a-z0-9_.-]*[a-z0-9_.])?$/.test(host);
  return readable
    ? { host, port }
    : wrong(name === '' ? 'has no host' : 'has a host that is no name and no IP address');
}

function credentials(text: string | null): { user: string; password: string } | Unparsed {
  if (text === null) return { user: '', password: '' };
  const colon = text.indexOf(':');
  const user = decoded(colon === -1 ? text : text.slice(0, colon));
  const password = decoded(colon === -1 ? '' : text.slice(colon + 1));
  if (user === null || password === null) {
    return wrong('has a % in its user or password that begins no percent-encoding', 'write a % as %25');
  }
  return { user, password };
}

function databaseAndQuery(tail: string): { db: number; password: string } | Unparsed {
  const [, path = '', search = ''] = /^([^?#]*)(?:\?([^#]*))?/.exec(tail) ?? [];
  const query = new URLSearchParams(search);
  const index = path.replace(/^\//, '') || query.get('db') || '0';
  if (!/^\d{1,6}$/.test(index)) {
    return wrong('has a path that is no database index', 'end it with /0, or with the index of the database');
  }
  return { db: Number(index), password: query.get('password') ?? '' };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

function wrong(because: string, fix = form): Unparsed {
  return { because, fix };
}
