import { type Gatherer, known } from '../gathering.ts';
import { withSession } from './hosts.ts';

interface Row {
  mode: 'off' | 'on' | 'always';
  archived: number;
  archivedAt: number | null;
  failed: number;
  failedAt: number | null;
}

const time = (seconds: number | null | undefined) =>
  typeof seconds === 'number' ? new Date(seconds * 1000).toISOString() : null;

/** Whether the server ships its WAL, and how that goes. */
export const archiver: Gatherer<'postgres.archiver'> = {
  contacts: true,
  gather: withSession(async (session) => {
    const [row] = await session.look<Row>(`
      SELECT current_setting('archive_mode') AS mode, archived_count::float8 AS archived, failed_count::float8 AS failed,
        extract(epoch FROM last_archived_time)::float8 AS "archivedAt",
        extract(epoch FROM last_failed_time)::float8 AS "failedAt"
      FROM pg_stat_archiver`);
    return known(
      {
        archiveMode: row?.mode ?? 'off',
        archivedCount: row?.archived ?? 0,
        lastArchivedAt: time(row?.archivedAt),
        failedCount: row?.failed ?? 0,
        lastFailedAt: time(row?.failedAt),
      },
      `archive_mode and pg_stat_archiver on ${session.where}`,
    );
  }),
};
