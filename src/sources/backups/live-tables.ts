import type { Content } from '../../facts/backups.ts';
import { absent, type Gatherer, type Gathering, known } from '../gathering.ts';
import { withSession } from '../postgres/hosts.ts';

const MOST = 5000;

/** The names of the live database's own tables: what a dump that names no database is compared with. */
export const liveTables: Gatherer<'backups.live-tables'> = {
  contacts: true,
  async gather(gathering) {
    if (!gathering.target.settings.backups.source) return absent('no backup source is configured', 'backups.source');
    return look(gathering);
  },
};

const look = withSession(async (session) => {
  const rows = await session.look<{ name: string; total: number }>(`
    SELECT n.nspname || '.' || c.relname AS name, count(*) OVER ()::float8 AS total
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
      AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'
    ORDER BY 1 LIMIT ${MOST}`);
  return known({ tables: rows.map(({ name }) => name), total: rows[0]?.total ?? 0 }, `pg_class on ${session.where}`);
});

/** Only a plain dump without --create names no database. */
export async function likenessOf(
  gathering: Gathering,
  databases: Content['databases'],
  tables: readonly string[],
): Promise<Content['likeness']> {
  if (tables.length === 0 || databases.some(({ name }) => name !== null)) return null;
  const live = await gathering.fact('backups.live-tables');
  if (live.state !== 'known' || live.value.total === 0) return null;
  const names = new Set(live.value.tables);
  return { dumped: tables.length, shared: tables.filter((table) => names.has(table)).length };
}
