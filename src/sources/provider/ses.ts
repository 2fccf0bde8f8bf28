import { z } from 'zod';
import type { Facts } from '../../facts/index.ts';
import type { SendingDomain } from '../email/domain.ts';
import { type Found, type Gathering, known } from '../gathering.ts';
import { siteOf } from '../http/site.ts';
import { askAws, atOf, errorOf, getAws, refusalOf, refused, type Region } from './aws.ts';
import { shaped } from './client.ts';

type Of<N extends 'provider.account' | 'provider.domain' | 'provider.destinations'> = Facts[N];

// https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetAccount.html
const Account = z.object({
  ProductionAccessEnabled: z.boolean(),
  SendingEnabled: z.boolean(),
  EnforcementStatus: z.string(),
});

export async function sesAccount(
  gathering: Gathering,
  regions: readonly Region[],
): Promise<Found<Of<'provider.account'>>> {
  const answers = await Promise.all(regions.map((region) => accountOf(gathering, region)));
  const where = `SES GetAccount, ${regions.map(({ region }) => region).join(', ')}`;
  return known({ provider: 'ses', by: regions[0]?.credentials.by ?? '', answers }, where);
}

async function accountOf(gathering: Gathering, region: Region): Promise<Of<'provider.account'>['answers'][number]> {
  const said = await askAws(gathering, region, { service: 'ses', path: '/v2/email/account' });
  const at = atOf(region);
  const none = { at, detail: '', lacks: '', relay: null, production: null, sending: null, enforcement: null };
  if (said.status === 200) {
    const account = shaped(Account, said, at);
    const { ProductionAccessEnabled: production, SendingEnabled: sending, EnforcementStatus: status } = account;
    return { ...none, outcome: 'accepted', production, sending, enforcement: status.slice(0, 20) };
  }
  const kind = refusalOf(said);
  if (kind === null) throw refused(said, region, 'ses:GetAccount');
  const lacks = kind === 'not-permitted' ? `allow ses:GetAccount for ${region.credentials.by}` : '';
  return { ...none, outcome: kind, detail: errorOf(said), lacks };
}

// https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetEmailIdentity.html
const Identity = z.object({
  IdentityType: z.string(),
  VerifiedForSendingStatus: z.boolean(),
  VerificationStatus: z.string().default(''),
  DkimAttributes: z
    .object({
      SigningEnabled: z.boolean(),
      Status: z.string(),
      Tokens: z.array(z.string()).default([]),
      SigningAttributesOrigin: z.string().optional(),
    })
    .optional(),
});

export async function sesDomain(
  gathering: Gathering,
  regions: readonly Region[],
  { domain, from, assumed }: SendingDomain,
): Promise<Found<Of<'provider.domain'>>> {
  const names = await candidates(domain);
  const answers = await Promise.all(regions.map((region) => firstIdentity(gathering, region, names)));
  const where = `SES GetEmailIdentity ${domain}, ${regions.map(({ region }) => region).join(', ')}`;
  return known({ provider: 'ses', domain, from, assumed, answers, others: [], since: null }, where);
}

/** The domain and those above it, down to the registered one: a verified domain covers its subdomains ("Creating a domain identity"). */
async function candidates(domain: string): Promise<string[]> {
  const { getDomain } = await import('tldts');
  const registered = getDomain(domain) ?? domain;
  const labels = domain.split('.');
  const above = labels.map((_, index) => labels.slice(index).join('.'));
  return above.filter((name) => name === domain || name === registered || name.endsWith(`.${registered}`)).slice(0, 5);
}

async function firstIdentity(
  gathering: Gathering,
  region: Region,
  names: readonly string[],
): Promise<Of<'provider.domain'>['answers'][number]> {
  let last = await identityOf(gathering, region, names[0] ?? '');
  for (const name of names.slice(1)) {
    if (last.known) break;
    const found = await identityOf(gathering, region, name);
    if (found.known) last = { ...found, at: `${found.at} (as ${name})` };
  }
  return last;
}

async function identityOf(
  gathering: Gathering,
  region: Region,
  domain: string,
): Promise<Of<'provider.domain'>['answers'][number]> {
  const path = `/v2/email/identities/${encodeURIComponent(domain)}`;
  const said = await askAws(gathering, region, { service: 'ses', path });
  const at = atOf(region);
  if (said.status === 404 && errorOf(said) === 'NotFoundException')
    return { at, known: false, verified: false, authenticated: false, status: '', records: [] };
  if (said.status !== 200) throw refused(said, region, 'ses:GetEmailIdentity');
  const { VerifiedForSendingStatus: verified, VerificationStatus, DkimAttributes: dkim } = shaped(Identity, said, at);
  // Easy DKIM's tokens are CNAMEs; of one's own key only the selector is named, without _domainkey to point anywhere.
  const easy = dkim?.SigningAttributesOrigin !== 'EXTERNAL';
  const records = (dkim?.Tokens ?? []).slice(0, 10).map((token) => ({
    what: 'DKIM',
    host: `${token.slice(0, 64)}._domainkey.${domain}`,
    type: easy ? 'CNAME' : 'TXT',
    seen: dkim?.Status === 'SUCCESS',
  }));
  const authenticated = dkim?.SigningEnabled === true && dkim.Status === 'SUCCESS';
  return { at, known: true, verified, authenticated, status: VerificationStatus.slice(0, 30), records };
}

// https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_ListConfigurationSets.html
const Sets = z.object({ ConfigurationSets: z.array(z.string()).default([]), NextToken: z.string().optional() });
const anything = z.looseObject({}).nullish();
// https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetConfigurationSetEventDestinations.html
const Destinations = z.object({
  EventDestinations: z
    .array(
      z.object({
        Name: z.string(),
        Enabled: z.boolean(),
        MatchingEventTypes: z.array(z.string()),
        SnsDestination: anything,
        EventBridgeDestination: anything,
        KinesisFirehoseDestination: anything,
        CloudWatchDestination: anything,
      }),
    )
    .default([]),
});
type Described = z.output<typeof Destinations>['EventDestinations'][number];

const MAX_PAGES = 10;
const MAX_SETS = 50;

export async function sesDestinations(
  gathering: Gathering,
  regions: readonly Region[],
): Promise<Found<Of<'provider.destinations'>>> {
  const found = await Promise.all(regions.map((region) => destinationsOf(gathering, region)));
  const site = siteOf(gathering)?.url.host ?? null;
  const where = `SES event destinations, ${regions.map(({ region }) => region).join(', ')}`;
  const destinations = found.flat().slice(0, 200);
  return known({ provider: 'ses', site, destinations, asked: regions.map(atOf) }, where);
}

async function destinationsOf(gathering: Gathering, region: Region) {
  const sets = await setsOf(gathering, region);
  const lists = await Promise.all(
    sets.slice(0, MAX_SETS).map(async (set) => {
      const path = `/v2/email/configuration-sets/${encodeURIComponent(set)}/event-destinations`;
      const action = 'ses:GetConfigurationSetEventDestinations';
      const found = await getAws(gathering, region, { service: 'ses', path, action, shape: Destinations });
      return found.EventDestinations.map((one) => destination(one, set, atOf(region)));
    }),
  );
  return lists.flat();
}

async function setsOf(gathering: Gathering, region: Region): Promise<string[]> {
  const sets: string[] = [];
  let token: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const path = `/v2/email/configuration-sets?${token === undefined ? '' : `NextToken=${encodeURIComponent(token)}&`}PageSize=100`;
    const asked = { service: 'ses', path, action: 'ses:ListConfigurationSets', shape: Sets } as const;
    const found = await getAws(gathering, region, asked);
    sets.push(...found.ConfigurationSets);
    token = found.NextToken;
    if (token === undefined) break;
  }
  return sets;
}

const events = { DELIVERY: 'delivered', BOUNCE: 'bounce', COMPLAINT: 'complaint' } as const;

function destination(one: Described, set: string, at: string) {
  const kinds = [
    ['sns', one.SnsDestination],
    ['eventbridge', one.EventBridgeDestination],
    ['firehose', one.KinesisFirehoseDestination],
    ['cloudwatch', one.CloudWatchDestination],
  ] as const;
  return {
    kind: kinds.find(([, there]) => there)?.[0] ?? ('other' as const),
    name: `${set}/${one.Name}`.slice(0, 200),
    ...{ at, enabled: one.Enabled, https: null, host: null },
    events: Object.entries(events).flatMap(([theirs, ours]) => (one.MatchingEventTypes.includes(theirs) ? [ours] : [])),
  };
}
