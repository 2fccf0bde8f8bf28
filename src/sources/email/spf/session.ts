import type { DnsResult, RecordType } from '../../dns/client.ts';
import { type Address, dotted, inNetwork, reverseName } from './address.ts';
import { expandMacros, fitName, lettersOf, type MacroString, type MacroValues } from './macro.ts';
import { askable } from './record.ts';

/** Asks for the records of a name. Never rejects: what servers do is the outcome. */
export type SpfLookup = (name: string, type: RecordType) => Promise<DnsResult>;

/** The numbers of RFC 7208 section 4.6.4. */
export const spfLimits = { lookups: 10, voids: 2, names: 10 } as const;

/** What ends check_host() at once, with its result. */
export class SpfError extends Error {
  readonly result: 'temperror' | 'permerror';

  constructor(result: 'temperror' | 'permerror', message: string) {
    super(message);
    this.result = result;
  }
}

export interface Client {
  address: Address;
  sender: { text: string; local: string; domain: string };
  helo: string;
  /** The receiving host's name, for the r macro. */
  receiver: string;
  now: Date;
}

/** One check_host() with all that it recurses into: what it may still look up, and what the macros stand for. */
export class Session {
  readonly client: Client;
  lookups = 0;
  voids = 0;
  readonly #lookup: SpfLookup;
  #validated: Promise<{ names: string[]; empty: boolean }> | null = null;
  /** Whether the term under evaluation has met a void lookup: it counts once. */
  #metVoid = false;

  constructor(client: Client, lookup: SpfLookup) {
    this.client = client;
    this.#lookup = lookup;
  }

  /** A term that causes DNS queries begins. Throws SpfError above the limit. */
  count(term: string): void {
    this.#metVoid = false;
    this.lookups += 1;
    if (this.lookups > spfLimits.lookups) {
      throw new SpfError(
        'permerror',
        `${term} would be the ${this.lookups}th term that looks something up; 10 are allowed`,
      );
    }
  }

  /** Section 4.6.4 counts the terms that meet such an answer, not the queries. Throws SpfError above the limit. */
  countVoid(name: string, term: string): void {
    if (this.#metVoid) return;
    this.#metVoid = true;
    this.voids += 1;
    if (this.voids > spfLimits.voids) {
      throw new SpfError(
        'permerror',
        `${term}: nothing at ${name}, the ${this.voids}rd term without an answer; 2 are allowed`,
      );
    }
  }

  /** A query without any count or judgement. */
  ask(name: string, type: RecordType): Promise<DnsResult> {
    return this.#lookup(name, type);
  }

  /**
   * A query of the term under evaluation: an empty answer is a void lookup, an error ends the check (section 5). A name
   * that no query can hold has no records, and nothing was asked.
   */
  async records(name: string, type: RecordType, term: string): Promise<DnsResult['answers']> {
    if (!askable(name)) return [];
    const answer = await this.#lookup(name, type);
    if (answer.outcome === 'nxdomain' || answer.outcome === 'nodata') this.countVoid(name, term);
    else if (answer.outcome !== 'ok')
      throw new SpfError('temperror', answer.because || `${name} ${type}: ${answer.outcome}`);
    return answer.answers;
  }

  /** Whether one of the name's addresses, of the client's family (section 5), lies in the network that the lengths make. */
  async hasAddress(name: string, prefix4: number, prefix6: number, term: string): Promise<boolean> {
    const { address } = this.client;
    const answers = await this.records(name, address.family === 4 ? 'A' : 'AAAA', term);
    const prefix = address.family === 4 ? prefix4 : prefix6;
    return answers.some((one) => 'address' in one && inNetwork(address, one.address, prefix));
  }

  /**
   * The names that the client's address leads to and that lead back to it (section 5.5): of ten PTR records at most, the
   * rest MUST be ignored (section 4.6.4). A DNS error leaves none, or leaves that name out.
   */
  validatedNames(): Promise<{ names: string[]; empty: boolean }> {
    this.#validated ??= this.#validate();
    return this.#validated;
  }

  async #validate(): Promise<{ names: string[]; empty: boolean }> {
    const { address } = this.client;
    const { outcome, answers } = await this.#lookup(reverseName(address), 'PTR');
    const names: string[] = [];
    for (const answer of answers.slice(0, spfLimits.names)) {
      if (answer.type !== 'PTR' || !askable(answer.target)) continue;
      const back = await this.#lookup(answer.target, address.family === 4 ? 'A' : 'AAAA');
      const leads = back.answers.some((one) => 'address' in one && inNetwork(address, one.address, 128));
      if (leads) names.push(answer.target.toLowerCase());
    }
    return { names, empty: outcome === 'nxdomain' || outcome === 'nodata' };
  }

  /** The name that a term's domain-spec stands for in the record of a domain (section 4.8). */
  async target(macros: MacroString | null, domain: string, term: string): Promise<string> {
    if (macros === null) return domain;
    if (lettersOf(macros).has('p') && (await this.validatedNames()).empty) {
      this.countVoid(reverseName(this.client.address), term);
    }
    return fitName(await this.expand(macros, domain));
  }

  async expand(macros: MacroString, domain: string): Promise<string> {
    return expandMacros(macros, await this.#values(domain, lettersOf(macros).has('p')));
  }

  async #values(domain: string, needsName: boolean): Promise<MacroValues> {
    const { address, sender, helo, receiver, now } = this.client;
    return {
      s: sender.text,
      l: sender.local,
      o: sender.domain,
      d: domain,
      i: dotted(address),
      p: needsName ? await this.#validatedName(domain) : 'unknown',
      v: address.family === 4 ? 'in-addr' : 'ip6',
      h: helo,
      c: address.text,
      r: receiver,
      t: String(Math.floor(now.getTime() / 1000)),
    };
  }

  /** Section 7.3: the domain itself, else a name below it, else any validated one, else "unknown". */
  async #validatedName(domain: string): Promise<string> {
    const { names } = await this.validatedNames();
    const own = names.find((name) => name === domain.toLowerCase());
    return own ?? names.find((name) => isBelow(name, domain)) ?? names[0] ?? 'unknown';
  }
}

export const isBelow = (name: string, domain: string): boolean =>
  name.toLowerCase() === domain.toLowerCase() || name.toLowerCase().endsWith(`.${domain.toLowerCase()}`);
