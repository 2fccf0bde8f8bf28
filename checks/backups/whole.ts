import { type DailyRule } from '../../src/core/backup-faults.ts';
import { ageHours, medianBytes, type Series } from '../../src/core/backups.ts';
import type { Fault, Judgement, Warning } from '../../src/core/verdict.ts';
import type { Facts, Known } from '../../src/facts/index.ts';

/** Backups of the last days that are much smaller than those of their kind use to be. */
export function collapsed({ usable }: Series, now: Date, { days }: DailyRule, share: number): Fault<'collapsed'>[] {
  const small = usable.flatMap(({ backup }) => {
    const median = ageHours(backup, now) <= days * 24 ? medianBytes(usable, backup, now) : null;
    return median !== null && backup.bytes < median * share ? [{ backup, median }] : [];
  });
  const [first] = small;
  if (!first) return [];
  const because = `${first.backup.name} has ${first.backup.bytes} bytes, under ${share} of the usual ${first.median}`;
  const findings = small.map(({ backup }) => ({ where: backup.name, what: `${backup.bytes} bytes` }));
  return [{ reason: 'collapsed', because, fix: 'see whether tables were lost or left out of the dump', findings }];
}

export function futureDates({ ahead }: Series): Fault<'future-date'>[] {
  const [first] = ahead;
  if (!first) return [];
  const because = `${first.name} is dated ${first.at.slice(0, 16)}Z, which is still to come`;
  const fix = 'correct the clock of the machine that writes the backups, and the date of that file';
  return [{ reason: 'future-date', because, fix, findings: ahead.map(({ name, at }) => ({ where: name, what: at })) }];
}

const TELLING_HOURS = 26;

export function warningsOf(
  { usable, beside }: Series,
  contents: Known<Facts['backups.contents']>,
): Warning<'not-read-whole' | 'times-apart' | 'beside'>[] {
  const warnings: Warning<'not-read-whole' | 'times-apart' | 'beside'>[] = [];
  const [newest] = usable;
  if (contents.state === 'known' && contents.value.verify === 'none' && newest) {
    warnings.push({
      reason: 'not-read-whole',
      text: `${newest.backup.name} was not read whole: backups.verify is none`,
    });
  }
  const apart = usable.filter(({ backup }) => (backup.apartHours ?? 0) > TELLING_HOURS);
  const [first] = apart;
  if (first) {
    const { name, apartHours } = first.backup;
    const text = `the times of name, header and file are ${apartHours} h apart in ${name}, and over ${TELLING_HOURS} h in ${apart.length} of ${usable.length}`;
    warnings.push({ reason: 'times-apart', text });
  }
  if (beside.length > 0) {
    const text = `${beside.length} names match the pattern and are no backups of this database: ${beside.slice(0, 3).join(', ')}`;
    warnings.push({ reason: 'beside', text });
  }
  return warnings;
}

/** A newest backup that should have been read whole and was not, for another was taken for the newest. */
export function notWhole(
  { usable: [newest] }: Series,
  contents: Known<Facts['backups.contents']>,
): Judgement<'not-read-whole'> | null {
  if (!newest || contents.state !== 'known' || contents.value.verify === 'none') return null;
  if (newest.content?.how === 'whole') return null;
  return { status: 'unclear', reason: 'not-read-whole', because: `${newest.backup.name} was not read whole` };
}

/** What the evidence shows of a series. */
export function seenOf({ usable, all }: Series, now: Date) {
  const [newest] = usable;
  const content = newest?.content;
  const whole = content?.how === 'whole' && content.outcome === 'sound';
  const read = whole ? `read whole at ${content.readAt.slice(0, 16)}Z` : 'not read whole';
  const days = [...new Set(usable.map(({ backup }) => backup.day))].slice(0, 14);
  if (!newest) return { backups: all.length, read };
  const { name, at, timeFrom, bytes, head } = newest.backup;
  return {
    newest: name,
    at,
    timeFrom,
    bytes,
    medianBytes: medianBytes(usable, newest.backup, now),
    encryption: head?.encryption ?? null,
    compression: head?.compression ?? null,
    format: content?.format ?? head?.format ?? null,
    read,
    days,
  };
}
