import type { Cause, FactName, Facts, Known, Try } from '../facts/index.ts';
import { causeOf, lineOf } from '../sources/errors.ts';
import { type Found, type Gatherer, type Gathering, LookFailed } from '../sources/gathering.ts';
import type { Seal } from '../sources/seal.ts';
import { type Cut, Gate, type Limits, within } from './limits.ts';

const RETRIES = 2;
const BACKOFF_MS = 250;

export interface StoreOptions {
  gatherers: { readonly [N in FactName]: Gatherer<N> };
  gathering: Omit<Gathering, 'signal' | 'timeoutMs' | 'fact' | 'share' | 'onHost'>;
  limits: Limits;
  seal: Seal;
  /** Aborted when the whole audit's time is over, and by Ctrl-C. */
  deadline: AbortSignal;
  interrupt: AbortSignal;
  debug?(text: string): void;
}

interface Opened {
  value: Promise<unknown>;
  close(): Promise<void>;
}

/** Looks at each fact once, on first need, and keeps what came of it, failures too. */
export class FactStore {
  readonly #options: StoreOptions;
  readonly #facts = new Map<FactName, Promise<Known<unknown>>>();
  readonly #shared = new Map<string, Opened>();
  readonly #gates = new Map<string, Gate>();

  constructor(options: StoreOptions) {
    this.#options = options;
  }

  get<N extends FactName>(name: N): Promise<Known<Facts[N]>> {
    let fact = this.#facts.get(name);
    if (!fact) {
      fact = this.#look(name);
      this.#facts.set(name, fact);
    }
    return fact as Promise<Known<Facts[N]>>;
  }

  /** Closes every session that was opened; a close that hangs is left behind after a second. */
  async close(): Promise<void> {
    const closing = [...this.#shared.values()].map((opened) => opened.close().catch(() => {}));
    // The timer holds the process: where all else has ended, a close that hangs would end it without a report.
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise((resolve) => {
      timer = setTimeout(resolve, 1000);
    });
    await Promise.race([Promise.all(closing), patience]);
    clearTimeout(timer);
  }

  async #look(name: FactName): Promise<Known<unknown>> {
    const gatherer: Gatherer<FactName> = this.#options.gatherers[name];
    const { target } = this.#options.gathering;
    if (gatherer.contacts && !target.live) {
      return {
        state: 'absent',
        reason: 'not-configured',
        because: 'nobody is contacted without --live',
        add: '--live',
      };
    }
    const tries: Try[] = [];
    for (;;) {
      const found = await this.#once(name, gatherer);
      const at = new Date().toISOString();
      const again = found.state === 'unreachable' && found.transient === true && tries.length < RETRIES;
      if (!again || this.#options.deadline.aborted || this.#options.interrupt.aborted) {
        return this.#sealed(found, at, tries);
      }
      tries.push({ at, because: found.because });
      await new Promise((resolve) => setTimeout(resolve, BACKOFF_MS * 2 ** tries.length));
    }
  }

  async #once(name: FactName, gatherer: Gatherer<FactName>): Promise<Found<unknown>> {
    const own = gatherer.limitMs?.(this.#options.gathering.target);
    const limits = {
      timeoutMs: own ?? this.#options.limits.timeoutMs,
      // A look with a limit of its own (a whole backup, read) may outlast the deadline.
      deadline: own === undefined ? this.#options.deadline : new AbortController().signal,
      interrupt: this.#options.interrupt,
    };
    try {
      const done = await within(limits, (signal) => gatherer.gather(this.#gathering(signal, limits.timeoutMs)));
      return 'value' in done ? done.value : cutShort(done.cut, name, limits.timeoutMs, this.#options.limits.deadlineMs);
    } catch (error) {
      return this.#failed(name, error);
    }
  }

  #failed(name: FactName, error: unknown): Found<unknown> {
    if (error instanceof LookFailed) return { state: 'unreachable', ...error.outcome };
    this.#options.debug?.(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    const cause: Cause = causeOf(error) ?? 'internal';
    const fix =
      cause === 'internal'
        ? 'run again with --debug and report it: this is a fault of svcheck itself'
        : 'see that it can be reached from here, then run again';
    return { state: 'unreachable', cause, because: lineOf(error), fix, where: name, transient: cause === 'reset' };
  }

  #sealed(found: Found<unknown>, at: string, tries: readonly Try[]): Known<unknown> {
    const { seal } = this.#options;
    if (found.state === 'absent') return seal.scrub(found);
    const rest = { at, ...(tries.length > 0 ? { tries } : {}) };
    if (found.state === 'known') return seal.scrub({ ...found, ...rest });
    const { transient: _, ...outcome } = found;
    return seal.scrub({ ...outcome, ...rest });
  }

  #gathering(signal: AbortSignal, timeoutMs: number): Gathering {
    return {
      ...this.#options.gathering,
      signal,
      timeoutMs,
      fact: (name) => this.get(name),
      share: (name, open, close) => this.#share(name, open, close),
      onHost: (host, task) => this.#gate(host).run(task),
    };
  }

  #gate(host: string): Gate {
    let gate = this.#gates.get(host);
    if (!gate) {
      gate = new Gate(this.#options.limits.concurrency);
      this.#gates.set(host, gate);
    }
    return gate;
  }

  #share<T>(name: string, open: () => Promise<T>, close?: (value: T) => Promise<void> | void): Promise<T> {
    const there = this.#shared.get(name);
    if (there) return there.value as Promise<T>;
    const value = open();
    value.catch(() => this.#shared.delete(name));
    this.#shared.set(name, { value, close: async () => close?.(await value) });
    return value;
  }
}

function cutShort(cut: Cut, name: FactName, timeoutMs: number, deadlineMs: number): Found<never> {
  const seconds = (ms: number) => `${Number((ms / 1000).toFixed(1))} s`;
  const said = {
    timeout: {
      because: `no answer within ${seconds(timeoutMs)}`,
      fix: 'see whether a firewall drops packets from here, or give --timeout more',
    },
    deadline: {
      because: `the audit's ${seconds(deadlineMs)} were over`,
      fix: 'give --deadline more, or fewer lines by --only',
    },
    interrupted: { because: 'the audit was interrupted', fix: 'run it again' },
  }[cut];
  return { state: 'unreachable', cause: cut === 'timeout' ? 'timeout' : 'deadline', ...said, where: name };
}
