import type { Cause, Json } from '../facts/index.ts';

/** One single thing that a look found: a file and line, a table, an address. */
export interface Finding {
  where: string;
  what: string;
  /** Stable over line moves; holds no secret. */
  fingerprint?: string;
}

export interface Warning<R extends string = string> {
  reason: R;
  text: string;
}

/** All that a judge may say. A fail names its reasons, the worst first, and what to do. */
export type Judgement<R extends string = string> =
  | { status: 'pass'; reason: R; because: string; seen?: Json; warnings?: readonly Warning<R>[] }
  | {
      status: 'fail';
      reasons: readonly [R, ...R[]];
      because: string;
      fix: string;
      seen?: Json;
      findings?: readonly Finding[];
      warnings?: readonly Warning<R>[];
    }
  /** The next way is tried. `not-built` is the engine's own word for a look that this version lacks. */
  | { status: 'unclear'; reason: R | 'not-built'; because: string; seen?: Json; warnings?: readonly Warning<R>[] }
  /** The look was made and could not see what it needs (a column hidden for want of rights, say): the line is `error`. */
  | { status: 'error'; reason: Cause; because: string; fix: string; seen?: Json };

export interface Fault<R extends string = string> {
  reason: R;
  because: string;
  fix: string;
  findings?: readonly Finding[];
}

/**
 * The usual end of a judge that collects what is wrong: a fail with every fault, the worst first, or the pass given.
 * @param faults in order of weight
 */
export function failOrPass<R extends string>(
  faults: readonly Fault<R>[],
  pass: { reason: R; because: string },
  rest: { seen?: Json; warnings?: readonly Warning<R>[] } = {},
): Judgement<R> {
  const [worst, ...others] = faults;
  if (!worst) return { status: 'pass', ...pass, ...rest };
  const findings = faults.flatMap((fault) => fault.findings ?? []);
  return {
    status: 'fail',
    reasons: unique([worst.reason, ...others.map((fault) => fault.reason)]),
    because: unique([worst.because, ...others.map((fault) => fault.because)]).join('; '),
    fix: unique([worst.fix, ...others.map((fault) => fault.fix)]).join('; '),
    ...(findings.length > 0 ? { findings } : {}),
    ...rest,
  };
}

function unique<T>(items: readonly [T, ...T[]]): [T, ...T[]] {
  const [first, ...rest] = new Set(items);
  return [first as T, ...rest];
}
