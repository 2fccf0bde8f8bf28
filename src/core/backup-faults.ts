import type { Facts, Known } from '../facts/index.ts';
import { type BadReason, badReasons } from './backup-standing.ts';
import { ageHours, DAY, type Judged, missingDays, type Series } from './backups.ts';
import type { Fault, Judgement } from './verdict.ts';

export interface DailyRule {
  days: number;
  maxAgeHours: number;
  database: string | null;
}

/** The database that the backups should be of; null where nobody says. */
export function databaseOf(expected: string | null, address: Known<Facts['backups.database']>): string | null {
  return expected ?? (address.state === 'known' ? address.value.name : null);
}

/** Where nobody says which database is meant. */
export function databaseUnknown(address: Known<Facts['backups.database']>): Judgement<'database-unknown'> {
  if (address.state === 'unreachable') {
    const { cause, because, fix } = address;
    return { status: 'error', reason: cause, because, fix };
  }
  const because = 'neither postgres.url nor expect says which database the backups should be of';
  return { status: 'unclear', reason: 'database-unknown', because };
}

export type DailyReason = 'none' | 'stale' | 'gap' | BadReason;

/** What stands against "a complete backup a day, the newest a day old at most", the worst first. */
export function dailyFaults(series: Series, now: Date, rule: DailyRule): Fault<DailyReason>[] {
  const faults = badFaults(series, now, rule);
  const [newest] = series.usable;
  if (!newest)
    return [
      { reason: 'none', because: 'there is no usable backup', fix: startDaily(rule.database ?? 'DATABASE') },
      ...faults,
    ];
  const age = ageHours(newest.backup, now);
  if (age > rule.maxAgeHours) {
    const because = `the newest usable backup is ${hours(age)} old (${newest.backup.name}), ${rule.maxAgeHours} h are allowed`;
    faults.push({ reason: 'stale', because, fix: 'see why the backup job did not run, and run it now' });
  }
  const missing = missingDays(series.usable, rule.days, rule.maxAgeHours);
  if (missing.length > 0) {
    const because = `no usable backup of ${missing.toReversed().join(', ')}`;
    faults.push({ reason: 'gap', because, fix: 'see in the log of the backup job why it did not run on those days' });
  }
  return faults;
}

const startDaily = (database: string) =>
  `run daily: pg_dump -Fc ${database} | age -r RECIPIENT > ${database}-$(date -u +%FT%H%MZ).dump.age`;

export const hours = (value: number): string => `${Number(value.toFixed(1))} h`;

/** Bad backups of the days that are looked at, and older ones that were read whole; one fault a reason. */
function badFaults({ all }: Series, now: Date, { days, maxAgeHours }: DailyRule): Fault<DailyReason>[] {
  const seen = all.filter(
    ({ backup, content }) => content?.how === 'whole' || ageHours(backup, now) <= days * 24 + maxAgeHours,
  );
  return badReasons.flatMap((reason) => {
    const found = seen.flatMap(({ backup, standing }) =>
      standing.is === 'bad' && standing.reason === reason ? [{ ...standing, name: backup.name }] : [],
    );
    const [first] = found;
    if (!first) return [];
    const more = found.length > 1 ? ` (and ${found.length - 1} more)` : '';
    const findings = found.slice(0, 20).map(({ name, because }) => ({ where: name, what: because }));
    return [{ reason, because: `${first.name}: ${first.because}${more}`, fix: first.fix, findings }];
  });
}

/** Whether only days before the first backup are missing, which a product that is not live yet cannot have. */
export function lacksHistory(
  faults: readonly Fault[],
  series: Series,
  goLive: Date | null,
  now: Date,
  rule: DailyRule,
): string | null {
  const oldest = series.usable.at(-1)?.backup.day;
  if (!goLive || now >= goLive || oldest === undefined || faults.some(({ reason }) => reason !== 'gap')) return null;
  if (missingDays(series.usable, rule.days, rule.maxAgeHours).some((day) => day >= oldest)) return null;
  return new Date(Date.parse(oldest) + (rule.days - 1) * DAY).toISOString().slice(0, 10);
}

/** Where nothing is wrong as far as it could be seen: what could not. Null where all that counts was seen. */
export function unseenOf(
  series: Series,
  contents: Known<Facts['backups.contents']>,
  now: Date,
  rule: DailyRule,
): Judgement<'sealed' | 'unnamed' | 'unrecognized'> | null {
  if (contents.state === 'unreachable') {
    const { cause, because, fix } = contents;
    return { status: 'error', reason: cause, because, fix };
  }
  const recent = series.all.filter(({ backup }) => ageHours(backup, now) <= rule.days * 24 + rule.maxAgeHours);
  const named = ({ backup }: Judged, because: string) => `${backup.name}: ${because}`;
  for (const one of recent) {
    if (one.standing.is !== 'unseen') continue;
    const { cause, because, fix } = one.standing;
    return { status: 'error', reason: cause, because: named(one, because), fix };
  }
  for (const one of recent) {
    if (one.standing.is === 'open')
      return { status: 'unclear', reason: one.standing.reason, because: named(one, one.standing.because) };
  }
  return null;
}
