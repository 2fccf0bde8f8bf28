import { randomBytes } from 'node:crypto';
import { absent, type Found, type Gatherer, type Gathering, known, LookFailed, passOn } from '../gathering.ts';
import { printable, request } from '../http/request.ts';
import { addressFor, askSite, noSite, siteOf } from '../http/site.ts';
import { hostOf } from '../http/connect.ts';

interface Endpoint {
  url: URL;
  from: string;
}

/** The webhook on the site's own host that the provider lists, else email.webhook.path. */
async function endpointOf(gathering: Gathering): Promise<Endpoint | Found<never>> {
  const site = siteOf(gathering);
  if (!site) return noSite();
  const { path } = gathering.target.settings.email.webhook;
  const found = await gathering.fact('provider.destinations');
  const listed = found.state === 'known' ? found.value.destinations : [];
  const own = listed.find(({ kind, host }) => kind === 'webhook' && host === site.url.host);
  // Asked as the site is, whatever scheme the provider was told.
  if (own && URL.canParse(own.name))
    return { url: new URL(new URL(own.name).pathname, site.url), from: 'the provider’s list' };
  if (path !== undefined) return { url: new URL(path, site.url), from: 'email.webhook.path' };
  if (found.state === 'unreachable') return passOn(found);
  return absent('no webhook on the site is known', 'email.webhook.path');
}

const beside = (url: URL): URL => new URL(`svcheck-${randomBytes(6).toString('hex')}`, new URL('.', url));

/** Whether the endpoint is there, without calling it: by GET and OPTIONS, against a random path beside it. */
export const webhook: Gatherer<'product.webhook'> = {
  contacts: true,
  async gather(gathering) {
    const endpoint = await endpointOf(gathering);
    if ('state' in endpoint) return endpoint;
    const { url, from } = endpoint;
    const random = beside(url);
    const ask = async (to: URL, method: 'GET' | 'OPTIONS') =>
      (await askSite(gathering, to, { method, maxBytes: 16 * 1024 })).status;
    const [get, options, controlGet, controlOptions] = await Promise.all([
      ask(url, 'GET'),
      ask(url, 'OPTIONS'),
      ask(random, 'GET'),
      ask(random, 'OPTIONS'),
    ]);
    const control = { get: controlGet, options: controlOptions };
    return known({ address: printable(url), from, get, options, control }, `GET, OPTIONS ${printable(url)}`);
  },
};

/** `Authorization: Bearer …`, as email.webhook.header has it; null where it is unset. Rejects with LookFailed. */
function credentialOf({ target }: Gathering): { name: string; value: string } | null {
  const header = target.settings.email.webhook.header?.reveal();
  if (header === undefined) return null;
  const [, name, value] = /^([A-Za-z0-9-]{1,100}):\s*(\S[\x20-\x7e]*)$/.exec(header) ?? [];
  if (name !== undefined && value !== undefined) return { name: name.toLowerCase(), value };
  const where = 'email.webhook.header';
  const fix = 'write it as the header is sent: "Authorization: Bearer ${WEBHOOK_TOKEN}"';
  throw new LookFailed({ cause: 'malformed', because: `${where} is no header with a value`, fix, where });
}

/** An event of no mail: an application that takes it has nothing to do. */
const eventOf = (now: Date): string =>
  JSON.stringify({
    event: 'svcheck',
    email: 'nobody@svcheck.invalid',
    'message-id': `<svcheck-${randomBytes(6).toString('hex')}@svcheck.invalid>`,
    date: now.toISOString(),
  });

/** Whether a call without, and one with a wrong, credential is refused where the same call made well is not. */
export const refusal: Gatherer<'product.webhook-refusal'> = {
  stage: 'active',
  contacts: true,
  async gather(gathering) {
    const endpoint = await endpointOf(gathering);
    if ('state' in endpoint) return endpoint;
    const { url } = endpoint;
    const credential = credentialOf(gathering);
    const call = (to: URL, value: string | null) => post(gathering, to, credential, value);
    const without = await call(url, null);
    const wrong = credential && (await call(url, wrongOf(credential.value)));
    const well = credential && (await call(url, credential.value));
    const control = await call(beside(url), null);
    return known({ address: printable(url), well, without, wrong, control }, `POST ${printable(url)}`);
  },
};

/** Of the same form, so that it is the value that is refused. */
const wrongOf = (value: string): string => {
  const [, scheme = ''] = /^((?:Bearer|Basic) )/i.exec(value) ?? [];
  return `${scheme}${randomBytes(24).toString('hex')}`;
};

async function post(
  gathering: Gathering,
  url: URL,
  credential: { name: string } | null,
  value: string | null,
): Promise<number> {
  const { ca, proxy } = gathering.target.settings.site;
  const address = addressFor(gathering, url);
  const answer = await request(gathering, url.href, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    secretHeaders: credential && value !== null ? { [credential.name]: value } : {},
    body: eventOf(gathering.now),
    maxBytes: 16 * 1024,
    ...(address ? { resolve: { [hostOf(url)]: address } } : {}),
    ca,
    proxy,
  });
  return answer.status;
}
