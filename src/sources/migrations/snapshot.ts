import { join } from 'node:path';
import { z } from 'zod';
import { LookFailed } from '../gathering.ts';
import { parseObject, readText } from '../workspace/files.ts';
import type { MigrationFolder } from './folder.ts';

/** An index that the schema has, or the index of a unique constraint. */
export interface SnapshotIndex {
  schema: string;
  table: string;
  name: string;
}

const Named = z.record(z.string(), z.object({ name: z.string() }));
/** Versions 5 to 7 (drizzle-kit, serializer/pgSchema.ts). A table of no schema of its own is in `public`. */
const Tables = z.record(
  z.string(),
  z.object({
    name: z.string(),
    schema: z.string().nullish(),
    indexes: Named.default({}),
    uniqueConstraints: Named.default({}),
  }),
);
/** Version 8 lists its entities flatly. */
const Ddl = z.array(
  z.looseObject({
    entityType: z.string(),
    name: z.string().nullish(),
    schema: z.string().nullish(),
    table: z.string().nullish(),
  }),
);

/** The snapshot of one migration: its path, and the text; null where there is none. */
export async function readSnapshot(folder: MigrationFolder, migration: string) {
  const prefix = migration.slice(0, Math.max(0, migration.indexOf('_')));
  const paths =
    folder.layout === 'folders'
      ? [`${migration}/snapshot.json`]
      : [`meta/${prefix}_snapshot.json`, `meta/${migration}_snapshot.json`];
  for (const name of paths) {
    const path = `${folder.path}/${name}`;
    const text = await readText(join(folder.repository, path));
    if (text !== null) return { path, text };
  }
  return null;
}

/** The indexes of a snapshot. Pure. @throws LookFailed where it is none of PostgreSQL */
export function indexesOf(text: string, path: string): SnapshotIndex[] {
  const { tables, ddl } = parseObject(text, path);
  const old = Tables.safeParse(tables);
  if (old.success) {
    return Object.values(old.data).flatMap((table) =>
      [...Object.values(table.indexes), ...Object.values(table.uniqueConstraints)].map(({ name }) => ({
        schema: table.schema || 'public',
        table: table.name,
        name,
      })),
    );
  }
  const flat = Ddl.safeParse(ddl);
  if (flat.success) {
    return flat.data.flatMap(({ entityType, name, schema, table }) =>
      (entityType === 'indexes' || entityType === 'uniques') && name && table
        ? [{ schema: schema || 'public', table, name }]
        : [],
    );
  }
  const because = `${path} has neither tables nor ddl as drizzle-kit writes them`;
  throw new LookFailed({
    cause: 'malformed',
    because,
    fix: 'let drizzle-kit write it: npx drizzle-kit generate',
    where: path,
  });
}
