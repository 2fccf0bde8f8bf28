import type { Facts } from '../../facts/index.ts';
import type { providerFacts } from '../../facts/provider.ts';
import { emailProvider, sendingDomain } from '../email/domain.ts';
import { envTrouble } from '../env/trouble.ts';
import { absent, type Found, type Gatherers, type Gathering, unreachable } from '../gathering.ts';
import type { Region } from './aws.ts';
import { brevoAccount, brevoDestinations, brevoDomain, brevoStatistics } from './brevo.ts';
import { auditCredentials, brevoKey, deploymentCredentials, regionsOf } from './credentials.ts';
import { sesStatistics } from './cloudwatch.ts';
import { sesAccount, sesDestinations, sesDomain } from './ses.ts';

interface Asking<T> {
  brevo(gathering: Gathering): Promise<Found<T>>;
  ses(gathering: Gathering, regions: readonly Region[]): Promise<Found<T>>;
  /** The deployment's own keys where it has some, for it is them that are judged. */
  deployment?: boolean;
}

/** Whom to ask, and by which key; else why nobody can be asked. */
function asking<T>({ brevo, ses, deployment = false }: Asking<T>) {
  return async (gathering: Gathering): Promise<Found<T>> => {
    const { target } = gathering;
    const trouble = envTrouble(target.env);
    if (trouble && target.settings.email.provider === undefined) return unreachable(trouble);
    const provider = emailProvider(target);
    if (provider === null) return absent('no e-mail provider is known', 'email.provider');
    if (provider === 'brevo') {
      if (brevoKey(target)) return brevo(gathering);
      return trouble ? unreachable(trouble) : absent('the env holds no key of Brevo to ask with', 'BREVO_API_KEY');
    }
    if (provider !== 'ses') return absent(`this version does not ask ${provider}`, 'email.provider', 'not-built');
    const regions = regionsOf(target);
    if (regions.length === 0) return absent('no region of SES is known', 'email.regions');
    const credentials = (deployment ? deploymentCredentials(target) : null) ?? (await auditCredentials(target));
    if (!credentials) return absent('there are no AWS credentials to ask with', 'aws.profile');
    return ses(
      gathering,
      regions.map((region) => ({ region, credentials })),
    );
  };
}

async function domainOf(
  gathering: Gathering,
  regions: readonly Region[] | null,
): Promise<Found<Facts['provider.domain']>> {
  const sending = await sendingDomain(gathering.target);
  if (!sending) return absent('no sending domain is known', 'email.domain');
  return regions ? sesDomain(gathering, regions, sending) : brevoDomain(gathering, sending);
}

export const providerGatherers: Gatherers<typeof providerFacts> = {
  'provider.account': { contacts: true, gather: asking({ brevo: brevoAccount, ses: sesAccount, deployment: true }) },
  'provider.domain': {
    contacts: true,
    gather: asking({ brevo: (gathering) => domainOf(gathering, null), ses: domainOf }),
  },
  'provider.destinations': { contacts: true, gather: asking({ brevo: brevoDestinations, ses: sesDestinations }) },
  'provider.statistics': { contacts: true, gather: asking({ brevo: brevoStatistics, ses: sesStatistics }) },
};
