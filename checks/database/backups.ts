import { z } from 'zod';
import {
  type DailyReason,
  dailyFaults,
  databaseOf,
  databaseUnknown,
  hours,
  lacksHistory,
  unseenOf,
} from '../../src/core/backup-faults.ts';
import { ageHours, seriesOf } from '../../src/core/backups.ts';
import { defineCheck } from '../../src/core/define.ts';
import { type Fault, failOrPass } from '../../src/core/verdict.ts';
import type { Facts, Known } from '../../src/facts/index.ts';

export const backups = defineCheck({
  id: 'database.backups',
  item: 'Database backups configured (automated daily)',
  rule: {
    pass: 'the backup source has a complete backup of the last 26 h and one for each of the last 7 days; shows WAL archiving (archive_mode, pg_stat_archiver) beside it',
    fail: 'a gap, a newest backup older than 26 h, an archiver that fails',
  },
  why: 'A backup job that is only configured protects nothing: what counts is that its files are there, day by day. An archiver that fails keeps the server from recycling WAL until its disk is full.',
  remedy:
    'Run pg_dump daily by a timer that reports its failure, and let svcheck look where the dumps end up (backups.source). With WAL archiving: archive_command must fail loudly, see pg_stat_archiver.',
  docs: [
    'https://www.postgresql.org/docs/current/backup.html',
    'https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ARCHIVER-VIEW',
  ],
  settings: z.strictObject({
    days: z.int().min(1).max(31).default(7),
    'max-age-hours': z.number().min(1).max(744).default(26),
    database: z.string().min(1).nullable().default(null),
    unnamed: z.enum(['unclear', 'accept']).default('unclear'),
  }),
  loosening: ['days', 'max-age-hours', 'database', 'unnamed'],
  reasons: {
    'daily-backups': 'a complete backup of this database a day, the newest young enough',
    none: 'no complete backup at all',
    incomplete: 'a backup of these days is damaged, empty, without data or of another database',
    stale: 'the newest complete backup is too old',
    gap: 'a day without a complete backup',
    'archiver-failing': 'WAL archiving is on, and its last attempt failed',
    'archiver-unseen': 'WAL archiving could not be looked at',
    sealed: 'encrypted, and no command to decrypt it is configured',
    unnamed: 'a plain dump that does not name its database',
    unrecognized: 'bytes that do not tell what they hold',
    'database-unknown': 'nobody says which database is meant',
    'needs-history': 'the product is not live yet and its backups do not reach back far enough',
  },
  ways: ({ probe, attest }) => [
    probe({
      how: 'the backups of the source by day, and pg_stat_archiver',
      settings: ['backups.source'],
      needs: ['backups.listing'],
      wants: ['backups.contents', 'backups.database', 'postgres.archiver'],
      judge({ 'backups.listing': listing, ...facts }, { now, goLive, expect }) {
        const address = facts['backups.database'];
        const contents = facts['backups.contents'];
        const database = databaseOf(expect.database, address);
        const rule = { days: expect.days, maxAgeHours: expect['max-age-hours'], database };
        const series = seriesOf(listing, contents, { database, acceptUnnamed: expect.unnamed === 'accept' }, now);
        const ofSource = dailyFaults(series, now, rule).map(named);
        const faults = [...ofSource, ...archiverFaults(facts['postgres.archiver'])];
        const from = lacksHistory(faults, series, goLive, now, rule);
        if (from) return { status: 'unclear', reason: 'needs-history', because: `decidable from ${from}` };
        const unseen = faults.length > 0 ? null : unseenOf(series, contents, now, rule);
        if (unseen) return unseen;
        if (faults.length === 0 && database === null) return databaseUnknown(address);
        const newest = series.usable[0]?.backup;
        const archiving = archivingText(facts['postgres.archiver']);
        const because = `a backup of ${database} for each of ${rule.days} days, the newest ${newest ? hours(ageHours(newest, now)) : ''} old; ${archiving}`;
        const days = [...new Set(series.usable.map(({ backup }) => backup.day))].slice(0, 14);
        const seen = { newest: newest?.name ?? null, at: newest?.at ?? null, days, archiving };
        return failOrPass(
          faults,
          { reason: 'daily-backups', because },
          { seen, warnings: archiverWarnings(facts['postgres.archiver']) },
        );
      },
    }),
    attest('Is a complete backup of the production database taken every day?', 30),
  ],
});

/** Why a backup is not complete is the business of backups.daily. */
function named({ reason, ...fault }: Fault<DailyReason>): Fault<'none' | 'stale' | 'gap' | 'incomplete'> {
  return { ...fault, reason: reason === 'none' || reason === 'stale' || reason === 'gap' ? reason : 'incomplete' };
}

type Archiver = Known<Facts['postgres.archiver']>;

function archiverFaults(archiver: Archiver): Fault<'archiver-failing'>[] {
  if (archiver.state !== 'known' || archiver.value.archiveMode === 'off') return [];
  const { lastFailedAt, lastArchivedAt, failedCount } = archiver.value;
  if (lastFailedAt === null || (lastArchivedAt !== null && lastArchivedAt > lastFailedAt)) return [];
  const because = `the WAL archiver failed ${failedCount} times, last at ${lastFailedAt}, and has archived nothing since`;
  return [{ reason: 'archiver-failing', because, fix: 'see archive_command in the server log, and run it by hand' }];
}

function archiverWarnings(archiver: Archiver) {
  if (archiver.state !== 'unreachable') return [];
  return [{ reason: 'archiver-unseen' as const, text: `WAL archiving was not seen: ${archiver.because}` }];
}

function archivingText(archiver: Archiver): string {
  if (archiver.state !== 'known') return 'WAL archiving not seen';
  const { archiveMode, archivedCount, lastArchivedAt } = archiver.value;
  if (archiveMode === 'off') return 'WAL archiving off';
  return `WAL archiving ${archiveMode}, ${archivedCount} segments, last at ${lastArchivedAt ?? 'no time'}`;
}
