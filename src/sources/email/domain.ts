import { isIP } from 'node:net';
import { emailProviders } from '../../config/schema.ts';
import type { Target } from '../../config/target.ts';
import { asciiName } from '../dns/answer.ts';
import { envTrouble } from '../env/trouble.ts';
import { envValue, siteAddress } from '../env/values.ts';

export interface SendingDomain {
  /** A-labels, lower case. */
  domain: string;
  /** The setting or key of the env that says so. */
  from: string;
  /** Nobody says so: it is the site's registered domain. */
  assumed: boolean;
}

export type EmailProvider = (typeof emailProviders)[number];

/** The keys in which applications keep the address that they send from, the most telling first. */
const fromKeys = [
  'EMAIL_FROM',
  'FROM_EMAIL',
  'EMAIL_FROM_ADDRESS',
  'MAIL_FROM',
  'MAIL_FROM_ADDRESS',
  'BREVO_SENDER_EMAIL',
  'BREVO_FROM_EMAIL',
  'SES_FROM_EMAIL',
  'AWS_SES_FROM_EMAIL',
  'SMTP_FROM',
  'SMTP_FROM_EMAIL',
  'SENDER_EMAIL',
  'DEFAULT_FROM_EMAIL',
];

/**
 * The domain that mail is sent from: email.domain, else that of the env's From address, else the site's registered domain.
 * Null where none is known, and where the env that could tell cannot be read.
 */
export async function sendingDomain(target: Target): Promise<SendingDomain | null> {
  const { domain } = target.settings.email;
  if (domain !== undefined) return { domain: asciiName(domain) ?? domain, from: 'email.domain', assumed: false };
  if (envTrouble(target.env)) return null;
  for (const key of fromKeys) {
    const found = domainOf(envValue(target, key) ?? '');
    if (found !== null) return { domain: found, from: key, assumed: false };
  }
  return bySite(target);
}

/** Of `noreply@example.com` and of `Acme <noreply@example.com>`; null for what is no address. */
function domainOf(address: string): string | null {
  const [, domain] = /^(?:[^<>]*<)?[^<>@\s]+@([^<>@\s]+)>?\s*$/.exec(address) ?? [];
  const name = domain === undefined ? null : asciiName(domain);
  return name?.includes('.') ? name : null;
}

async function bySite(target: Target): Promise<SendingDomain | null> {
  const site = siteAddress(target);
  if (!site || !URL.canParse(site.url)) return null;
  const { hostname } = new URL(site.url);
  if (isIP(hostname) !== 0 || hostname.startsWith('[')) return null;
  const { getDomain } = await import('tldts');
  const domain = getDomain(hostname);
  return domain === null ? null : { domain, from: site.from, assumed: true };
}

/** email.provider, else EMAIL_PROVIDER of the env; null for one whose records are not known. */
export function emailProvider(target: Target): EmailProvider | null {
  const named = target.settings.email.provider ?? envValue(target, 'EMAIL_PROVIDER')?.toLowerCase();
  return emailProviders.find((provider) => provider === named) ?? null;
}

/** The custom MAIL FROM domain, as A-labels; null where the settings name none. */
export function returnPath(target: Target): string | null {
  const { returnPath: domain } = target.settings.email;
  return domain === undefined ? null : (asciiName(domain) ?? domain);
}
