import { randomInt } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { Gathering } from '../gathering.ts';
import { openTls, rootsFor } from '../tls/session.ts';
import { asciiName, type DnsResult, type Got, isAnswer, judged, nothing, same, walk } from './answer.ts';
import { type Codec, loadCodec, Malformed, type Message, type RecordType, types } from './codec.ts';
import { type DnsServer, serversOf } from './servers.ts';
import { type Accept, NoAnswer, overStream, overTcp, overUdp } from './transport.ts';
import { shortened } from '../signals.ts';

export type { DnsResult } from './answer.ts';
export type { RecordType } from './codec.ts';

/** What a server that does not know EDNS says: FORMERR, NOTIMP, BADVERS (RFC 6891 section 7). */
const noEdns = new Set([1, 4, 16]);

/**
 * One question, asked once an audit: the servers in order, UDP then TCP where the answer is cut, aliases followed.
 * Answers of servfail, refused and timeout are forgotten, so that asking again asks again.
 * Rejects with LookFailed for settings that cannot be used, never for what servers do.
 */
export async function query(gathering: Gathering, name: string, type: RecordType): Promise<DnsResult> {
  const ascii = asciiName(name);
  if (ascii === null)
    return { ...nothing('nxdomain'), because: `${name.slice(0, 260)} is not a name that DNS can hold` };
  const client = await gathering.share(
    'dns client',
    () => DnsClient.open(gathering),
    (opened) => opened.close(),
  );
  return client.resolve(ascii, type, gathering.signal);
}

class DnsClient {
  readonly #codec: Codec;
  readonly #servers: readonly DnsServer[];
  readonly #roots: readonly string[];
  readonly #windowMs: number;
  readonly #closing = new AbortController();
  readonly #asked = new Map<string, Promise<DnsResult>>();

  static async open(gathering: Gathering): Promise<DnsClient> {
    const servers = serversOf(gathering);
    const overTls = servers.some((server) => server.transport === 'tls');
    const roots = overTls ? (await rootsFor(gathering, gathering.target.settings.dns?.ca)).ca : [];
    return new DnsClient(await loadCodec(), servers, roots, gathering.timeoutMs);
  }

  constructor(codec: Codec, servers: readonly DnsServer[], roots: readonly string[], timeoutMs: number) {
    setMaxListeners(0, this.#closing.signal); // a listener a question under way
    this.#codec = codec;
    this.#servers = servers;
    this.#roots = roots;
    // All servers together must answer, or not, within the time of the look that asks; some is left for what it does then.
    this.#windowMs = Math.round(Math.min(4000, Math.max(200, (timeoutMs * 0.6) / servers.length)));
  }

  close(): void {
    this.#closing.abort();
  }

  /** Ends when the caller's time is over; the question itself goes on for others who wait for it. */
  async resolve(name: string, type: RecordType, signal: AbortSignal): Promise<DnsResult> {
    const key = `${type} ${name}`;
    let result = this.#asked.get(key);
    if (!result) {
      result = this.#follow(name, type);
      this.#asked.set(key, result);
      const forget = () => this.#asked.delete(key);
      result.then(({ outcome }) => isAnswer(outcome) || forget(), forget);
    }
    return orWhenAborted(result, signal);
  }

  /** Aliases whose target is not in the answer are asked for in turn. */
  async #follow(first: string, type: RecordType): Promise<DnsResult> {
    const aliases: string[] = [];
    let ad = true;
    for (let name = first; ; ) {
      const { message, ...result } = await this.#ask(name, type);
      if (!message) return { ...result, aliases };
      ad &&= message.ad;
      const end = walk(message, name, type, aliases);
      if (end === null) {
        return {
          ...result,
          outcome: 'servfail',
          aliases,
          because: `the aliases of ${first} go in a circle, or too far`,
        };
      }
      const answers = message.answers.filter((one) => one.type === type && same(one.name, end));
      if (answers.length > 0) return { ...result, outcome: 'ok', answers, aliases, ad, because: '' };
      // The rcode is that of the last name (RFC 6604 section 3).
      if (result.outcome === 'nxdomain' || same(end, name)) return { ...result, ad, aliases };
      name = end;
    }
  }

  async #ask(name: string, type: RecordType): Promise<DnsResult & { message?: Message }> {
    let failed: DnsResult | null = null;
    for (const server of this.#servers) {
      const got = await this.#askServer(server, name, types[type]);
      const told = judged(got, server, `${name} ${type}`);
      if (isAnswer(told.outcome)) return told;
      // Of several failures the one that says most counts: an answer before silence.
      if (!failed || failed.outcome === 'timeout') failed = told;
    }
    return failed ?? nothing('timeout');
  }

  async #askServer(server: DnsServer, name: string, type: number): Promise<Got> {
    const signal = shortened(this.#closing.signal, this.#windowMs);
    let tcp = server.transport === 'tls';
    try {
      for (let edns = true; ; edns = false) {
        const id = randomInt(0x10000);
        const bytes = this.#codec.encode(id, name, type, edns);
        const accept = this.#acceptFor(id, name, type);
        let message = await (tcp
          ? this.#overTls(server, bytes, accept, signal)
          : overUdp(server, bytes, accept, signal));
        if (message.truncated && !tcp) {
          tcp = true;
          message = await overTcp(server, bytes, accept, signal);
        }
        if (!edns || !noEdns.has(message.rcode)) return { message, tcp };
        tcp = server.transport === 'tls';
      }
    } catch (error) {
      if (error instanceof NoAnswer) return { said: tcp ? `by TCP: ${error.message}` : error.message, tcp };
      throw error;
    }
  }

  async #overTls(server: DnsServer, bytes: Buffer, accept: Accept, signal: AbortSignal): Promise<Message> {
    const { address, port } = server;
    const opened = await openTls({ address, port, servername: address, ca: this.#roots, signal }).catch(
      (error: unknown) => {
        throw new NoAnswer(error instanceof Error ? error.message : 'no TLS session');
      },
    );
    if (opened.session.verified) return overStream(opened.socket, null, bytes, accept, signal);
    opened.socket.destroy();
    throw new NoAnswer(`its certificate does not verify: ${opened.session.detail}`); // RFC 8310 section 5: strict
  }

  #acceptFor(id: number, name: string, type: number): Accept {
    return (bytes) => {
      try {
        const message = this.#codec.decode(bytes);
        const { question } = message;
        // A server may leave the question out of an error's answer.
        const ours = question ? question.type === type && same(question.name, name) : message.rcode !== 0;
        return message.response && message.id === id && ours ? message : null;
      } catch (error) {
        if (error instanceof Malformed) return null;
        throw error;
      }
    };
  }
}

async function orWhenAborted(result: Promise<DnsResult>, signal: AbortSignal): Promise<DnsResult> {
  const over = { ...nothing('timeout'), because: 'no answer in time' };
  if (signal.aborted) return over;
  let stop = () => {};
  const aborted = new Promise<DnsResult>((resolve) => {
    stop = () => resolve(over);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([result, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
