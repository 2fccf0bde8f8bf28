import { audit } from '../../src/audit.ts';
import { loadTarget } from '../../src/config/load.ts';
import type { Report } from '../../src/core/report.ts';
import { defaultLimits, type Limits } from '../../src/engine/limits.ts';
import { registryFacts } from '../../src/registry.ts';

/** Patient, for on a busy machine everything takes its time. */
const limits: Limits = { ...defaultLimits, timeoutMs: 30_000, deadlineMs: 90_000 };

/** Audits a folder with a svcheck.yaml as the demo is audited; `only` as --only. */
export async function auditIn(folder: string, { only = [] }: { only?: readonly string[] } = {}): Promise<Report> {
  const now = new Date();
  const rest = {
    config: null,
    target: null,
    live: false,
    trustedHosts: ['brevo.shop.test'],
    policy: null,
    processEnv: {},
  };
  const target = await loadTarget({ cwd: folder, allowExec: true, now, ...rest }, registryFacts);
  return audit(target, {
    version: '0.0.0-test',
    phases: ['pre-deploy'],
    only,
    skip: [],
    active: false,
    vantage: 'undeclared',
    limits,
    gate: { failOn: ['fail', 'error'], require: null },
    applyWaivers: true,
    now,
    asOf: now,
    interrupt: new AbortController().signal,
  });
}

/** From check id to status and reasons: `fail too-short guessable`. */
export function decisionsOf(report: Report): Map<string, string> {
  return new Map(report.results.map(({ id, status, reasons }) => [id, [status, ...reasons].join(' ')]));
}

/** The lines of `after` that are decided otherwise than before, as `flips` of a fault has them. */
export function flipsOf(before: Report, after: Report): Record<string, string> {
  const status = new Map(before.results.map((one) => [one.id, one.status]));
  const decisions = decisionsOf(after);
  return Object.fromEntries(
    after.results.flatMap((one) => (one.status === status.get(one.id) ? [] : [[one.id, decisions.get(one.id) ?? '']])),
  );
}
