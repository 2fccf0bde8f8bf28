import type { Fault } from '../../src/core/verdict.ts';
import type { Facts } from '../../src/facts/index.ts';

type Destinations = Facts['provider.destinations'];
type Destination = Destinations['destinations'][number];

export const destinationReasons = {
  'none-listed': 'the provider tells nobody of what becomes of the mails',
  http: 'the provider calls the site over plain HTTP',
  'other-host': 'the provider calls another host',
  'missing-events': 'the provider does not tell of deliveries, bounces and complaints',
} as const;
type Reason = keyof typeof destinationReasons;

const wanted = ['delivered', 'bounce', 'complaint'] as const;

/** Whether the provider tells of all three events, to whom it should, at each of its places. */
export function destinationFaults(fact: Destinations): Fault<Reason>[] {
  return fact.asked.flatMap((at) => {
    const here = fact.destinations.filter((one) => one.at === at);
    return fact.provider === 'brevo' ? webhookFaults(here, fact.site ?? '', at) : sesFaults(here, at);
  });
}

function webhookFaults(webhooks: readonly Destination[], site: string, at: string): Fault<Reason>[] {
  const fix = `set the webhook at Brevo (Transactional, Settings, Webhook) to https://${site}/…`;
  if (webhooks.length === 0) return [{ reason: 'none-listed', because: `${at} lists no transactional webhook`, fix }];
  const own = webhooks.filter(({ host }) => host === site);
  const [other] = webhooks;
  if (own.length === 0)
    return [{ reason: 'other-host', because: `${at} calls ${other?.host ?? 'no address'}, not ${site}`, fix }];
  const secure = own.filter(({ https }) => https);
  if (secure.length === 0) return [{ reason: 'http', because: `${at} calls ${own[0]?.name} without TLS`, fix }];
  return missing(secure, at, `add the events to the webhook ${secure[0]?.name}`);
}

function sesFaults(all: readonly Destination[], at: string): Fault<Reason>[] {
  const fix = 'add an event destination (SNS, EventBridge, Firehose or CloudWatch) to the configuration set in use';
  const used = all.filter(({ enabled, kind }) => enabled && kind !== 'other');
  if (used.length > 0) return missing(used, at, fix);
  const off = all.length > 0 ? `, and ${all.length} that are switched off or lead elsewhere` : '';
  return [{ reason: 'none-listed', because: `${at} has no event destination in use${off}`, fix }];
}

function missing(told: readonly Destination[], at: string, fix: string): Fault<Reason>[] {
  const lacking = wanted.filter((event) => !told.some(({ events }) => events.includes(event)));
  if (lacking.length === 0) return [];
  return [
    {
      reason: 'missing-events',
      because: `${at} does not tell of ${lacking.join(' and ')} events`,
      fix: `${fix}: ${lacking.join(', ')}`,
    },
  ];
}
