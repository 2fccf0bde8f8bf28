import { z } from 'zod';
import { ageHours, DAY, seriesOf } from '../../src/core/backups.ts';
import { databaseOf } from '../../src/core/backup-faults.ts';
import { defineCheck } from '../../src/core/define.ts';
import { type Fault, failOrPass } from '../../src/core/verdict.ts';

const WEEK_HOURS = 7 * 24;
/** A weekly job does not run on the minute: as with daily ones, two hours more than a day. */
const SLACK_HOURS = 26;

export const retention = defineCheck({
  id: 'backups.retention',
  item: 'Backup retention policy (30 days minimum)',
  rule: {
    pass: "a backup in each of the last 4 weeks and the oldest 30 days old or more, or the source's own policy (lifecycle, pgBackRest or restic retention, RDS BackupRetentionPeriod) says so",
    fail: 'shorter',
  },
  why: 'Data that was deleted or spoilt by mistake is often missed weeks later. Backups that reach back only some days hold the same mistake.',
  remedy:
    'Delete by age, not by count: keep at least 30 days, with one backup in each of the last 4 weeks (restic forget --keep-daily 7 --keep-weekly 5).',
  docs: ['https://www.postgresql.org/docs/current/backup-dump.html'],
  settings: z.strictObject({
    days: z.int().min(1).max(3650).default(30),
    weeks: z.int().min(1).max(5).default(4),
    database: z.string().min(1).nullable().default(null),
  }),
  loosening: ['days', 'weeks', 'database'],
  reasons: {
    kept: 'a backup in each of the last weeks, the oldest old enough',
    none: 'no usable backup at all',
    'too-short': 'the oldest backup is too young',
    'week-missing': 'a week without a usable backup',
    'needs-history': 'the product is not live yet and cannot have backups that old',
  },
  ways: ({ probe, attest }) => [
    probe({
      how: 'the times of the backups of the source',
      settings: ['backups.source'],
      needs: ['backups.listing'],
      wants: ['backups.database'],
      judge({ 'backups.listing': listing, 'backups.database': address }, { now, goLive, expect }) {
        const database = databaseOf(expect.database, address);
        const { usable } = seriesOf(listing, null, { database, acceptUnnamed: true }, now);
        const oldest = usable.at(-1)?.backup;
        const days = oldest ? ageHours(oldest, now) / 24 : 0;
        const weeks = emptyWeeks(
          usable.map(({ backup }) => ageHours(backup, now)),
          expect.weeks,
        );
        const faults = oldest ? faultsOf(days, weeks, expect.days, listing.place) : [nothing];
        const young = faults[0]?.reason === 'too-short' && weeks.every((back) => back * 7 > days);
        if (oldest && young && goLive && now < goLive) {
          const from = new Date(Date.parse(oldest.at) + expect.days * DAY).toISOString().slice(0, 10);
          const because = `decidable from ${from}: the oldest is of ${oldest.day}`;
          return { status: 'unclear', reason: 'needs-history', because };
        }
        const because = `a backup in each of the last ${expect.weeks} weeks, the oldest (${oldest?.name}) ${days.toFixed(1)} days old`;
        const seen = { oldest: oldest?.name ?? null, oldestAt: oldest?.at ?? null, backups: listing.matched };
        return failOrPass(faults, { reason: 'kept', because }, { seen });
      },
    }),
    attest('Are the backups of the production database kept for 30 days or more?', 180),
  ],
});

type Reason = 'none' | 'too-short' | 'week-missing';

const nothing: Fault<Reason> = {
  reason: 'none',
  because: 'there is no usable backup',
  fix: 'take backups daily and keep each for 30 days or more',
};

/** Which of the last weeks, 0 the current one, have no backup. */
function emptyWeeks(ages: readonly number[], weeks: number): number[] {
  const has = (back: number) =>
    ages.some((age) => age >= back * WEEK_HOURS && age <= (back + 1) * WEEK_HOURS + SLACK_HOURS);
  return Array.from({ length: weeks }, (_, back) => back).filter((back) => !has(back));
}

function faultsOf(days: number, weeks: readonly number[], least: number, place: string): Fault<Reason>[] {
  const faults: Fault<Reason>[] = [];
  if (days < least) {
    const because = `the oldest backup is ${days.toFixed(1)} days old, ${least} are wanted`;
    faults.push({
      reason: 'too-short',
      because,
      fix: `keep each backup for ${least} days: find ${place} -mtime +${least} -delete`,
    });
  }
  if (weeks.length > 0) {
    const spans = weeks.map((back) => `${back * 7} to ${back * 7 + 7} days ago`).join(', ');
    faults.push({
      reason: 'week-missing',
      because: `no usable backup from ${spans}`,
      fix: 'keep one backup of each week at least',
    });
  }
  return faults;
}
