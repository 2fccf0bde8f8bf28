import { defineCheck } from '../../src/core/define.ts';
import { type Fault, failOrPass, type Judgement } from '../../src/core/verdict.ts';
import type { Facts, Known } from '../../src/facts/index.ts';
import { destinationFaults, destinationReasons } from './destinations.ts';

type Endpoint = Facts['product.webhook'];
type Refusal = Facts['product.webhook-refusal'];

const reasons = {
  ...destinationReasons,
  configured: 'the provider tells of deliveries, bounces and complaints, and the endpoint is there',
  'endpoint-missing': 'the site has no such endpoint',
  'endpoint-undecided': 'the endpoint answers as a random path does, so that it cannot be told whether it is there',
  'site-unknown': 'which host is the site’s own is not known',
  'refuses-strangers': 'the same call is taken with the credential and refused without it, and with a wrong one',
  'accepts-strangers': 'a call without the credential, or with a wrong one, is taken',
  'no-control': 'no call made well was taken, so that a refusal tells nothing',
} as const;
type Reason = keyof typeof reasons;

export const webhook = defineCheck({
  id: 'email-monitoring.webhook',
  item: 'Webhook endpoint configured',
  rule: {
    pass: "the provider lists a destination for delivered, bounce and complaint events (Brevo: a webhook on the site's own https address; SES: SNS, EventBridge, Firehose or CloudWatch), and a webhook's endpoint exists against a control path; with --active a call without the configured credential or signature is refused",
    fail: 'none listed, http, another host, missing events, 404, such a call accepted',
  },
  why: 'Without it the product never learns that an address bounced or complained, and mails it again.',
  remedy:
    'Register https://SITE/api/webhooks/email with the provider for delivered, bounce and complaint events, and refuse calls without its credential or signature.',
  docs: [
    'https://developers.brevo.com/docs/transactional-webhooks',
    'https://docs.aws.amazon.com/ses/latest/dg/monitor-using-event-publishing.html',
  ],
  reasons,
  ways: (make) => [
    make.probe({
      how: 'the destinations that the provider lists, and GET and OPTIONS of the endpoint beside a random path',
      settings: ['email.provider', 'email.webhook.path'],
      needs: ['provider.destinations'],
      wants: ['product.webhook'],
      judge({ 'provider.destinations': fact, 'product.webhook': endpoint }) {
        const { provider, site, destinations } = fact;
        const seen = { site, destinations: destinations.slice(0, 20) };
        if (provider === 'brevo' && site === null)
          return {
            status: 'unclear',
            reason: 'site-unknown',
            because: 'whether a webhook is on the site cannot be told without site.url',
            seen,
          };
        const faults = destinationFaults(fact);
        const failed = endpoint.state === 'known' ? missingEndpoint(endpoint.value) : [];
        const all: Fault<Reason>[] = [...faults, ...failed];
        const open = all.length === 0 ? undecided(endpoint, provider) : null;
        if (open) return open;
        const because = `${destinations
          .map(({ name }) => name)
          .slice(0, 3)
          .join(', ')}: told of deliveries, bounces and complaints`;
        return failOrPass<Reason>(all, { reason: 'configured', because }, { seen });
      },
    }),
    make.active({
      how: 'a call of the endpoint without the credential and with a wrong one, against the same call made well',
      settings: ['email.webhook.header'],
      needs: ['provider.destinations', 'product.webhook-refusal'],
      judge({ 'provider.destinations': fact, 'product.webhook-refusal': refusal }) {
        const judged = judgeRefusal(refusal);
        const faults: Fault<Reason>[] = destinationFaults(fact);
        // An endpoint that nobody calls is no destination, however well it refuses.
        if (judged.status === 'fail' || faults.length === 0) return judged;
        return failOrPass<Reason>(faults, { reason: 'configured', because: '' }, { seen: judged.seen ?? {} });
      },
    }),
    make.attest('Does the product learn of deliveries, bounces and complaints from its e-mail provider?', 90),
  ],
});

const gone = (status: number): boolean => status === 404 || status === 410;

/** A path that takes POST alone may answer GET with 404, and OPTIONS otherwise than a random path does. */
const isThere = ({ get, options, control }: Endpoint): boolean =>
  (!gone(get) && (get !== control.get || options !== control.options)) ||
  (gone(get) && options !== control.options && options < 400);

function missingEndpoint(endpoint: Endpoint): Fault<Reason>[] {
  const { address, get, control, from } = endpoint;
  if (isThere(endpoint) || !gone(get)) return [];
  const because = `${address} (${from}) answers ${get}, a random path beside it ${control.get}`;
  return [{ reason: 'endpoint-missing', because, fix: `serve ${address}, or correct its address at the provider` }];
}

/** Why the endpoint decides nothing; null where it is there, or where the provider needs none. */
function undecided(endpoint: Known<Endpoint>, provider: string): Judgement<Reason> | null {
  if (endpoint.state === 'unreachable') {
    const { cause: reason, because, fix } = endpoint;
    return { status: 'error', reason, because, fix };
  }
  if (endpoint.state === 'absent')
    return provider === 'ses' ? null : { status: 'unclear', reason: 'endpoint-undecided', because: endpoint.because };
  const { address, get, control } = endpoint.value;
  if (get >= 500 && control.get < 500) {
    const because = `${address} answers ${get}, a random path beside it ${control.get}`;
    return { status: 'error', reason: 'refused', because, fix: `see the log of the application for ${address}` };
  }
  if (isThere(endpoint.value)) return null;
  const because = `${address} answers ${get}, and so does a random path beside it`;
  return { status: 'unclear', reason: 'endpoint-undecided', because };
}

const taken = (status: number | null): boolean => status !== null && status >= 200 && status < 300;
const refused = (status: number | null): boolean =>
  status === null || (status >= 400 && status < 500 && status !== 429 && status !== 404);

function judgeRefusal({ address, well, without, wrong, control }: Refusal): Judgement<Reason> {
  const seen = { well, without, wrong, control };
  const open = (because: string): Judgement<Reason> => ({ status: 'unclear', reason: 'no-control', because, seen });
  if (taken(control)) return open(`a random path beside ${address} takes the call too (${control})`);
  if (taken(without) || taken(wrong)) {
    const how = taken(without) ? `without a credential (${without})` : `with a wrong credential (${wrong})`;
    const fix =
      'compare the credential or the signature before the body is read, and answer 401 where it is missing or wrong';
    return { status: 'fail', reasons: ['accepts-strangers'], because: `${address} takes a call ${how}`, fix, seen };
  }
  if (well === null) {
    return (without === 401 || without === 403) && without !== control
      ? {
          status: 'pass',
          reason: 'refuses-strangers',
          because: `${address} refuses a call without a credential (${without})`,
          seen,
        }
      : open(
          `${address} answers ${without} to a call without a credential; set email.webhook.header for one made well`,
        );
  }
  if (!taken(well)) return open(`${address} answers ${well} to the call made well, too`);
  if (!refused(without) || !refused(wrong))
    return open(`${address} answers ${without} and ${wrong}, which is no refusal`);
  const because = `${address} takes the call made well (${well}) and refuses it without (${without}) and with a wrong credential (${wrong})`;
  return { status: 'pass', reason: 'refuses-strangers', because, seen };
}
