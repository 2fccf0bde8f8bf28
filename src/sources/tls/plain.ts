import type { Facts } from '../../facts/index.ts';
import { absent, type Found, type Gatherer, type Gathering, known } from '../gathering.ts';
import { proxyAuthorization, proxyFor } from '../http/proxy.ts';
import { resolveHost, unresolved } from '../dns/resolve.ts';
import { failureOf, openSocket } from './dial.ts';
import { bareHost, type Endpoint, endpointsOf, listening, originOf, portOf, siteUrl } from './endpoints.ts';
import { type Heard, headerOf, headOver } from './http-head.ts';
import { shortened } from '../signals.ts';

type PlainHttp = Facts['tls.plain-http'];
type Answer = PlainHttp['endpoints'][number]['answers'][number];

const MAX_LOCATION = 500;
/** Asked beside `/` where the settings name no page: a redirect of the start page alone protects nobody. */
const ANOTHER_PATH = '/login';

export const plainHttp: Gatherer<'tls.plain-http'> = { contacts: true, gather };

async function gather(gathering: Gathering): Promise<Found<PlainHttp>> {
  const site = siteUrl(gathering);
  if (!site) return absent('no address of the site is known', 'site.url');
  const url = plainUrl(site, gathering.target.settings.site.http);
  const way = await wayTo(gathering, url);
  const pages = gathering.target.settings.site.pages ?? [];
  const paths = ['/', pages.find((page) => page !== '/') ?? ANOTHER_PATH];
  const span = () => shortened(gathering.signal, Math.round(gathering.timeoutMs * 0.4));
  const asked = await Promise.all(
    way.endpoints.map(async (endpoint) => ({
      ...endpoint,
      answers: await Promise.all(paths.map((path) => ask(way, endpoint, path, gathering.version, span))),
    })),
  );
  const endpoints = [...listening(url, asked, ({ answers }) => answers.every(isDeaf))];
  return known({ url: url.href, host: bareHost(url), endpoints }, `GET ${url.href} and ${paths[1]}`);
}

/** site.http, else a site.url of that kind, else port 80 of the site's host. */
function plainUrl(site: URL, setting: string | undefined): URL {
  const url = new URL(setting ?? site);
  if (url.protocol === 'https:') {
    url.protocol = 'http:';
    url.port = '';
  }
  url.pathname = '/';
  url.search = '';
  url.hash = '';
  url.username = '';
  url.password = '';
  return url;
}

/** How a request gets there: straight to each address, or to a proxy that is given the whole address. */
interface Way {
  endpoints: Endpoint[];
  host: string;
  targetOf(path: string): string;
  more: string;
}

async function wayTo(gathering: Gathering, url: URL): Promise<Way> {
  const { host } = url;
  const proxy = proxyFor(url, gathering.target.settings.site.proxy);
  if (!proxy || proxy.bypass(url)) {
    const { endpoints } = await endpointsOf(gathering, url);
    const origin = await originOf(gathering, url);
    return { endpoints: [...endpoints, ...origin], host, targetOf: (path) => path, more: '' };
  }
  const found = await resolveHost(gathering, proxy.url.hostname);
  if (found.outcome !== 'ok') throw unresolved(proxy.url.hostname, found, `proxy ${proxy.url.host}`);
  const authorization = proxyAuthorization(proxy);
  return {
    endpoints: found.addresses.slice(0, 1).map((one) => ({ ...one, port: portOf(proxy.url), role: 'site' })),
    host,
    targetOf: (path) => `${url.origin}${path}`,
    more: authorization ? `Proxy-Authorization: ${authorization}\r\n` : '',
  };
}

async function ask(
  { host, targetOf, more }: Way,
  to: { address: string; port: number },
  path: string,
  version: string,
  span: () => AbortSignal,
): Promise<Answer> {
  const once = async (): Promise<Answer> => {
    const nothing = { path, status: null, location: null };
    try {
      const signal = span();
      const socket = await openSocket(to.address, to.port, signal);
      return {
        ...nothing,
        ...answerOf(await headOver(socket, { host, target: targetOf(path), version, more }, signal)),
      };
    } catch (error) {
      const { outcome, detail } = failureOf(error);
      return { ...nothing, outcome: byFailure[outcome] ?? 'reset', detail };
    }
  };
  const first = await once();
  return first.outcome === 'reset' ? once() : first; // a reset may be chance; two are the server's way
}

const byFailure: Readonly<Record<string, Answer['outcome']>> = {
  refused: 'closed',
  timeout: 'timeout',
  'no-route': 'no-route',
};

const withoutHead = {
  closed: { outcome: 'closed', detail: 'the connection was closed without a byte' },
  reset: { outcome: 'reset', detail: 'the connection was reset' },
  silence: { outcome: 'timeout', detail: 'no answer in time' },
  garbage: { outcome: 'wrong-protocol', detail: 'the answer is no HTTP/1.1' },
} as const;

function answerOf(heard: Heard): Omit<Answer, 'path' | 'status' | 'location'> & Partial<Answer> {
  if (heard.kind !== 'head') return withoutHead[heard.kind];
  const location = headerOf(heard.head, 'location')?.slice(0, MAX_LOCATION) ?? null;
  return { outcome: 'answered', status: heard.head.status, location, detail: '' };
}

const isDeaf = ({ outcome }: Answer): boolean => outcome === 'closed' || outcome === 'no-route';
