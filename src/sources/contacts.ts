import type { Target } from '../config/target.ts';
import { envValue, postgresAddress, redisAddress, siteAddress } from './env/values.ts';
import type { Contact } from './gathering.ts';
import { providerContacts } from './provider/contact.ts';
import { registryContact } from './workspace/contact.ts';

const ports: Readonly<Record<string, string>> = {
  'https:': '443',
  'http:': '80',
  'postgres:': '5432',
  'postgresql:': '5432',
  'redis:': '6379',
  'rediss:': '6379',
};

/** Whom an audit of this target would contact: addresses only, never credentials. */
export function contactsOf(target: Target): Contact[] {
  const { settings } = target;
  const found = [
    contact(siteAddress(target)?.url, 'site'),
    contact(settings.site.http, 'site, plain HTTP'),
    contact(postgresAddress(target)?.url, 'PostgreSQL'),
    contact(redisAddress(target)?.url, 'Redis'),
    contact(settings.sentry.dsn ?? envValue(target, 'SENTRY_DSN') ?? undefined, 'Sentry'),
    registry(target),
    ...[...new Set(providerContacts(target))].map((url) => contact(url, 'e-mail provider')),
    ...(settings.dns?.servers ?? []).map((address) => ({ address, what: 'DNS' })),
  ];
  return found.filter((one) => one !== null);
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
