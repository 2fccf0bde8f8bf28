import type { Facts } from '../../facts/index.ts';
import type { Applied, Migration } from '../../facts/migrations.ts';
import { absent, type Found, type Gathering, known, LookFailed, passOn } from '../gathering.ts';
import { literal } from '../postgres/application-role.ts';
import type { Session } from '../postgres/session.ts';
import { usable } from '../postgres/schema-tables.ts';
import { findFolder } from './folder.ts';
import { indexesOf, readSnapshot, type SnapshotIndex } from './snapshot.ts';

const MAX_SHOWN = 200;
const MAX_EXPECTED = 20_000;

type Row = SnapshotIndex & { state: 'missing' | 'invalid'; building: boolean };

/** The indexes of the snapshot that belongs to the last migration applied, held against the catalog. */
export async function snapshotIndexes(
  session: Session,
  gathering: Gathering,
): Promise<Found<Facts['migrations.indexes']>> {
  const repository = await gathering.fact('migrations.repository');
  if (repository.state !== 'known') return passOn(repository);
  const applied = await gathering.fact('migrations.applied');
  if (applied.state !== 'known') return passOn(applied);
  const { tool, migrations } = repository.value;
  if (tool !== 'drizzle') return absent(`${tool} keeps no snapshot of the schema`, "Drizzle's meta folder");
  const last = lastOf(applied.value, migrations);
  const folder = await findFolder(gathering);
  const snapshot = last && folder ? await readSnapshot(folder, last.name) : null;
  if (!last) return absent(`no migration is applied in ${applied.value.database}`, 'npx drizzle-kit migrate');
  if (!snapshot) {
    return absent(
      `the migration ${last.name} has no snapshot of the schema`,
      `a snapshot in ${repository.value.folder}`,
    );
  }
  const expected = indexesOf(snapshot.text, snapshot.path).slice(0, MAX_EXPECTED);
  const rows = expected.length > 0 ? await session.look<Row>(stateQuery(expected)) : [];
  const [who] = await session.look<{ role: string }>(blindQuery);
  const only = (some: readonly Row[]) =>
    some.slice(0, MAX_SHOWN).map(({ schema, table, name }) => ({ schema, table, name }));
  return known(
    {
      migration: last.name,
      newest: migrations.at(-1)?.name ?? last.name,
      snapshot: snapshot.path,
      expected: expected.length,
      missing: only(rows.filter(({ state }) => state === 'missing')),
      invalid: only(rows.filter(({ state }) => state === 'invalid')),
      building: only(rows.filter(({ building }) => building)),
      blind: who?.role ?? null,
    },
    `${snapshot.path} and pg_index on ${session.where}`,
  );
}

/** Drizzle applies by time; what it applied last is what the database's schema should be. @throws LookFailed where the repository lacks it */
function lastOf({ applied, database }: Applied, migrations: readonly Migration[]): Migration | null {
  const last = applied.reduce<Applied['applied'][number] | null>(
    (best, one) => (best === null || (one.when ?? 0) >= (best.when ?? 0) ? one : best),
    null,
  );
  if (!last) return null;
  const found =
    migrations.find(({ hashes }) => last.hash !== null && hashes.includes(last.hash)) ??
    migrations.find(
      ({ name, when }) => (last.name !== null && name === last.name) || (when !== null && when === last.when),
    );
  if (found) return found;
  const because = `the last migration applied in ${database} is not in the repository`;
  throw new LookFailed({
    cause: 'malformed',
    because,
    fix: 'audit from the commit that is deployed; see database.migrations',
    where: database,
  });
}

/**
 * A cast to \`name\` cuts to 63 bytes, as CREATE INDEX did. The parent of a partitioned index may be invalid while its parts are attached. A
 * build that is not concurrent shows no index yet, only its table (documentation, "CREATE INDEX Progress Reporting").
 */
const stateQuery = (expected: readonly SnapshotIndex[]) => `
  SELECT left(e.schema, 100) AS schema, left(e."table", 100) AS table, left(e.name, 100) AS name,
    CASE WHEN i.indexrelid IS NULL THEN 'missing' ELSE 'invalid' END AS state,
    EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.datname = current_database() AND p.relid = t.oid
      AND (p.index_relid = i.indexrelid OR (i.indexrelid IS NULL AND p.index_relid = 0))) AS building
  FROM jsonb_to_recordset(${literal(JSON.stringify(expected))}::jsonb) AS e(schema text, "table" text, name text)
    LEFT JOIN pg_namespace n ON n.nspname = e.schema::name
    LEFT JOIN pg_class t ON t.relnamespace = n.oid AND t.relname = e."table"::name
    LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = e.name::name AND c.relkind IN ('i', 'I')
    LEFT JOIN pg_index i ON i.indexrelid = c.oid AND i.indrelid = t.oid
  WHERE i.indexrelid IS NULL OR NOT (c.relkind = 'I' OR (${usable('i')}))
  ORDER BY 1, 2, 3`;

/** To a role without pg_read_all_stats other roles' builds have no table. */
const blindQuery = `SELECT quote_ident(session_user) AS role FROM pg_stat_progress_create_index
  WHERE datname = current_database() AND relid IS NULL LIMIT 1`;
