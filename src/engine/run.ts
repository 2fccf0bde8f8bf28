import type { Check, FactName, Look, Section } from '../core/check.ts';
import type { Result } from '../core/report.ts';
import type { Gatherer } from '../sources/gathering.ts';
import { type Resolving, resolve } from './resolve.ts';

/** How long health's first look goes before all others. */
const HEAD_START_MS = 1000;

export interface Line {
  check: Check;
  section: Section;
  /** Set where the line is not looked at: why. */
  skip: { status: 'n/a' | 'skipped'; because: string } | null;
}

export interface RunOptions {
  lines: readonly Line[];
  stages: (name: FactName) => NonNullable<Gatherer<FactName>['stage']>;
  resolving: Resolving;
  /** Called as each line is decided, in no certain order. */
  onResult?(result: Result): void;
}

/** Decides the lines: health first, the quiet looks together, health again, then the active looks one after another. */
export async function run({ lines, stages, resolving, onResult }: RunOptions): Promise<Result[]> {
  const results = new Map<string, Result>();
  const decide = async ({ check, section, skip }: Line) => {
    const result = skip ? notLooked(check, section, skip) : await resolve(check, section, resolving);
    results.set(check.id, result);
    onResult?.(result);
  };
  const asked = lines.filter((line) => !line.skip);
  const factsOf = (line: Line) => looksOf(line.check, resolving).flatMap((look) => [...look.needs, ...look.wants]);
  const has = (line: Line, stage: string) => factsOf(line).some((name) => stages(name) === stage);
  const all = new Set(asked.flatMap(factsOf));
  const first = [...all].filter((name) => stages(name) === 'first').map((name) => resolving.fact(name));
  // Asked first is enough: a site that does not answer must not hold up the lines that have nothing to do with it.
  let timer: NodeJS.Timeout | undefined;
  const headStart = new Promise((resolve) => {
    timer = setTimeout(resolve, HEAD_START_MS);
  });
  await Promise.race([Promise.all(first), headStart]);
  clearTimeout(timer);
  const active = asked.filter((line) => has(line, 'active'));
  const last = asked.filter((line) => !active.includes(line) && has(line, 'last'));
  const quiet = lines.filter((line) => !active.includes(line) && !last.includes(line));
  const late = [...active, ...last].flatMap(factsOf).filter((name) => stages(name) === 'quiet');
  await Promise.all([...quiet.map(decide), ...late.map((name) => resolving.fact(name))]);
  await Promise.all(last.map(decide));
  for (const line of active) await decide(line);
  return lines.flatMap((line) => results.get(line.check.id) ?? []);
}

/** The looks that may run here. */
const looksOf = (check: Check, { active }: Resolving): Look[] =>
  check.ways.filter((way): way is Look => 'judge' in way && (way.by !== 'active' || active.allowed));

function notLooked(check: Check, section: Section, skip: NonNullable<Line['skip']>): Result {
  const reason = skip.status === 'n/a' ? 'not-applicable' : 'skipped';
  return {
    id: check.id,
    section: section.id,
    phase: section.phase,
    item: check.item,
    status: skip.status,
    by: null,
    reason,
    reasons: [reason],
    because: skip.because,
    evidence: [],
    warnings: [],
    fix: null,
    waived: null,
    attempts: [],
    ms: 0,
  };
}
