import type { DnsZone } from '../../../../fixtures/servers/dns.ts';
import type { SpfCase } from '../case.ts';
import { section3 } from './section-3.ts';
import { section4 } from './section-4.ts';
import { section5 } from './section-5.ts';
import { section6 } from './section-6.ts';
import { section7 } from './section-7.ts';

/** All cases by their titles, `4.6.4: what the section says`. */
export const titled: readonly (readonly [string, SpfCase])[] = [
  ...section3,
  ...section4,
  ...section5,
  ...section6,
  ...section7,
].map((one) => [`${one.section}: ${one.says}`, one] as const);

/** The case's whole zone: its records of example.com beside the rest. */
export function zoneOf({ spf, zone = {} }: SpfCase): DnsZone {
  const own = zone['example.com'];
  if (spf.length === 0 && !own && typeof spf !== 'string') return zone;
  return { ...zone, 'example.com': { ...own, ...(spf.length > 0 || typeof spf === 'string' ? { TXT: spf } : {}) } };
}

export const messageOf = ({
  ip = '192.0.2.1',
  domain = 'example.com',
  sender = 'user@example.com',
  helo = 'mail.example.org',
}: SpfCase) => ({
  ip,
  domain,
  sender,
  helo,
});

/** The cases that another evaluator can be asked, which takes the domain from the sender. */
export const bySender = titled.filter(([, one]) => {
  const { sender, domain } = messageOf(one);
  return sender.slice(sender.lastIndexOf('@') + 1) === domain;
});
