import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Migration } from '../../facts/migrations.ts';
import { LookFailed } from '../gathering.ts';
import { parseObject, readText } from '../workspace/files.ts';
import type { MigrationFolder } from './folder.ts';
import { locksOf } from './locks.ts';

const MAX_MIGRATIONS = 2000;
/** A migration that fills a table with rows may be large; one beyond this is read by nobody. */
const MAX_SQL = 8 * 1024 * 1024;

/**
 * SHA-256 as Drizzle and Prisma compute it, over the file as it is; and as it would be where git had checked it out with LF or with CRLF.
 */
export function hashesOf(content: Buffer | string): string[] {
  const text = content.toString('utf8');
  const lf = text.replaceAll('\r\n', '\n');
  return [...new Set([text, lf, lf.replaceAll('\n', '\r\n')])].map((one) =>
    createHash('sha256').update(one).digest('hex'),
  );
}

/** The repository's migrations, in the order in which they are applied. Rejects with LookFailed for a journal that is none. */
export async function readMigrations(folder: MigrationFolder): Promise<Migration[]> {
  if (folder.layout === 'journal') return readJournal(folder);
  const entries = await readdir(join(folder.repository, folder.path), { withFileTypes: true });
  const names = entries
    .filter((entry) =>
      folder.layout === 'folders' ? entry.isDirectory() && /^\d/.test(entry.name) : isFile(folder, entry),
    )
    .map(({ name }) => name)
    .sort()
    .slice(0, MAX_MIGRATIONS);
  return Promise.all(
    names.map(async (name) => {
      const file = folder.layout === 'folders' ? `${name}/migration.sql` : name;
      return migrationOf(folder, { name: nameOf(folder, name), file, when: whenOf(folder, name) });
    }),
  );
}

const isFile = ({ tool }: MigrationFolder, entry: { isFile(): boolean; name: string }) =>
  entry.isFile() &&
  (tool === 'knex' ? /^\d{14}_.+\.[cm]?[jt]s$/ : /^(?:\d{13}|\d{17})[_-].+\.(?:[cm]?[jt]s|sql)$/).test(entry.name) &&
  !entry.name.endsWith('.d.ts');

/** Both tools may be run from compiled files, so an ending tells nothing; node-pg-migrate's table has none. */
export const nameOf = ({ tool }: Pick<MigrationFolder, 'tool'>, name: string): string =>
  tool === 'knex' || tool === 'node-pg-migrate' ? name.replace(/\.(?:[cm]?[jt]s|sql)$/, '') : name;

/** Drizzle from 1.0 keeps the time of the folder's name as created_at. */
function whenOf({ tool }: MigrationFolder, name: string): number | null {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)/.exec(name) ?? [];
  if (tool !== 'drizzle' || second === undefined) return null;
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
}

const Entry = z.object({ idx: z.number(), when: z.number(), tag: z.string().regex(/^[\w.-]{1,300}$/) });

/** Journals of the versions 5 to 7 have the same entries; the dialect was `pg` before it was `postgresql`. */
async function readJournal(folder: MigrationFolder): Promise<Migration[]> {
  const path = `${folder.path}/meta/_journal.json`;
  const text = await readText(join(folder.repository, path));
  const { dialect, entries } = parseObject(text ?? '', path);
  const parsed = z.array(Entry).max(MAX_MIGRATIONS).safeParse(entries);
  if (!parsed.success || (dialect !== 'postgresql' && dialect !== 'pg')) {
    throw new LookFailed({
      cause: 'malformed',
      because: parsed.success
        ? `${path} has the dialect ${typeof dialect === 'string' ? dialect.slice(0, 40) : 'undefined'}`
        : `${path} has no list of entries with idx, when and tag`,
      fix: 'let drizzle-kit write it: npx drizzle-kit check',
      where: path,
    });
  }
  const inOrder = parsed.data.toSorted((a, b) => a.idx - b.idx);
  return Promise.all(inOrder.map(({ tag, when }) => migrationOf(folder, { name: tag, file: `${tag}.sql`, when })));
}

async function migrationOf(
  folder: MigrationFolder,
  { name, file, when }: { name: string; file: string; when: number | null },
): Promise<Migration> {
  const path = `${folder.path}/${file}`;
  const content = await contentOf(join(folder.repository, path), path);
  const sql = file.endsWith('.sql') && content !== null ? content.toString('utf8') : '';
  const hashed = content !== null && (folder.tool === 'drizzle' || folder.tool === 'prisma');
  return {
    name,
    file: path,
    hashes: hashed ? hashesOf(content) : [],
    when,
    missing: content === null,
    locks: locksOf(sql),
  };
}

async function contentOf(path: string, shown: string): Promise<Buffer | null> {
  const about = await stat(path).catch(() => null);
  if (!about?.isFile()) return null;
  if (about.size <= MAX_SQL) return readFile(path);
  const because = `${shown} has ${Math.round(about.size / 1024 / 1024)} MB, more than the 8 MB of a migration that are read`;
  throw new LookFailed({ cause: 'too-large', because, fix: 'move the rows that it inserts elsewhere', where: shown });
}
