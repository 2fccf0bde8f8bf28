import type { EnvEntry, EnvUnderAudit, Target } from '../../config/target.ts';
import type { StoreAddress } from '../../facts/env.ts';
import { type Found, known } from '../gathering.ts';
import { decoded } from './credentials.ts';
import { referenceKind } from './formats.ts';
import { placeholderKind } from './placeholder.ts';
import { envTrouble, noEnv, whereOf } from './trouble.ts';
import { placeOf } from './values.ts';

/** What tells the address of one kind of store from another's. */
export interface StoreKind {
  key: string;
  schemes: readonly string[];
  port: number;
  via: (target: Target) => StoreAddress['via'];
  /** The database that the address names, from its path, user and query; undefined where it cannot be one. */
  database(parts: { path: string; user: string; query: URLSearchParams }): string | null | undefined;
}

export const postgresStore: StoreKind = {
  key: 'DATABASE_URL',
  schemes: ['postgres', 'postgresql'],
  port: 5432,
  via: ({ settings }) => settings.postgres.via,
  // PostgreSQL documentation, section 34.1.2: the database's name defaults to the user's.
  database: ({ path, user, query }) => query.get('dbname') || decoded(path) || decoded(user) || null,
};

export const redisStore: StoreKind = {
  key: 'REDIS_URL',
  schemes: ['redis', 'rediss'],
  port: 6379,
  via: ({ settings }) => settings.redis.via,
  // IANA's registration of the scheme: the path is the database's number, 0 where it is left out.
  database: ({ path, query }) => {
    const index = path || (query.get('db') ?? '0');
    return /^\d{1,5}$/.test(index) ? String(Number(index)) : undefined;
  },
};

/** The address that a key of the env holds, without its credentials, and how it compares with other targets' envs. */
export async function gatherStoreAddress(target: Target, kind: StoreKind): Promise<Found<StoreAddress>> {
  const { env } = target;
  const none = noEnv(env);
  if (none) return none;
  const entry = entryOf(env, kind);
  const own = await parse(entry?.value.reveal() ?? '', kind);
  const others: StoreAddress['others'] = [];
  for (const [name, other] of target.otherEnvs) {
    const compared = entry && (await compare(own, entry, other, kind));
    if (compared) others.push({ target: name, ...compared });
  }
  const { key } = kind;
  return known({ key, place: entry ? placeOf(entry) : null, ...own, via: kind.via(target), others }, whereOf(env));
}

const entryOf = (env: EnvUnderAudit, { key }: StoreKind) => {
  const entry = env.entries.get(key);
  return entry && entry.value.length > 0 ? entry : undefined;
};

type Parsed = Pick<StoreAddress, 'state' | 'scheme' | 'hosts' | 'database'>;

async function compare(own: Parsed, entry: EnvEntry, other: EnvUnderAudit, kind: StoreKind) {
  const theirs = envTrouble(other) ? undefined : entryOf(other, kind);
  // A target without env files of its own reads the same file: that is no other env.
  if (!theirs || (theirs.file === entry.file && theirs.line === entry.line)) return null;
  const parsed = await parse(theirs.value.reveal(), kind);
  // This machine means another machine to each of them.
  const servers = ({ hosts }: Parsed) => hosts.flatMap(({ host, port, local }) => (local ? [] : [`${host}:${port}`]));
  if (own.state !== 'ok' || parsed.state !== 'ok') return null;
  if (servers(own).length === 0 || servers(parsed).length === 0) return null;
  const sameServer = servers(own).some((server) => servers(parsed).includes(server));
  return { sameServer, sameDatabase: sameServer && own.database === parsed.database };
}

async function parse(value: string, kind: StoreKind): Promise<Parsed> {
  const bare = (state: Parsed['state'], scheme = ''): Parsed => ({ state, scheme, hosts: [], database: null });
  const text = value.trim();
  if (text === '') return bare('unset');
  const reference = referenceKind(text);
  if (reference) return bare(reference);
  if (placeholderKind(text)) return bare('placeholder');
  const parts = /^([a-z][a-z0-9+.-]*):\/\/(?:([^/?#]*)@)?([^/?#@]*)(?:\/([^?#]*))?(?:\?([^#]*))?(?:#.*)?$/i.exec(text);
  const scheme = (parts?.[1] ?? /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1] ?? '').toLowerCase().slice(0, 32);
  if (scheme !== '' && !kind.schemes.includes(scheme)) return bare('wrong-scheme', scheme);
  // An @ behind the host: the password before it holds a character that ends the host, and would be shown in part.
  const behind = text.replace(/^[^:]*:\/\/[^/?#]*/, '');
  if (!parts || /\s/.test(text) || behind.includes('@')) return bare('unparsable', scheme);
  const [, , , , path = '', search = ''] = parts;
  const query = new URLSearchParams(search);
  const hosts = await hostsOf(query.get('host') ?? parts[3] ?? '', query.get('port'), kind.port);
  const user = (parts[2] ?? '').split(':')[0] ?? '';
  const database = kind.database({ path: path.replace(/\/$/, ''), user, query });
  if (!hosts || database === undefined) return bare('unparsable', scheme);
  return { state: 'ok', scheme, hosts, database: database?.slice(0, 128) ?? null };
}

/** `a:5432,[::1]:5433` -> hosts in small letters; null where one of them cannot be read. At most 16. */
async function hostsOf(
  list: string,
  portOfQuery: string | null,
  defaultPort: number,
): Promise<StoreAddress['hosts'] | null> {
  const hosts: StoreAddress['hosts'] = [];
  for (const one of list.split(',').slice(0, 16)) {
    const [, bracketed, name, portText] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d{1,5}))?$/.exec(one) ?? [];
    const host = decoded(bracketed ?? name ?? '')
      .toLowerCase()
      .replace(/\.$/, '');
    const port = Number(portText ?? portOfQuery?.split(',')[0] ?? defaultPort);
    if ((bracketed ?? name) === undefined || !(port > 0 && port < 65536)) return null;
    if (!/^(?:[a-z0-9_][a-z0-9_.-]{0,252}|[0-9a-f:.%]+|[/@].*|)$/.test(host)) return null;
    hosts.push({ host: host.slice(0, 253), port, local: await isLocal(host) });
  }
  return hosts;
}

/** Whether a host is this machine itself: a loopback or unspecified address, localhost (RFC 6761 section 6.3), a socket. */
export async function isLocal(host: string): Promise<boolean> {
  if (host === '' || host.startsWith('/') || host.startsWith('@')) return true;
  if (/^(?:.+\.)?localhost$|^ip6-(?:localhost|loopback)$|^localhost\.localdomain$/.test(host)) return true;
  const { default: ipaddr } = await import('ipaddr.js');
  const address = host.replace(/%.*$/, '');
  return ipaddr.isValid(address) && ['loopback', 'unspecified'].includes(ipaddr.process(address).range());
}
