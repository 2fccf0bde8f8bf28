import { z } from 'zod';
import { ageHours, DAY, seriesOf } from '../../src/core/backups.ts';
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
  docs: ['https://www.postgresql.org/docs/current/backup-dump.html'],
  settings: z.strictObject({ days: z.int().min(1).max(3650).default(30), weeks: z.int().min(1).max(5).default(4) }),
  loosening: ['days', 'weeks'],
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
      wants: ['backups.contents', 'backups.database'],
      judge({ 'backups.listing': listing, ...facts }, { now, goLive, expect }) {
        const address = facts['backups.database'];
        const database = address.state === 'known' ? address.value.name : null;
        const { usable } = seriesOf(listing, facts['backups.contents'], { database, acceptUnnamed: true }, now);
        const ages = usable.map(({ backup }) => ageHours(backup, now));
        const oldest = usable.at(-1)?.backup;
        if (!oldest) {
          const fix = 'take backups daily and keep each for 30 days or more';
          return failOrPass([{ reason: 'none', because: 'there is no usable backup', fix }], {
            reason: 'kept',
            because: '',
          });
        }
        const days = ageHours(oldest, now) / 24;
        const weeks = Array.from({ length: expect.weeks }, (_, back) => back).filter(
          (back) => !ages.some((age) => age >= back * WEEK_HOURS && age <= (back + 1) * WEEK_HOURS + SLACK_HOURS),
        );
        const young = days < expect.days;
        const missing = weeks.filter((back) => back * 7 < days);
        if (young && missing.length === 0 && goLive && now < goLive) {
          const from = new Date(Date.parse(oldest.at) + expect.days * DAY).toISOString().slice(0, 10);
          return {
            status: 'unclear',
            reason: 'needs-history',
            because: `decidable from ${from}: the oldest is of ${oldest.day}`,
          };
        }
        const seen = {
          oldest: oldest.name,
          oldestAt: oldest.at,
          oldestDays: Number(days.toFixed(1)),
          backups: listing.matched,
        };
        return failOrPass(
          faultsOf(days, weeks, expect.days),
          { reason: 'kept', because: keptText(oldest.name, days, expect) },
          { seen },
        );
      },
    }),
    attest('Are the backups of the production database kept for 30 days or more?', 180),
  ],
});

const keptText = (name: string, days: number, { weeks }: { weeks: number }) =>
  `a backup in each of the last ${weeks} weeks, the oldest (${name}) ${days.toFixed(1)} days old`;

function faultsOf(days: number, weeks: readonly number[], least: number): Fault<'too-short' | 'week-missing'>[] {
  const faults: Fault<'too-short' | 'week-missing'>[] = [];
  if (days < least) {
    const because = `the oldest backup is ${days.toFixed(1)} days old, ${least} are wanted`;
    faults.push({
      reason: 'too-short',
      because,
      fix: `keep each backup for ${least} days: find FOLDER -mtime +${least} -delete`,
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
