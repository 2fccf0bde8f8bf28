import { z } from 'zod';
import type { DayCount } from '../../facts/provider.ts';
import type { Facts } from '../../facts/index.ts';
import { type Found, type Gathering, known, LookFailed } from '../gathering.ts';
import { siteOf } from '../http/site.ts';
import type { SendingDomain } from '../email/domain.ts';
import { call, type Said, shaped, trusted, unexpected } from './client.ts';
import { brevoKey } from './credentials.ts';

const HOME = 'https://api.brevo.com';
const OWN = /^api\.brevo\.com$/;

/** Closed list of the calls that svcheck makes, each with its page below https://developers.brevo.com/reference/. */
const routes = {
  account: '/account', // get-account
  domains: '/senders/domains', // get-domains, get-domain-configuration
  webhooks: '/webhooks?type=transactional', // get-webhooks
  total: '/smtp/statistics/aggregatedReport', // get-aggregated-smtp-report
  days: '/smtp/statistics/reports', // get-smtp-report
} as const;

/** The address of a call below /v3, where email.api may already end. */
export function addressOf(base: string | undefined, route: string): URL {
  const root = (base ?? HOME).replace(/\/+$/, '');
  return new URL(`${root}${root.endsWith('/v3') ? '' : '/v3'}${route}`);
}

const hostOf = (gathering: Gathering): string => addressOf(gathering.target.settings.email.api, '').host;

async function ask(gathering: Gathering, route: string): Promise<Said> {
  const url = addressOf(gathering.target.settings.email.api, route);
  const { ca } = trusted(gathering, url, OWN, 'email.api');
  const key = brevoKey(gathering.target);
  if (!key) throw new Error('no key to ask with');
  return call(gathering, url, () => ({
    ca,
    headers: { accept: 'application/json' },
    secretHeaders: { 'api-key': key.value },
  }));
}

const Refusal = z.object({ message: z.string().optional(), code: z.string().optional() });

/** Brevo's own words, shortened. */
const wordsOf = ({ body }: Said): string => (Refusal.safeParse(body).data?.message ?? '').slice(0, 200);

/** A key that Brevo knows, from an address that it does not, gets 401 as well; its text tells them apart. */
const isAddress = (said: Said): boolean => /\bIP\b|authori[sz]ed_ips/i.test(wordsOf(said));

async function get<T extends z.ZodType>(gathering: Gathering, route: string, shape: T): Promise<z.output<T>> {
  const said = await ask(gathering, route);
  if (said.status === 200) return shaped(shape, said, hostOf(gathering));
  throw refused(gathering, said);
}

function refused(gathering: Gathering, said: Said): LookFailed {
  const host = hostOf(gathering);
  const told = `${host} answered ${said.status}${wordsOf(said) ? `: ${wordsOf(said)}` : ''}`;
  const failed = (cause: 'auth' | 'not-permitted', fix: string) =>
    new LookFailed({ cause, because: told, fix, where: said.where });
  if (said.status === 401 && isAddress(said)) return failed('not-permitted', addressFix);
  if (said.status === 401) return failed('auth', `see env.email-keys: ${host} does not accept the key`);
  if (said.status === 403) return failed('not-permitted', `let the key read ${new URL(said.answer.url).pathname}`);
  return unexpected(said, host);
}

const addressFix = 'add the address that svcheck looks from in Brevo: Security, Authorised IPs';

// https://developers.brevo.com/reference/get-account
const Account = z.object({ email: z.string(), relay: z.object({ enabled: z.boolean() }).optional() });

export async function brevoAccount(gathering: Gathering): Promise<Found<Facts['provider.account']>> {
  const said = await ask(gathering, routes.account);
  const at = hostOf(gathering);
  const by = brevoKey(gathering.target)?.key ?? '';
  const none = { at, detail: '', lacks: '', relay: null, production: null, sending: null, enforcement: null };
  const told = (answer: Facts['provider.account']['answers'][number]) =>
    known<Facts['provider.account']>({ provider: 'brevo', by, answers: [answer] }, said.where);
  const detail = wordsOf(said);
  if (said.status === 401 && !isAddress(said)) return told({ ...none, outcome: 'invalid', detail });
  if (said.status === 401 || said.status === 403) {
    const lacks = isAddress(said) ? addressFix : 'let the key read the account (Brevo: SMTP & API, API keys)';
    return told({ ...none, outcome: 'not-permitted', detail, lacks });
  }
  if (said.status !== 200) throw unexpected(said, at);
  const { relay } = shaped(Account, said, at);
  return told({ ...none, outcome: 'accepted', relay: relay?.enabled ?? null });
}

const DnsRecord = z.object({ type: z.string(), host_name: z.string(), status: z.boolean() });
// https://developers.brevo.com/reference/get-domain-configuration
const Configuration = z.object({
  domain: z.string(),
  verified: z.boolean(),
  authenticated: z.boolean(),
  dns_records: z.record(z.string(), DnsRecord.nullish()).optional(),
});
// https://developers.brevo.com/reference/get-domains
const Domains = z.object({
  domains: z.array(
    z.object({
      domain_name: z.string(),
      verified: z.boolean(),
      authenticated: z.boolean(),
      creator: z.object({ creationDate: z.string().optional() }).nullish(),
    }),
  ),
});

type DomainFact = Facts['provider.domain'];

export async function brevoDomain(gathering: Gathering, sending: SendingDomain): Promise<Found<DomainFact>> {
  const at = hostOf(gathering);
  const [said, list] = await Promise.all([
    ask(gathering, `${routes.domains}/${encodeURIComponent(sending.domain)}`),
    get(gathering, routes.domains, Domains),
  ]);
  const listed = list.domains.find(({ domain_name: name }) => name.toLowerCase() === sending.domain);
  const answer = { at, status: '' };
  const unknown = { ...answer, known: false, verified: false, authenticated: false, records: [] };
  const { domain, from, assumed } = sending;
  const told = (one: DomainFact['answers'][number]) =>
    known<DomainFact>(
      {
        provider: 'brevo',
        ...{ domain, from, assumed },
        answers: [one],
        others: list.domains
          .map((other) => other.domain_name.slice(0, 253))
          .filter((name) => name !== domain)
          .slice(0, 20),
        since: listed?.creator?.creationDate?.slice(0, 40) ?? null,
      },
      said.where,
    );
  if (said.status === 404 && !listed) return told(unknown);
  if (said.status !== 200) throw refused(gathering, said);
  // Of this domain, whatever else comes back.
  const shape = Configuration.extend({ domain: z.literal(domain) });
  const { verified, authenticated, dns_records: wanted = {} } = shaped(shape, said, at);
  return told({ ...answer, known: true, verified, authenticated, records: recordsOf(wanted) });
}

const recordsOf = (wanted: z.output<typeof Configuration>['dns_records'] & object) =>
  Object.entries(wanted).flatMap(([what, record]) =>
    record
      ? [
          {
            what: what.slice(0, 40),
            host: record.host_name.slice(0, 253),
            type: record.type.slice(0, 10),
            seen: record.status,
          },
        ]
      : [],
  );

// https://developers.brevo.com/reference/get-webhooks
const Webhooks = z.object({ webhooks: z.array(z.object({ url: z.string(), events: z.array(z.string()) })) });

/** Events as Brevo names them here and in its older documentation. */
const events = [
  ['delivered', /^delivered$/i],
  ['bounce', /^hard_?bounce$/i],
  ['complaint', /^(?:spam|complaint)$/i],
] as const;

export async function brevoDestinations(gathering: Gathering): Promise<Found<Facts['provider.destinations']>> {
  const at = hostOf(gathering);
  const said = await ask(gathering, routes.webhooks);
  // An account without any webhook is answered 404, code document_not_found.
  const none = said.status === 404 && Refusal.safeParse(said.body).data?.code === 'document_not_found';
  if (!none && said.status !== 200) throw refused(gathering, said);
  const { webhooks } = none ? { webhooks: [] } : shaped(Webhooks, said, at);
  const destinations = webhooks.slice(0, 200).map((one) => {
    const url = URL.canParse(one.url) ? new URL(one.url) : null;
    return {
      kind: 'webhook' as const,
      name: url ? `${url.origin}${url.pathname}`.slice(0, 500) : 'an address that is none',
      ...{ at, enabled: true },
      https: url?.protocol === 'https:',
      host: url?.host ?? null,
      events: events.flatMap(([ours, theirs]) => (one.events.some((event) => theirs.test(event)) ? [ours] : [])),
    };
  });
  const site = siteOf(gathering)?.url.host ?? null;
  return known({ provider: 'brevo', site, destinations, asked: [at] }, said.where);
}

const count = z.int().min(0).default(0);
// https://developers.brevo.com/reference/get-aggregated-smtp-report
const Total = z.object({
  requests: z.int().min(0),
  delivered: z.int().min(0),
  hardBounces: z.int().min(0),
  softBounces: z.int().min(0),
  spamReports: z.int().min(0),
  blocked: count,
  invalid: count,
});
// https://developers.brevo.com/reference/get-smtp-report
const Days = z.object({ reports: z.array(z.object({ date: z.iso.date(), requests: z.int().min(0) })).default([]) });

const DAY_MS = 86_400_000;
const PAGE = 10;

export async function brevoStatistics(gathering: Gathering): Promise<Found<Facts['provider.statistics']>> {
  const day = (ago: number) => new Date(gathering.now.getTime() - ago * DAY_MS).toISOString().slice(0, 10);
  const [total, before, days] = await Promise.all([
    get(gathering, `${routes.total}?days=30`, Total),
    get(gathering, `${routes.total}?startDate=${day(89)}&endDate=${day(30)}`, Total),
    byDay(gathering),
  ]);
  const { requests: sent, delivered, hardBounces, softBounces, spamReports: complained, blocked, invalid } = total;
  const bounced = hardBounces + softBounces;
  const counts = { sent, delivered, bounced, complained, held: blocked + invalid };
  const where = `GET ${addressOf(gathering.target.settings.email.api, routes.total).href}`;
  return known({ provider: 'brevo', ...counts, days, earlier: before.requests }, where);
}

/** Thirty days in pages of ten: the route's own default. */
async function byDay(gathering: Gathering): Promise<DayCount[]> {
  const found = new Map<string, number>();
  for (let offset = 0; offset < 30; offset += PAGE) {
    const query = `?days=30&limit=${PAGE}&offset=${offset}&sort=asc`;
    const { reports } = await get(gathering, `${routes.days}${query}`, Days);
    for (const { date, requests } of reports.slice(0, PAGE)) found.set(date, requests);
    if (reports.length < PAGE) break;
  }
  return [...found].map(([date, sent]) => ({ date, count: sent })).sort((a, b) => (a.date < b.date ? -1 : 1));
}
