import type { Gathering } from '../gathering.ts';
import { openTls, rootsFor } from '../tls/session.ts';
import type { Got } from './answer.ts';
import type { Message } from './codec.ts';
import { HttpsServer } from './https.ts';
import type { DnsServer } from './servers.ts';
import { type Accept, NoAnswer, overStream, overTcp, overUdp } from './transport.ts';

/** UDP has had two chances by then, and a firewall that stops it is all the more likely. */
const PATIENCE_MS = 1000;

/** Carries one query to one server, by whatever its address says. */
export class Exchange {
  readonly #roots: readonly string[];
  readonly #https = new Map<DnsServer, HttpsServer>();
  /** Servers that were silent by UDP and answered by TCP. */
  readonly #streamOnly = new Set<DnsServer>();

  static async open(gathering: Gathering, servers: readonly DnsServer[]): Promise<Exchange> {
    const secure = servers.some(({ transport }) => transport !== 'udp');
    const roots = secure ? (await rootsFor(gathering, gathering.target.settings.dns?.ca)).ca : [];
    const exchange = new Exchange(roots);
    for (const server of servers) {
      if (server.transport === 'https') exchange.#https.set(server, await HttpsServer.open(server, roots));
    }
    return exchange;
  }

  constructor(roots: readonly string[]) {
    this.#roots = roots;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#https.values()].map((one) => one.close()));
  }

  /**
   * @param windowMs how long `signal` leaves
   * @returns what was met instead, for a person, where there is no answer; rejects for nothing that servers do
   */
  async ask(server: DnsServer, query: Buffer, accept: Accept, signal: AbortSignal, windowMs: number): Promise<Got> {
    const https = this.#https.get(server);
    if (https) return got(https.ask(query, accept, signal), true);
    if (server.transport === 'tls') return got(this.#overTls(server, query, accept, signal), true);
    if (this.#streamOnly.has(server)) {
      const answer = await byTcp(server, query, accept, signal);
      if ('said' in answer) this.#streamOnly.delete(server);
      return answer;
    }
    const udp = await overUdpThenTcp(server, query, accept, signal, Math.min(PATIENCE_MS, windowMs / 2));
    if (udp.silent && 'message' in udp.got && udp.got.tcp) this.#streamOnly.add(server);
    return udp.got;
  }

  async #overTls({ address, port }: DnsServer, query: Buffer, accept: Accept, signal: AbortSignal): Promise<Message> {
    const opened = await openTls({ address, port, servername: address, ca: this.#roots, signal }).catch(
      (error: unknown) => {
        throw new NoAnswer(error instanceof Error ? error.message : 'no TLS session');
      },
    );
    if (opened.session.verified) return overStream(opened.socket, null, query, accept, signal);
    opened.socket.destroy();
    throw new NoAnswer(`its certificate does not verify: ${opened.session.detail}`); // RFC 8310 section 5: strict
  }
}

async function got(answer: Promise<Message>, tcp: boolean): Promise<Got> {
  try {
    return { message: await answer, tcp };
  } catch (error) {
    if (error instanceof NoAnswer) return { said: error.message, tcp };
    throw error;
  }
}

async function byTcp(server: DnsServer, query: Buffer, accept: Accept, signal: AbortSignal): Promise<Got> {
  const answer = await got(overTcp(server, query, accept, signal), true);
  return 'said' in answer ? { ...answer, said: `by TCP: ${answer.said}` } : answer;
}

/**
 * TCP where UDP's answer is cut (RFC 7766 section 5), and beside UDP where that is silent: whichever answers first.
 * `silent`: nothing had come by UDP when TCP was tried.
 */
async function overUdpThenTcp(
  server: DnsServer,
  query: Buffer,
  accept: Accept,
  signal: AbortSignal,
  patienceMs: number,
): Promise<{ got: Got; silent: boolean }> {
  const settled = new AbortController();
  const settle = () => settled.abort();
  signal.addEventListener('abort', settle, { once: true });
  if (signal.aborted) settle();
  let patience: NodeJS.Timeout | undefined;
  try {
    const udp = got(overUdp(server, query, accept, settled.signal), false);
    const waited = new Promise<null>((resolve) => {
      patience = setTimeout(resolve, patienceMs, null);
    });
    const first = await Promise.race([udp, waited]);
    if (first && isWhole(first)) return { got: first, silent: false };
    const tcp = byTcp(server, query, accept, settled.signal);
    if (first && 'message' in first) return { got: await tcp, silent: false };
    return { got: await either(udp, tcp), silent: true };
  } finally {
    clearTimeout(patience);
    signal.removeEventListener('abort', settle);
    settle();
  }
}

const isWhole = (answer: Got): boolean => 'message' in answer && !answer.message.truncated;

async function either(udp: Promise<Got>, tcp: Promise<Got>): Promise<Got> {
  const first = await Promise.race([udp, tcp]);
  if (isWhole(first)) return first;
  const [datagram, stream] = await Promise.all([udp, tcp]);
  if (isWhole(stream) || 'message' in datagram) return isWhole(datagram) ? datagram : stream;
  if (!('said' in stream)) return stream;
  const alike = stream.said.endsWith(`: ${datagram.said}`);
  return { said: alike ? `${datagram.said}, by UDP and by TCP` : `${datagram.said}; ${stream.said}`, tcp: true };
}
