import type { Report, Result, Summary } from '../core/report.ts';
import type { gateWords } from '../config/schema.ts';

export type GateWord = (typeof gateWords)[number];

export interface GateOptions {
  failOn: readonly GateWord[];
  require: 'ready' | null;
}

export function summarize(results: readonly Result[]): Summary {
  const summary: Summary = { pass: 0, fail: 0, error: 0, manual: 0, 'n/a': 0, skipped: 0, waived: 0, warnings: 0 };
  for (const result of results) {
    summary[result.status] += 1;
    if (result.waived) summary.waived += 1;
    summary.warnings += result.warnings.length;
  }
  return summary;
}

const standsInTheWay = (result: Result) =>
  !['pass', 'n/a'].includes(result.status) && !(result.status === 'fail' && result.waived);

/** Ready when every line of the phase is pass, n/a or a waived fail; a skipped line was not looked at, so it is not. */
export const isReady = (results: readonly Result[]): boolean =>
  results.length > 0 && !results.some((result) => standsInTheWay(result));

/** The exit code and its reason (contract: 1 before 2 before 3; a status outside the gate does not count). */
export function passGate(results: readonly Result[], { failOn, require }: GateOptions): Report['gate'] {
  const gated = results.filter((result) => !result.advisory);
  const named = (lines: readonly Result[]) => lines.map((line) => line.id).join(', ');
  const fails = gated.filter((result) => result.status === 'fail' && !result.waived);
  const errors = gated.filter((result) => result.status === 'error');
  const manual = gated.filter((result) => result.status === 'manual' || result.status === 'skipped');
  const warned = gated.filter((result) => result.warnings.length > 0);
  const ready = require === 'ready';
  const base = { failOn, require };
  if (fails.length > 0 && (failOn.includes('fail') || ready)) return { ...base, exit: 1, because: named(fails) };
  if (errors.length > 0 && (failOn.includes('error') || ready)) return { ...base, exit: 2, because: named(errors) };
  const undecided = ready ? manual : failOn.includes('manual') ? manual.filter((line) => line.status === 'manual') : [];
  const warnings = failOn.includes('warning') ? warned : [];
  const standing = [...undecided, ...warnings.filter((line) => !undecided.includes(line))];
  if (standing.length > 0) return { ...base, exit: 3, because: named(standing) };
  return { ...base, exit: 0, because: `nothing in the gate (${failOn.join(', ') || 'empty'}) failed` };
}
