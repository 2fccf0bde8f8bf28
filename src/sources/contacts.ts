import type { Target } from '../config/target.ts';
import { envValue, postgresAddress, redisAddress, siteAddress } from './env/values.ts';
import type { Contact } from './gathering.ts';
import { AddressProblem, parsePostgresAddress } from './postgres/address.ts';
import { stagingUrl } from './migrations/staging.ts';
import { providerContacts } from './provider/contact.ts';
import { registryContact } from './workspace/contact.ts';

const ports: Readonly<Record<string, string>> = {
  'https:': '443',
  'http:': '80',
  'redis:': '6379',
  'rediss:': '6379',
};

/** Whom an audit of this target would contact: addresses only, never credentials. */
export function contactsOf(target: Target): Contact[] {
  const { settings } = target;
  const found = [
    ...siteContacts(target),
    ...postgresContacts(postgresAddress(target)?.url, 'PostgreSQL'),
    ...postgresContacts(settings.postgres.pooler?.admin?.reveal(), 'PgBouncer'),
    contact(stagingUrl(target) ?? undefined, 'staging PostgreSQL'),
    contact(redisAddress(target)?.url, 'Redis'),
    // What the network lines knock at from outside: the env's own hosts and the declared origin.
    ...postgresContacts(envValue(target, 'DATABASE_URL') ?? undefined, 'PostgreSQL, from outside'),
    contact(envValue(target, 'REDIS_URL') ?? undefined, 'Redis, from outside'),
    ...(settings.site.origin ? [{ address: settings.site.origin, what: 'the origin' }] : []),
    contact(settings.sentry.dsn ?? envValue(target, 'SENTRY_DSN') ?? undefined, 'Sentry'),
    registry(target),
    ...[...new Set(providerContacts(target))].map((url) => contact(url, 'e-mail provider')),
    ...(settings.dns?.servers ?? []).map(dnsContact),
  ];
  const contacts = found.filter((one) => one !== null);
  return contacts.filter(({ address }, index) => contacts.findIndex((other) => other.address === address) === index);
}

/** The site, where plain HTTP would answer (port 80 of its host by default), and health endpoints with addresses of their own. */
function siteContacts(target: Target): (Contact | null)[] {
  const { http, health } = target.settings.site;
  const site = siteAddress(target)?.url;
  const plain = site && URL.canParse(site) ? `http://${new URL(site).hostname}/` : undefined;
  const paths = Array.isArray(health) ? health : Object.values(health ?? {});
  return [
    contact(site, 'site'),
    contact(http ?? plain, 'site, plain HTTP'),
    ...paths.filter((path) => path?.includes('://')).map((url) => contact(url, 'health')),
  ];
}

/** All hosts of a PostgreSQL address: which of them answers is not known before. */
function postgresContacts(url: string | undefined, what: string): Contact[] {
  if (!url) return [];
  try {
    const { hosts } = parsePostgresAddress(url);
    return hosts.map(({ host, port, socket }) => ({ address: socket ?? `${host}:${port}`, what }));
  } catch (error) {
    if (error instanceof AddressProblem) return []; // nobody is contacted by an address that cannot be read
    throw error;
  }
}

/** A name server as configured, without a name and password that its address might hold. */
function dnsContact(server: string): Contact {
  const address = URL.canParse(server) ? new URL(server).host : server;
  return { address: address || server, what: 'DNS' };
}

function registry(target: Target): Contact | null {
  const found = registryContact(target);
  return contact(found ?? undefined, 'registry') ?? (found ? { address: found, what: 'registry' } : null);
}

function contact(url: string | undefined, what: string): Contact | null {
  if (!url || !URL.canParse(url)) return null;
  const { hostname, port, protocol } = new URL(url);
  return hostname ? { address: `${hostname}:${port || (ports[protocol] ?? '?')}`, what } : null;
}
