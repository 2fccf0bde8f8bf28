import type { Backup } from '../../facts/backups.ts';

/** A date that stands in a name. */
export interface NamedDate {
  /** YYYY-MM-DD as written. */
  day: string;
  /** As if it were UTC where no zone is written. */
  instant: Date;
  precision: 'day' | 'minute';
  zoned: boolean;
}

/** What pg_dump writes into an archive: its local time, without a zone. */
export interface ClockTime {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

const HOUR = 3_600_000;
const date = String.raw`(?<!\d)(20\d\d)([-_.]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])`;
const time = String.raw`(?:[T_ .-]*([01]\d|2[0-3])[-:_.h]?([0-5]\d)(?:[-:_.m]?([0-5]\d|60))?(?:[.,]\d{1,9})?\s?(Z|UTC|GMT|[+-](?:0\d|1[0-4]):?[0-5]\d)?)?`;
const dated = new RegExp(`${date}(?:${time}(?!\\d)|(?!\\d))`, 'g');
const epoch = /(?<!\d)(1[6-9]\d{8}|2[01]\d{8})(\d{3})?(?!\d)/;

/** The last date in a name, its folders included: `2026-11-24`, `20261124T0200Z`, `2026_11_24-02h00`, seconds since 1970. */
export function dateInName(name: string): NamedDate | null {
  const found = [...name.matchAll(dated)].at(-1);
  if (!found) {
    const seconds = epoch.exec(name)?.[1];
    if (seconds === undefined) return null;
    const instant = new Date(Number(seconds) * 1000);
    return { day: dayOf(instant), instant, precision: 'minute', zoned: true };
  }
  const [, year, , month, day, hour, minute, second, zone] = found;
  const written = `${year}-${month}-${day}`;
  const midnight = Date.parse(`${written}T00:00:00Z`);
  if (Number.isNaN(midnight) || dayOf(new Date(midnight)) !== written) return null;
  if (hour === undefined) return { day: written, instant: new Date(midnight), precision: 'day', zoned: false };
  const clock = midnight + Number(hour) * HOUR + Number(minute) * 60_000 + Number(second ?? 0) * 1000;
  return { day: written, instant: new Date(clock - offsetOf(zone)), precision: 'minute', zoned: zone !== undefined };
}

function offsetOf(zone: string | undefined): number {
  const found = /^([+-])(\d\d):?(\d\d)$/.exec(zone ?? '');
  if (!found) return 0;
  return (found[1] === '-' ? -1 : 1) * (Number(found[2]) * HOUR + Number(found[3]) * 60_000);
}

const dayOf = (instant: Date): string => instant.toISOString().slice(0, 10);

/** Zones lie from 12 hours west of Greenwich to 14 east. */
const EAST = 14 * HOUR;
const WEST = 12 * HOUR;
/** The longest that a dump is thought to run past the time in its name. */
const RUN = 6 * HOUR;

export type Timing = Pick<Backup, 'day' | 'at' | 'timeFrom' | 'exact' | 'apartHours'>;

/**
 * A backup's time: the date in its name, else its header's, else the file's. Where a name has a day only, or no zone, it leaves
 * hours open: the file's own time, then the header's, fills them in if it fits the name.
 */
export function timingOf(name: NamedDate | null, header: ClockTime | null, file: Date): Timing {
  // As pg_restore reads it: in the zone of this machine.
  const written =
    header && new Date(header.year, header.month - 1, header.day, header.hour, header.minute, header.second);
  const apartHours = apart(name, [...(written ? [written] : []), file]);
  if (name) {
    const fitting = name.zoned ? undefined : [file, ...(written ? [written] : [])].find((one) => fits(name, one));
    const at = (fitting ?? name.instant).toISOString();
    return { day: name.day, at, timeFrom: 'name', exact: name.zoned || fitting === file, apartHours };
  }
  if (written) {
    return { day: dayOf(written), at: written.toISOString(), timeFrom: 'header', exact: false, apartHours };
  }
  return { day: dayOf(file), at: file.toISOString(), timeFrom: 'file', exact: true, apartHours };
}

function fits({ day, instant, precision }: NamedDate, candidate: Date): boolean {
  const off = candidate.getTime() - instant.getTime();
  if (precision === 'minute') return off >= -EAST && off <= WEST + RUN;
  const local = new Date(candidate.getTime() - candidate.getTimezoneOffset() * 60_000);
  return dayOf(candidate) === day || dayOf(local) === day || (off >= 24 * HOUR && off <= 24 * HOUR + RUN);
}

/** Hours between the furthest of the times; a day without a time of day reaches from its first minute to its last. */
function apart(name: NamedDate | null, others: readonly Date[]): number | null {
  const spans = others.map((one): [number, number] => [one.getTime(), one.getTime()]);
  if (name) {
    const from = name.instant.getTime();
    spans.push([from, from + (name.precision === 'day' ? 24 * HOUR : 0)]);
  }
  if (spans.length < 2) return null;
  const gap = Math.max(...spans.map(([from]) => from)) - Math.min(...spans.map(([, to]) => to));
  return Number((Math.max(0, gap) / HOUR).toFixed(1));
}

const changing =
  /^(?:.*\d.*|mon|tue|wed|thu|fri|sat|sun|(?:mon|tues|wednes|thurs|fri|satur|sun)day|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)$/i;

/** `sv_sdk-2026-11-24T0200Z.dump.age` -> `sv_sdk-#.dump.age`: what the backups of one job have in common. */
export function shapeOf(name: string): string {
  return name
    .split(/([-_.\s/]+)/)
    .map((part, index) => (index % 2 === 0 && changing.test(part) ? '#' : part))
    .join('')
    .replace(/#(?:[-_.\s]#)+/g, '#')
    .slice(0, 200);
}
