import type { Result, WaiverNote } from '../core/report.ts';
import { matches } from '../core/glob.ts';
import type { Settings } from '../config/schema.ts';

type Waiver = Settings['waivers'][number];
type NotApplicable = Settings['not-applicable'][number];

/** The last instant of a day named in svcheck.yaml: that day ends in UTC. */
export const endOf = (day: string): Date => new Date(`${day}T23:59:59.999Z`);

/** Whether gate.never-waive bars waivers, n/a and milder settings of a line. */
export const isBarred = (settings: Settings, id: string): boolean =>
  settings.gate['never-waive'].some((glob) => matches(glob, id));

/** The entry by which a line does not apply to this target, where one is in force. */
export function notApplicable(settings: Settings, id: string, asOf: Date): NotApplicable | null {
  if (isBarred(settings, id)) return null;
  return settings['not-applicable'].find((entry) => entry.check === id && endOf(entry.until) >= asOf) ?? null;
}

interface Waiving {
  results: Result[];
  waivers: { active: WaiverNote[]; expired: WaiverNote[]; unused: WaiverNote[] };
}

/**
 * A fail all of whose reasons are waived is marked; it keeps its status. An error is never waived.
 * @param apply false under --no-waivers: the notes are made all the same
 */
export function waive(results: readonly Result[], settings: Settings, asOf: Date, apply: boolean): Waiving {
  const inForce = settings.waivers.filter((waiver) => endOf(waiver.until) >= asOf);
  const usedBy = new Set<Waiver>();
  const waived = results.map((result) => {
    if (result.status !== 'fail' || isBarred(settings, result.id)) return result;
    const own = inForce.filter((waiver) => waiver.check === result.id);
    for (const waiver of own) if (waiver.reasons.some((reason) => result.reasons.includes(reason))) usedBy.add(waiver);
    const covered = result.reasons.every((reason) => own.some((waiver) => waiver.reasons.includes(reason)));
    const first = own.find((waiver) => waiver.reasons.includes(result.reason ?? ''));
    if (!apply || !covered || !first) return result;
    return { ...result, waived: { why: first.why, owner: first.owner, until: first.until } };
  });
  const looked = new Set(results.filter((result) => result.status !== 'skipped').map((result) => result.id));
  // A line said not to apply is an exception like a waiver, and ends or is barred like one.
  const entries = settings['not-applicable'].map((entry) => ({ ...entry, reasons: ['not-applicable'] }));
  const isOver = ({ until }: { until: string }) => endOf(until) < asOf;
  const note = ({ check, reasons, why, owner, until }: Waiver): WaiverNote => ({ check, reasons, why, owner, until });
  return {
    results: waived,
    waivers: {
      active: apply ? inForce.filter((waiver) => usedBy.has(waiver)).map(note) : [],
      expired: [...settings.waivers.filter((waiver) => !inForce.includes(waiver)), ...entries.filter(isOver)].map(note),
      unused: [
        ...inForce.filter((waiver) => !usedBy.has(waiver) && looked.has(waiver.check)),
        ...entries.filter((entry) => !isOver(entry) && isBarred(settings, entry.check)),
      ].map(note),
    },
  };
}
