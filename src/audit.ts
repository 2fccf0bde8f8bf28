import { setMaxListeners } from 'node:events';
import { hostname } from 'node:os';
import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import { checks, sections } from '../checks/index.ts';
import type { Settings } from './config/schema.ts';
import type { Target } from './config/target.ts';
import { canonicalize } from './core/canonical.ts';
import type { Check, Phase, Rules } from './core/check.ts';
import { matches } from './core/glob.ts';
import type { Report, Result } from './core/report.ts';
import { endOf, isBarred, notApplicable, waive } from './engine/exceptions.ts';
import { type GateOptions, isReady, passGate, summarize } from './engine/gate.ts';
import type { Limits } from './engine/limits.ts';
import type { Resolving } from './engine/resolve.ts';
import { type Line, run } from './engine/run.ts';
import { FactStore } from './engine/store.ts';
import type { FactName, Json } from './facts/index.ts';
import type { Gatherer } from './sources/gathering.ts';
import { contactsOf } from './sources/contacts.ts';
import { gatherers } from './sources/index.ts';
import { sealOf } from './sources/seal.ts';

export interface AuditOptions {
  version: string;
  phases: readonly Phase[];
  only: readonly string[];
  skip: readonly string[];
  active: boolean;
  vantage: 'outside' | 'inside' | 'undeclared';
  limits: Limits;
  gate: GateOptions;
  applyWaivers: boolean;
  now: Date;
  asOf: Date;
  interrupt: AbortSignal;
  onLines?(lines: readonly Line[]): void;
  onResult?(result: Result): void;
  progress?(text: string): void;
  debug?(text: string): void;
}

/** The main job: target -> facts -> verdicts -> report. */
export async function audit(target: Target, options: AuditOptions): Promise<Report> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), options.limits.deadlineMs);
  setMaxListeners(0, deadline.signal, options.interrupt);
  const store = new FactStore({
    gatherers,
    gathering: {
      target,
      now: options.now,
      version: options.version,
      active: options.active && target.settings.active,
      vantage: options.vantage,
      progress: options.progress ?? (() => {}),
    },
    limits: options.limits,
    seal: sealOf(target),
    deadline: deadline.signal,
    interrupt: options.interrupt,
    ...(options.debug ? { debug: options.debug } : {}),
  });
  try {
    const lines = linesOf(target, options);
    options.onLines?.(lines);
    const commit = commitOf(store);
    commit.catch(() => {}); // awaited below, where a fault of the lines may come first
    const results = await run({
      lines,
      stages: (name) => (gatherers[name] as Gatherer<FactName>).stage ?? 'quiet',
      resolving: {
        fact: (name) => store.get(name),
        rulesOf: rulesFor(target, options),
        active: mayBeActive(target, options),
      },
      ...(options.onResult ? { onResult: options.onResult } : {}),
    });
    return report(target, options, { results, commit: await commit });
  } finally {
    clearTimeout(timer);
    await store.close();
  }
}

function linesOf(target: Target, { phases, only, skip, asOf }: AuditOptions): Line[] {
  const inPhase = sections.filter((section) => phases.includes(section.phase));
  return inPhase.flatMap((section) =>
    section.checks.map((check) => ({ check, section, skip: skipOf(check, target, { only, skip, asOf }) })),
  );
}

function skipOf(
  check: Check,
  target: Target,
  { only, skip, asOf }: Pick<AuditOptions, 'only' | 'skip' | 'asOf'>,
): Line['skip'] {
  if (skip.some((glob) => matches(glob, check.id))) return { status: 'skipped', because: 'left out by --skip' };
  if (only.length > 0 && !only.some((glob) => matches(glob, check.id)))
    return { status: 'skipped', because: 'not named by --only' };
  const entry = notApplicable(target.settings, check.id, asOf);
  return entry ? { status: 'n/a', because: `${entry.why} (${entry.owner}, until ${entry.until})` } : null;
}

function rulesFor({ settings, name }: Target, { now, asOf, vantage }: AuditOptions): Resolving['rulesOf'] {
  const goLive = settings['go-live'] ? endOf(settings['go-live']) : null;
  return (check): Rules<unknown> => {
    return { now, asOf, expect: expectationOf(check, settings), vantage, goLive, target: name };
  };
}

/** A check's `expect` with its defaults; where gate.never-waive bars exceptions, what would make it milder is left out. */
function expectationOf(check: Check, settings: Settings): Record<string, unknown> {
  const defaults = check.settings.parse({});
  const set = settings.expect[check.id];
  if (typeof set !== 'object' || set === null) return defaults;
  const strict = isBarred(settings, check.id) ? check.loosening : [];
  const own = Object.entries(set).filter(([key]) => !strict.includes(key));
  return { ...Object.fromEntries(strict.map((key) => [key, defaults[key]])), ...Object.fromEntries(own) };
}

function mayBeActive({ settings }: Target, { active }: AuditOptions): Resolving['active'] {
  if (!active) return { allowed: false, because: 'active looks run only with --active', add: '--active' };
  if (!settings.active)
    return { allowed: false, because: 'this target does not allow active looks', add: 'active: true' };
  return { allowed: true };
}

/** The commit under audit; null where there is no repository to tell it. */
async function commitOf(store: FactStore): Promise<string | null> {
  const repository = await store.get('git.repository');
  return repository.state === 'known' ? repository.value.commit : null;
}

interface Decided {
  results: readonly Result[];
  commit: string | null;
}

function report(target: Target, options: AuditOptions, { results: decided, commit }: Decided): Report {
  const { settings } = target;
  const advisory = new Set(
    decided.flatMap(({ id }) => (settings.gate.advisory.some((glob) => matches(glob, id)) ? [id] : [])),
  );
  const { results: waived, waivers } = waive(decided, settings, options.asOf, options.applyWaivers);
  const results = waived.map((result): Result => (advisory.has(result.id) ? { ...result, advisory: true } : result));
  const body = {
    svcheck: options.version,
    schema: 1 as const,
    target: target.name,
    commit,
    phases: options.phases,
    vantage: { host: hostname(), kind: options.vantage },
    startedAt: options.now.toISOString(),
    finishedAt: new Date().toISOString(),
    status: isReady(results) ? ('ready' as const) : ('not-ready' as const),
    files: filesOf(target),
    hosts: target.live ? contactsOf(target).map(({ address }) => address) : [],
    loosened: loosenedBy(target),
    ...(options.interrupt.aborted ? { interrupted: true as const } : {}),
    summary: summarize(results),
    gate: passGate(results, options.gate),
    results,
    waivers,
  };
  return { ...body, digest: digestOf(body) };
}

/** What was read to know the target, relative to its folder. */
function filesOf({ file, base, env }: Target): string[] {
  const settings = file ? [relative(base, file)] : [];
  return [...settings, ...env.files.flatMap((one) => (one.state === 'read' ? [one.file] : []))];
}

/** Expectations in force that make a rule milder than its default. */
function loosenedBy({ settings }: Target): Report['loosened'] {
  return checks.flatMap((check) => {
    const defaults = check.settings.parse({});
    const expect = expectationOf(check, settings);
    return check.loosening.flatMap((setting) => {
      const value = (expect[setting] ?? null) as Json;
      const same = canonicalize(value) === canonicalize((defaults[setting] ?? null) as Json);
      return same ? [] : [{ check: check.id, setting, value }];
    });
  });
}

/** SHA-256 over the canonical JSON of the report without digest, finishedAt and every ms. */
export function digestOf(report: Omit<Report, 'digest'>): string {
  const { finishedAt: _, ...rest } = report;
  const stable = { ...rest, results: rest.results.map(({ ms: _ms, ...result }) => result) };
  // A report is plain JSON by construction.
  const text = canonicalize(stable as unknown as Json);
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
