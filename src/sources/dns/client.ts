import { randomInt } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { Gathering } from '../gathering.ts';
import { asciiName, type DnsResult, type Got, isAnswer, judged, nothing, same, walk } from './answer.ts';
import { type Codec, loadCodec, Malformed, type Message, type RecordType, types } from './codec.ts';
import { Exchange } from './exchange.ts';
import { type DnsServer, serversOf } from './servers.ts';
import type { Accept } from './transport.ts';
import { shortened } from '../signals.ts';

export type { DnsResult } from './answer.ts';
export type { RecordType } from './codec.ts';

/** What a server that does not know EDNS says: FORMERR, NOTIMP, BADVERS (RFC 6891 section 7). */
const noEdns = new Set([1, 4, 16]);

/**
 * One question, asked once an audit: the servers in order, UDP then TCP where the answer is cut or none comes, aliases followed.
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
  readonly #exchange: Exchange;
  readonly #windowMs: number;
  readonly #closing = new AbortController();
  readonly #answers = new Map<DnsServer, boolean>();
  readonly #asked = new Map<string, Promise<DnsResult>>();

  static async open(gathering: Gathering): Promise<DnsClient> {
    const servers = serversOf(gathering);
    return new DnsClient(await loadCodec(), servers, await Exchange.open(gathering, servers), gathering.timeoutMs);
  }

  constructor(codec: Codec, servers: readonly DnsServer[], exchange: Exchange, timeoutMs: number) {
    setMaxListeners(0, this.#closing.signal); // a listener a question under way
    this.#codec = codec;
    this.#servers = servers;
    this.#exchange = exchange;
    // All servers together must answer, or not, within the time of the look that asks; some is left for what it does then.
    this.#windowMs = Math.round(Math.min(4000, Math.max(200, (timeoutMs * 0.6) / servers.length)));
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#exchange.close();
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
    for (const server of this.#inOrder()) {
      const got = await this.#askServer(server, name, types[type]);
      this.#note(server, 'message' in got);
      const told = judged(got, server, `${name} ${type}`);
      if (isAnswer(told.outcome)) return told;
      // Of several failures the one that says most counts: an answer before silence.
      if (!failed || failed.outcome === 'timeout') failed = told;
    }
    return failed ?? nothing('timeout');
  }

  /** As set; last whoever was asked before and has not answered once, so that one dead server costs its time but once. */
  #inOrder(): DnsServer[] {
    const mute = this.#servers.filter((server) => this.#answers.get(server) === false);
    return [...this.#servers.filter((server) => !mute.includes(server)), ...mute];
  }

  #note(server: DnsServer, answered: boolean): void {
    this.#answers.set(server, answered || this.#answers.get(server) === true);
  }

  async #askServer(server: DnsServer, name: string, type: number): Promise<Got> {
    const signal = shortened(this.#closing.signal, this.#windowMs);
    for (let edns = true; ; edns = false) {
      const id = server.transport === 'https' ? 0 : randomInt(0x10000); // RFC 8484 section 4.1
      const bytes = this.#codec.encode(id, name, type, edns);
      const got = await this.#exchange.ask(server, bytes, this.#acceptFor(id, name, type), signal, this.#windowMs);
      if ('said' in got || !edns || !noEdns.has(got.message.rcode)) return got;
    }
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
