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
/** What is kept for asking versions after every address had a session. */
const KEPT_FOR_VERSIONS = 4;
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
    const opened = await Promise.all(endpoints.map((one) => this.#session(one)));
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

  async #session(endpoint: Endpoint): Promise<Looked> {
    const url = this.#url;
    const proxy = proxyFor(url, this.#gathering.target.settings.site.proxy);
    const dial = dialer(this.#gathering, url, { host: endpoint.address, port: endpoint.port }, proxy);
    const nothing = { session: null, chain: null, http: null, protocols: null, weak: null };
    if (this.handshakes.left <= KEPT_FOR_VERSIONS || !this.handshakes.take()) {
      const detail = 'beyond the budget of handshakes; --active has a larger one';
      return { dial, chain: null, found: { ...endpoint, outcome: 'not-asked', detail, ...nothing } };
    }
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
      return { dial, chain: null, found: { ...endpoint, ...failureOf(error), ...nothing } };
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

const noHead = {
  closed: 'the connection was closed without an answer',
  reset: 'the connection was reset',
  silence: 'no answer in time',
  garbage: 'the answer is no HTTP/1.1',
} as const;
