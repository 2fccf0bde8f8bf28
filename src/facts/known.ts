/** Plain JSON: what facts, evidence and reports are made of. A Secret is not assignable to it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** Why a look failed. The same words are the engine's reasons in the report. */
export const causes = [
  'timeout',
  'refused',
  'dns',
  'auth',
  'tls',
  'reset',
  'wrong-protocol',
  'not-permitted',
  'malformed',
  'too-large',
  'rate-limited',
  'deadline',
  'internal',
] as const;
export type Cause = (typeof causes)[number];

/** Why there was nothing to look at. */
export type AbsentReason = 'not-configured' | 'needs-active' | 'needs-vantage' | 'needs-history' | 'not-built';

/** One earlier try of a look that was repeated for a transient fault. */
export interface Try {
  at: string;
  because: string;
}

interface Looked<T> {
  state: 'known';
  value: T;
  /** What was asked of whom, in one phrase: `INFO memory on redis.example.com:6380`, `GET https://…`, `.env.production`. */
  where: string;
  /** ISO 8601, UTC. */
  at: string;
  tries?: readonly Try[];
}

export interface Absent {
  state: 'absent';
  reason: AbsentReason;
  because: string;
  /** The one setting or flag that would bring the fact: `prometheus.url`, `--live`. */
  add: string;
}

export interface Unreachable {
  state: 'unreachable';
  cause: Cause;
  because: string;
  fix: string;
  where: string;
  at: string;
  tries?: readonly Try[];
}

/** What the fact store holds of a fact: the value, or the reason why there is none. */
export type Known<T> = Looked<T> | Absent | Unreachable;
