import { dirname, resolve } from 'node:path';
import type { MigrationTool } from '../../facts/migrations.ts';
import { type Gathering, LookFailed } from '../gathering.ts';
import { newBudget, walk } from '../workspace/walk.ts';

/** Where the migrations of the repository lie, and whose they are. */
export interface MigrationFolder {
  tool: MigrationTool;
  /** Drizzle from 1.0 has a folder for each migration and no journal. */
  layout: 'journal' | 'folders' | 'files';
  /** Relative to the repository, with `/`. */
  path: string;
  repository: string;
}

const MAX_NAMED = 5;
/** What builds leave behind may hold copies. */
const copies = /(?:^|\/)(?:dist|build|coverage|\.[^/]+)$/;

const marks: readonly [RegExp, Pick<MigrationFolder, 'tool' | 'layout'>, up: number][] = [
  [/(?:^|\/)meta\/_journal\.json$/, { tool: 'drizzle', layout: 'journal' }, 2],
  [/(?:^|\/)\d{14}_[^/]+\/snapshot\.json$/, { tool: 'drizzle', layout: 'folders' }, 2],
  [/(?:^|\/)migration_lock\.toml$/, { tool: 'prisma', layout: 'folders' }, 1],
  // Knex names by yyyyMMddHHmmss, node-pg-migrate by milliseconds or by yyyyMMddHHmmssSSS (their documentation).
  [/(?:^|\/)migrations\/\d{14}_[^/]+\.[cm]?[jt]s$/, { tool: 'knex', layout: 'files' }, 1],
  [
    /(?:^|\/)migrations\/(?:\d{13}|\d{17})[_-][^/]+\.(?:[cm]?[jt]s|sql)$/,
    { tool: 'node-pg-migrate', layout: 'files' },
    1,
  ],
];

/** Whether a path may be a migration of that tool. */
export const isMigrationFile = (tool: MigrationTool, path: string): boolean =>
  tool === 'drizzle' || tool === 'prisma'
    ? path.endsWith('.sql')
    : /\/\d{13,17}[_-][^/]+\.(?:[cm]?[jt]s|sql)$/.test(path);

const markOf = (path: string) => marks.find(([pattern]) => pattern.test(path) && !path.endsWith('.d.ts'));

/**
 * The folder that expect.database.migrations.folder names, else the only one there is; null for none.
 * Rejects with LookFailed where there are several.
 */
export async function findFolder({ target }: Gathering): Promise<MigrationFolder | null> {
  const repository = resolve(target.base, target.settings.repository);
  const budget = newBudget();
  const files = await walk(
    repository,
    '.',
    budget,
    (path) => markOf(path) !== undefined,
    (path) => !copies.test(path),
  );
  const found = new Map<string, MigrationFolder>();
  for (const { path } of files) {
    const [, kind, up] = markOf(path) ?? [];
    if (!kind || up === undefined) continue;
    let folder = path;
    for (let n = 0; n < up; n += 1) folder = dirname(folder);
    found.set(folder, { ...kind, path: folder, repository });
  }
  const wanted = folderSetting(target.settings.expect['database.migrations']);
  const several = [...found.values()].filter(({ path }) => wanted === null || path === wanted);
  if (several.length <= 1) return several[0] ?? null;
  const names = several.slice(0, MAX_NAMED).map(({ path }) => path);
  throw new LookFailed({
    cause: 'malformed',
    because: `the repository has several folders of migrations: ${names.join(', ')}`,
    fix: `name this database's under expect in svcheck.yaml: database.migrations: { folder: ${names[0]} }`,
    where: repository,
  });
}

function folderSetting(expect: unknown): string | null {
  if (typeof expect !== 'object' || expect === null || !('folder' in expect)) return null;
  const { folder } = expect;
  return typeof folder === 'string' ? folder.replace(/^\.\//, '').replace(/\/+$/, '') : null;
}
