import { isIP } from 'node:net';
import type { TlsEndpoint } from '../../facts/tls.ts';
import type { Gathering } from '../gathering.ts';
import { proxyFor } from '../http/proxy.ts';
import { cdnOf } from './cdn.ts';
import { describeChain } from './chain.ts';
import { type Dial, dialer, failureOf } from './dial.ts';
import { bareHost, type Endpoint, listening } from './endpoints.ts';
import { headerOf, headOver } from './http-head.ts';
import { openTls, type TlsOpened } from './session.ts';
import { askVersions, askWeak, Handshakes, type Place } from './survey.ts';
import { shortened } from '../signals.ts';

/** Handshakes with one host: quiet looks, and those that a bystander may notice. */
const QUIET = 12;
const ACTIVE = 40;
/** What is kept of them for versions and suites, however many addresses there are. */
const KEPT = 7;
const MAX_LOCATION = 500;

export interface Trust {
  ca: string[];
  identity: { cert: string; key: string } | undefined;
}

/** An address with what is needed to ask it more. */
interface Looked {
  found: TlsEndpoint;
  dial: Dial;
  chain: TlsOpened['chain'] | null;
}

/** One look at all addresses of a site, within one budget of handshakes and one span of time. */
export class SiteLook {
  readonly handshakes: Handshakes;
  /** The network whose marks were in an answer. */
  cdn: string | null = null;
  readonly #gathering: Gathering;
  readonly #url: URL;
  readonly #trust: Trust;
  readonly #end: number;

  constructor(gathering: Gathering, url: URL, trust: Trust) {
    this.#gathering = gathering;
    this.#url = url;
    this.#trust = trust;
    this.handshakes = new Handshakes(gathering.active ? ACTIVE : QUIET);
    this.#end = performance.now() + gathering.timeoutMs * 0.9;
  }

  async all(endpoints: readonly Endpoint[]): Promise<TlsEndpoint[]> {
    const opened = await this.#sessions(alternating(endpoints));
    const looked = listening(
      this.#url,
      opened,
      ({ found }) => found.outcome === 'refused' || found.outcome === 'no-route',
    );
    const [first, ...others] = looked.filter(({ found }) => found.session !== null);
    if (!first) return looked.map(({ found }) => found);
    // The first address is asked about everything; of the others that which fails a site.
    const place = this.#place(first.dial);
    const versions = await askVersions(place, ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']);
    first.found.protocols = versions.protocols;
    if (versions.certificates && first.chain) {
      first.found.chain = await describeChain(versions.certificates, first.chain, this.#trust.ca);
    }
    const weak = askWeak(place);
    for (const other of others) {
      if (this.handshakes.left < 2) break;
      other.found.protocols = (await askVersions(this.#place(other.dial), ['TLSv1', 'TLSv1.1'])).protocols;
    }
    first.found.weak = await weak;
    return looked.map(({ found }) => found);
  }

  async #sessions(endpoints: readonly Endpoint[]): Promise<Looked[]> {
    const looked: Looked[] = [];
    while (looked.length < endpoints.length) {
      const rest = endpoints.slice(looked.length);
      const room = this.handshakes.left - KEPT;
      if (room <= 0) return [...looked, ...rest.map((one) => this.#notAsked(one))];
      looked.push(...(await Promise.all(rest.slice(0, room).map((one) => this.#session(one)))));
    }
    return looked;
  }

  #dial({ address, port }: Endpoint): Dial {
    const proxy = proxyFor(this.#url, this.#gathering.target.settings.site.proxy);
    return dialer(this.#gathering, this.#url, { host: address, port }, proxy);
  }

  #notAsked(endpoint: Endpoint): Looked {
    const detail = 'beyond the budget of handshakes; --active has a larger one';
    return {
      dial: this.#dial(endpoint),
      chain: null,
      found: { ...endpoint, outcome: 'not-asked', detail, ...nothing },
    };
  }

  async #session(endpoint: Endpoint): Promise<Looked> {
    const dial = this.#dial(endpoint);
    this.handshakes.take();
    try {
      const signal = this.#span(0.5);
      const opened = await this.#queue(() => this.#open(dial, signal));
      const http = await this.#head(opened, this.#span(0.3));
      const chain = await describeChain(null, opened.chain, this.#trust.ca);
      const found: TlsEndpoint = {
        ...endpoint,
        outcome: 'ok',
        detail: '',
        ...nothing,
        session: opened.session,
        chain,
        http,
      };
      return { dial, chain: opened.chain, found };
    } catch (error) {
      const failure = failureOf(error);
      if (failure.outcome === 'refused' || failure.outcome === 'no-route') this.handshakes.giveBack();
      return { dial, chain: null, found: { ...endpoint, ...failure, ...nothing } };
    }
  }

  async #open(dial: Dial, signal: AbortSignal): Promise<TlsOpened> {
    const socket = await dial(signal);
    const { ca, identity } = this.#trust;
    return openTls({ socket, servername: bareHost(this.#url), ca, signal, alpn: ['http/1.1'], ...identity });
  }

  async #head({ socket }: TlsOpened, signal: AbortSignal): Promise<TlsEndpoint['http']> {
    const { host, pathname, search } = this.#url;
    const { version } = this.#gathering;
    const heard = await headOver(socket, { host, target: `${pathname}${search}`, version }, signal);
    if (heard.kind !== 'head') return { status: null, location: null, detail: noHead[heard.kind] };
    this.cdn ??= cdnOf(heard.head);
    const location = headerOf(heard.head, 'location')?.slice(0, MAX_LOCATION) ?? null;
    return { status: heard.head.status, location, detail: '' };
  }

  #place(dial: Dial): Place {
    const host = bareHost(this.#url);
    const servername = isIP(host) ? null : host;
    return {
      dial,
      servername,
      alpn: ['h2', 'http/1.1'],
      handshakes: this.handshakes,
      queue: (task) => this.#queue(task),
      span: () => this.#span(0.5),
    };
  }

  #queue<T>(task: () => Promise<T>): Promise<T> {
    return this.#gathering.onHost(`tls ${this.#url.host}`, task);
  }

  /** That part of the time that is left. */
  #span(part: number): AbortSignal {
    const left = Math.max(50, Math.round((this.#end - performance.now()) * part));
    return shortened(this.#gathering.signal, left);
  }
}

const nothing = { session: null, chain: null, http: null, protocols: null, weak: null };

/** One of each family in turn, so that a small budget sees both. */
function alternating(endpoints: readonly Endpoint[]): Endpoint[] {
  const v4 = endpoints.filter(({ family }) => family === 4);
  const v6 = endpoints.filter(({ family }) => family === 6);
  const longest = Math.max(v4.length, v6.length);
  return Array.from({ length: longest }, (_, at) => [v4[at], v6[at]]).flatMap((pair) => pair.filter((one) => !!one));
}

const noHead = {
  closed: 'the connection was closed without an answer',
  reset: 'the connection was reset',
  silence: 'no answer in time',
  garbage: 'the answer is no HTTP/1.1',
} as const;
