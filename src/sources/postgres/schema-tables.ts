import { literal } from './application-role.ts';

/** Where migration tools keep their own account. */
const toolSchemas = ['drizzle', 'graphile_migrate', 'graphile_worker', 'pgroll', 'atlas_schema_revisions', 'pgboss'];
const toolTables = [
  '__drizzle_migrations',
  '_prisma_migrations',
  'knex_migrations',
  'knex_migrations_lock',
  'pgmigrations',
  'kysely_migration',
  'kysely_migration_lock',
  'mikro_orm_migrations',
  'typeorm_metadata',
  'migrations',
  'SequelizeMeta',
  '_sqlx_migrations',
  'flyway_schema_history',
  'databasechangelog',
  'databasechangeloglock',
  'schema_migrations',
  'ar_internal_metadata',
  'alembic_version',
  'django_migrations',
  'goose_db_version',
  '__EFMigrationsHistory',
];

const list = (names: readonly string[]) => names.map(literal).join(', ');

/**
 * The application's tables: `oid, name, relkind, relispartition, reltuples`. Left out are the system's, temporary ones, those of extensions
 * or in an extension's schema (pg_depend, deptype e), and those of migration tools.
 */
export const tablesCte = `tables AS MATERIALIZED (
    SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name, c.relkind, c.relispartition, c.reltuples
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
      AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
      AND n.nspname NOT IN (${list(toolSchemas)}) AND c.relname NOT IN (${list(toolTables)})
      AND NOT EXISTS (SELECT FROM pg_depend d
        WHERE d.deptype = 'e' AND d.classid = 'pg_class'::regclass AND d.objid = c.oid)
      AND NOT EXISTS (SELECT FROM pg_depend d
        WHERE d.deptype = 'e' AND d.classid = 'pg_namespace'::regclass AND d.objid = n.oid)
  )`;

/** Indexes that can be used: one whose building failed or still goes on is not, nor one that is being dropped. */
export const usable = (index: string) => `${index}.indisvalid AND ${index}.indisready AND ${index}.indislive`;

/** The key columns of an index, in order, without those of INCLUDE. */
export const keyOf = (index: string) => `(${index}.indkey::int2[])[0:${index}.indnkeyatts - 1]`;
