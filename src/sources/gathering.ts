import type { FactName, Facts, Known } from '../facts/index.ts';
import type { AbsentReason, Cause } from '../facts/known.ts';
import type { Target } from '../config/target.ts';

/** What a source is handed to look with. */
export interface Gathering {
  target: Target;
  /** Aborted when this look's time is over, the deadline has passed, or Ctrl-C was pressed. */
  signal: AbortSignal;
  /** Milliseconds that this look may take. */
  timeoutMs: number;
  /** When the audit began: a look that needs "now" takes it from here. */
  now: Date;
  version: string;
  /** Whether --active was given and the target allows it. */
  active: boolean;
  vantage: 'outside' | 'inside' | 'undeclared';
  /** Another fact, looked at once and shared. */
  fact<N extends FactName>(name: N): Promise<Known<Facts[N]>>;
  /**
   * Something that several facts of a source use (a session, a resolver): opened once, closed when the audit ends.
   * A failed opening is forgotten, so that a repeated look opens anew.
   */
  share<T>(name: string, open: () => Promise<T>, close?: (value: T) => Promise<void> | void): Promise<T>;
  /** Runs the task when fewer than the limit are under way against that host. */
  onHost<T>(host: string, task: () => Promise<T>): Promise<T>;
  /** Progress for a person: one short phrase. */
  progress(text: string): void;
}

/** The outcome of one look, without the time, which the engine adds. */
export type Found<T> =
  | { state: 'known'; value: T; where: string }
  | { state: 'absent'; reason: AbsentReason; because: string; add: string }
  | { state: 'unreachable'; cause: Cause; because: string; fix: string; where: string; transient?: boolean };

export interface Gatherer<N extends FactName> {
  /** `first`: before everything else; `quiet`: the rule; `last`: after all quiet looks; `active`: after those, one by one. */
  stage?: 'first' | 'quiet' | 'last' | 'active';
  /** Contacts somebody: not done without a live target. Reads of local files are not contacts. */
  contacts: boolean;
  /** A limit of its own in place of the per-look timeout and the deadline, milliseconds. */
  limitMs?(target: Target): number;
  gather(gathering: Gathering): Promise<Found<Facts[N]>>;
}

/** A gatherer for each fact of a source, none left out. */
export type Gatherers<S> = { [N in keyof S & FactName]: Gatherer<N> };

/** Whom a target's sources would contact, for the report's first line and --dry-run. */
export interface Contact {
  /** `db.example.com:5432` */
  address: string;
  /** One or two words: PostgreSQL, Redis, site, DNS, Sentry, registry. */
  what: string;
}

export function known<T>(value: T, where: string): Found<T> {
  return { state: 'known', value, where };
}

/** @param add the one setting or flag that would bring it, as the user writes it */
export function absent(because: string, add: string, reason: AbsentReason = 'not-configured'): Found<never> {
  return { state: 'absent', reason, because, add };
}

export interface UnreachableOptions {
  cause: Cause;
  because: string;
  fix: string;
  where: string;
  /** A fault that may be gone at the next try (a reset, a SERVFAIL): the engine repeats the look. */
  transient?: boolean;
}

export function unreachable(options: UnreachableOptions): Found<never> {
  return { state: 'unreachable', ...options };
}

/** Thrown by a source where returning is inconvenient; the engine turns it into `unreachable`. */
export class LookFailed extends Error {
  readonly outcome: UnreachableOptions;

  constructor(outcome: UnreachableOptions) {
    super(outcome.because);
    this.name = 'LookFailed';
    this.outcome = outcome;
  }
}

/** Hands on a fact that another one rests on: its value, or the reason why there is none. */
export function passOn(missing: Exclude<Known<unknown>, { state: 'known' }>): Found<never> {
  if (missing.state === 'absent')
    return { state: 'absent', reason: missing.reason, because: missing.because, add: missing.add };
  const { cause, because, fix, where } = missing;
  return { state: 'unreachable', cause, because, fix, where };
}
