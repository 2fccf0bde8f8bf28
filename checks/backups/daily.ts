import { z } from 'zod';
import {
  dailyFaults,
  databaseOf,
  databaseUnknown,
  hours,
  lacksHistory,
  unseenOf,
} from '../../src/core/backup-faults.ts';
import { ageHours, seriesOf } from '../../src/core/backups.ts';
import { defineCheck } from '../../src/core/define.ts';
import { failOrPass } from '../../src/core/verdict.ts';
import { collapsed, futureDates, notWhole, seenOf, warningsOf } from './whole.ts';

export const daily = defineCheck({
  id: 'backups.daily',
  item: 'Database backups automated (daily)',
  rule: {
    pass: "a complete, non-empty, readable backup of this database (its table of contents names it and holds TABLE DATA) for each of the last 7 days, the newest within 26 h; the newest local file is read whole (verify: all for every one; an encrypted one by `decrypt`, without which the look is unclear), remote ones by head, tail and listing, and the evidence says 'not read whole'",
    fail: "gaps, truncated or empty files, another database's dump, schema only, sizes that collapse (under half the median), a backup with recorded errors or whose directory is gone, a date in the future",
    warn: 'no full backup within 8 days, a gap in the WAL archive, bucket without versioning or object lock, a remote newest backup not read whole',
  },
  why: 'A backup job that fails, writes half a file or dumps the wrong database stays quiet until the day when it is needed. Only a dump that was read to its end is known to be there.',
  remedy:
    'A timer on the database\'s host: pg_dump -Fc "$DATABASE_URL" | age -r RECIPIENT > /mnt/backup/shop-$(date +%F).dump.age.part && mv it into place, so that a dump that was cut never bears a backup\'s name.',
  docs: [
    'https://www.postgresql.org/docs/current/app-pgdump.html',
    'https://www.postgresql.org/docs/current/app-pgrestore.html',
  ],
  settings: z.strictObject({
    days: z.int().min(1).max(31).default(7),
    'max-age-hours': z.number().min(1).max(744).default(26),
    'smallest-share': z.number().min(0).max(1).default(0.5),
    database: z.string().min(1).nullable().default(null),
    unnamed: z.enum(['unclear', 'accept']).default('unclear'),
  }),
  loosening: ['days', 'max-age-hours', 'smallest-share', 'database', 'unnamed'],
  reasons: {
    'daily-backups': 'a usable backup of this database a day, the newest young enough and read whole',
    none: 'no usable backup at all',
    damaged: 'a backup ends too early or is broken inside',
    undecryptable: 'a backup that the decrypt command cannot open, while it opens others',
    empty: 'a backup of 0 bytes',
    gone: 'a link to nothing where a backup should be',
    'not-a-dump': 'a file named like the backups that is no dump',
    'another-database': "another database's dump",
    'schema-only': 'a dump without the data of any table',
    stale: 'the newest usable backup is too old',
    gap: 'a day without a usable backup',
    collapsed: 'a backup of less than half the usual size',
    'future-date': 'a backup that is dated in the future',
    sealed: 'encrypted, and no command to decrypt it is configured',
    unnamed: 'a plain dump that does not name its database',
    unrecognized: 'bytes that do not tell what they hold',
    'database-unknown': 'nobody says which database is meant',
    'needs-history': 'the product is not live yet and its backups do not reach back far enough',
    'not-read-whole': 'the newest backup was judged by its head and size only',
    'times-apart': 'the times of name, header and file are more than 26 h apart',
    beside: 'files match the pattern that are no backups of this database',
  },
  ways: ({ probe, attest }) => [
    probe({
      how: 'the backups of the source by listing and head, the newest read whole',
      settings: ['backups.source'],
      needs: ['backups.listing'],
      wants: ['backups.contents', 'backups.database'],
      judge({ 'backups.listing': listing, ...facts }, { now, goLive, expect }) {
        const address = facts['backups.database'];
        const contents = facts['backups.contents'];
        const database = databaseOf(expect.database, address);
        const rule = { days: expect.days, maxAgeHours: expect['max-age-hours'], database };
        const series = seriesOf(listing, contents, { database, acceptUnnamed: expect.unnamed === 'accept' }, now);
        const faults = [
          ...dailyFaults(series, now, rule),
          ...collapsed(series, now, rule, expect['smallest-share']),
          ...futureDates(series),
        ];
        const [newest] = series.usable;
        const from = lacksHistory(faults, series, goLive, now, rule);
        if (from) return { status: 'unclear', reason: 'needs-history', because: `decidable from ${from}` };
        const warnings = warningsOf(series, contents);
        const seen = seenOf(series, now);
        const unseen = faults.length > 0 ? null : unseenOf(series, contents, now, rule);
        if (unseen) return unseen;
        if (faults.length === 0 && database === null) return databaseUnknown(address);
        const part = faults.length > 0 ? null : notWhole(series, contents);
        if (part) return part;
        const age = newest ? hours(ageHours(newest.backup, now)) : '';
        const because = `${rule.days} days of backups of ${database}, the newest (${newest?.backup.name}) ${age} old and ${seen.read}`;
        return failOrPass(faults, { reason: 'daily-backups', because }, { seen, warnings });
      },
    }),
    attest(
      'Is a complete backup of the production database taken every day, and was one of the last week looked into?',
      30,
    ),
  ],
});
