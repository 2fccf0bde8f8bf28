import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { Content } from '../../facts/backups.ts';
import type { Entry } from './folder.ts';

/** Reads of an earlier form of this file are not trusted. */
const FORM = 1;
const MOST = 500;

const Kept = z.strictObject({
  form: z.literal(FORM),
  path: z.string(),
  content: Content.pick({ format: true, databases: true, readAt: true }),
  /** The first tables of a plain dump. */
  tables: z.array(z.string()),
});
export type Remembered = z.infer<typeof Kept>['content'] & { tables: readonly string[] };

/** $XDG_CACHE_HOME/svcheck/backups, else ~/.cache: safe to delete, the backups are then read again. */
function cacheFolder(): string {
  const { XDG_CACHE_HOME } = process.env;
  return join(XDG_CACHE_HOME?.startsWith('/') ? XDG_CACHE_HOME : join(homedir(), '.cache'), 'svcheck', 'backups');
}

/** One backup as it was read: by path, size, time and the command that decrypted it. */
export function keyOf({ path, bytes, modified }: Entry, decrypt: readonly string[] | null): string {
  const text = JSON.stringify([FORM, path, bytes, modified.getTime(), decrypt]);
  return createHash('sha256').update(text).digest('hex');
}

/** What an earlier audit found by reading it whole; null where it has to be read. Only sound backups are remembered. */
export async function recall(key: string, { path }: Entry): Promise<Remembered | null> {
  try {
    const kept = Kept.parse(JSON.parse(await readFile(join(cacheFolder(), `${key}.json`), 'utf8')));
    return kept.path === path ? { ...kept.content, tables: kept.tables } : null;
  } catch {
    return null; // not there, cut short or of another form: it is read again
  }
}

/** Best effort: an audit does not depend on a folder to write to. */
export async function remember(key: string, { path }: Entry, { tables, ...content }: Remembered): Promise<void> {
  const folder = cacheFolder();
  const kept: z.infer<typeof Kept> = { form: FORM, path, content, tables: [...tables] };
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const making = join(folder, `${key}.${process.pid}.tmp`);
    await writeFile(making, JSON.stringify(kept), { mode: 0o600 });
    await rename(making, join(folder, `${key}.json`));
    await prune(folder);
  } catch {
    // read-only, full or not ours
  }
}

async function prune(folder: string): Promise<void> {
  const names = await readdir(folder);
  if (names.length <= MOST) return;
  const dated = await Promise.all(names.map(async (name) => ({ name, at: (await stat(join(folder, name))).mtimeMs })));
  dated.sort((a, b) => a.at - b.at);
  for (const { name } of dated.slice(0, names.length - MOST)) await rm(join(folder, name), { force: true });
}
