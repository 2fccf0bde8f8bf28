import type { Attempt, Evidence, Result } from '../core/report.ts';
import type { Check, FactName, Known, Look, Rules, Section, Way } from '../core/check.ts';
import type { Judgement } from '../core/verdict.ts';
import type { Absent, Unreachable } from '../facts/index.ts';
import { lineOf } from '../sources/errors.ts';

export interface Resolving {
  fact(name: FactName): Promise<Known<unknown>>;
  rulesOf(check: Check): Rules<unknown>;
  /** Whether active looks may run here; else what would allow them. */
  active: { allowed: true } | { allowed: false; because: string; add: string };
}

type Said = Pick<Result, 'status' | 'by' | 'reason' | 'reasons' | 'because' | 'evidence' | 'warnings' | 'fix' | 'add'>;

/** What the ways tried so far have left behind. */
interface Trail {
  attempts: Attempt[];
  held: Said | null;
  /** What an active look left open after a quiet pass. */
  doubt: Said | null;
  unclear: Said | null;
  unreachable: Said | null;
  absent: Said | null;
  unbuilt: boolean;
}

const nothing = { evidence: [], warnings: [], fix: null, reasons: [] } as const;

/** A check's ways in order until one decides (design: fail beats pass, "could not look" is neither). */
export async function resolve(check: Check, section: Section, resolving: Resolving): Promise<Result> {
  const start = performance.now();
  const trail: Trail = {
    attempts: [],
    held: null,
    doubt: null,
    unclear: null,
    unreachable: null,
    absent: null,
    unbuilt: false,
  };
  const said = (await decide(check, resolving, trail)) ?? leftOver(check, trail);
  return {
    id: check.id,
    section: section.id,
    phase: section.phase,
    item: check.item,
    ...said,
    waived: null,
    attempts: trail.attempts,
    ms: Math.round(performance.now() - start),
  };
}

async function decide(check: Check, resolving: Resolving, trail: Trail): Promise<Said | null> {
  for (const [index, way] of check.ways.entries()) {
    if ('unbuilt' in way) {
      trail.unbuilt = true;
      trail.attempts.push({ by: way.by, outcome: 'not-built', because: 'this version does not have this look' });
      continue;
    }
    if (way.by === 'attest') continue; // leftOver says that a person's word is missing
    const said = await tryLook(check, way, resolving, trail);
    if (!said && trail.held) trail.doubt = trail.unclear ?? trail.unreachable;
    if (!said) continue;
    if (said.status === 'fail') return said;
    if (said.status === 'pass' && !activeFollows(check.ways.slice(index + 1), resolving)) return pass(said, trail);
    if (said.status === 'pass') trail.held = said;
  }
  return trail.held ? pass(trail.held, trail) : null;
}

/** A pass that an active look neither confirmed nor refuted says so. */
function pass(said: Said, { doubt }: Trail): Said {
  if (!doubt) return said;
  return { ...said, warnings: [...said.warnings, { reason: doubt.reason ?? 'unclear', text: doubt.because }] };
}

const activeFollows = (ways: readonly Way[], resolving: Resolving) =>
  resolving.active.allowed && ways.some((way) => way.by === 'active' && !('unbuilt' in way));

async function tryLook(check: Check, look: Look, resolving: Resolving, trail: Trail): Promise<Said | null> {
  const note = (outcome: string, because: string) => trail.attempts.push({ by: look.by, outcome, because });
  if (look.by === 'active' && !resolving.active.allowed) {
    const { because, add } = resolving.active;
    note('needs-active', because);
    trail.absent ??= { ...nothing, status: 'manual', by: null, reason: 'needs-active', because, add };
    return null;
  }
  const names = [...new Set([...look.needs, ...look.wants])];
  const facts = new Map(await Promise.all(names.map(async (name) => [name, await resolving.fact(name)] as const)));
  const missing = look.needs.map((name) => facts.get(name)).filter((fact) => fact?.state !== 'known');
  const unreachable = missing.find((fact): fact is Unreachable => fact?.state === 'unreachable');
  if (unreachable) {
    note(unreachable.cause, unreachable.because);
    trail.unreachable ??= couldNotLook(look, unreachable);
    return null;
  }
  const absent = missing.find((fact): fact is Absent => fact?.state === 'absent');
  if (absent) {
    note(absent.reason, absent.because);
    const { reason, because, add } = absent;
    trail.absent ??= { ...nothing, status: 'manual', by: null, reason, because, add };
    return null;
  }
  return judge(check, look, facts, resolving, trail);
}

function judge(
  check: Check,
  look: Look,
  facts: Map<FactName, Known<unknown>>,
  resolving: Resolving,
  trail: Trail,
): Said | null {
  const given = Object.fromEntries(
    [...facts].map(([name, fact]) => [name, look.needs.includes(name) && fact.state === 'known' ? fact.value : fact]),
  );
  let judgement: Judgement;
  try {
    judgement = look.judge(given as never, resolving.rulesOf(check) as never);
  } catch (error) {
    const because = `the judge of ${check.id} failed: ${lineOf(error)}`;
    const fix = 'report it: this is a fault of svcheck itself';
    judgement = { status: 'error', reason: 'internal', because, fix };
  }
  const said = toSaid(look, judgement, facts);
  trail.attempts.push({
    by: look.by,
    outcome: judgement.status === 'unclear' || judgement.status === 'error' ? judgement.reason : judgement.status,
    because: judgement.because,
  });
  if (judgement.status === 'unclear') trail.unclear ??= said;
  if (judgement.status === 'error') trail.unreachable ??= said;
  return said.status === 'pass' || said.status === 'fail' ? said : null;
}

function toSaid(look: Look, judgement: Judgement, facts: Map<FactName, Known<unknown>>): Said {
  const reasons = judgement.status === 'fail' ? judgement.reasons : [judgement.reason];
  return {
    status: judgement.status === 'unclear' ? 'manual' : judgement.status,
    by: judgement.status === 'unclear' ? null : look.by,
    reason: reasons[0],
    reasons,
    because: judgement.because,
    evidence: evidenceOf(look, judgement, facts),
    warnings: 'warnings' in judgement ? judgement.warnings : [],
    fix: 'fix' in judgement ? judgement.fix : null,
  };
}

/** Where and when come from the facts; what was seen, from the judge, stands with the first one. */
function evidenceOf(look: Look, judgement: Judgement, facts: Map<FactName, Known<unknown>>): Evidence[] {
  const looked = [...look.needs, ...look.wants].flatMap((name) => {
    const fact = facts.get(name);
    return fact?.state === 'known' ? [fact] : [];
  });
  const places = looked.filter((fact, index) => looked.findIndex((other) => other.where === fact.where) === index);
  const findings = 'findings' in judgement ? { findings: judgement.findings } : {};
  return places.map(({ where, at, tries }, index) => ({
    where,
    at,
    seen: index === 0 ? (judgement.seen ?? {}) : {},
    ...(index === 0 ? findings : {}),
    ...(tries ? { tries } : {}),
  }));
}

function couldNotLook(look: Look, { cause, because, fix, where, at, tries }: Unreachable): Said {
  const evidence = [{ where, at, seen: {}, ...(tries ? { tries } : {}) }];
  return { status: 'error', by: look.by, reason: cause, reasons: [cause], because, evidence, warnings: [], fix };
}

/** Nothing decided: out of reach is `error`; else a person must say, for the most telling reason that there is. */
function leftOver(check: Check, trail: Trail): Said {
  if (trail.unreachable) return trail.unreachable;
  if (trail.unclear) return trail.unclear;
  if (trail.unbuilt && !trail.absent) {
    return {
      ...nothing,
      status: 'manual',
      by: null,
      reason: 'not-built',
      reasons: ['not-built'],
      because: 'this version cannot look at this yet',
    };
  }
  if (trail.absent) return { ...trail.absent, reasons: [trail.absent.reason ?? 'not-configured'] };
  const ask = check.ways.find((way) => way.by === 'attest' && !('unbuilt' in way));
  const because = ask && 'ask' in ask ? `a person must say: ${ask.ask}` : 'a person must say';
  return { ...nothing, status: 'manual', by: null, reason: 'needs-word', reasons: ['needs-word'], because };
}
