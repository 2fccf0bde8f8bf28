import type { Dirent } from 'node:fs';
import { lstat, opendir, realpath, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { causeOf, lineOf } from '../errors.ts';
import { type Gathering, LookFailed } from '../gathering.ts';
import { tocOf } from './head.ts';
import { compilePattern, type Pattern } from './pattern.ts';

/** A name that matches the pattern, before anything of it was looked at. */
export interface Match {
  /** Relative to the source, with `/`. */
  name: string;
  /** A regular file by the folder's own entry; else it takes a look to say what it is. */
  file: boolean;
}

/** One file or dump directory. */
export interface Entry {
  name: string;
  path: string;
  /** Of a directory dump: its table of contents. */
  toc: string | null;
  state: 'there' | 'empty' | 'unreadable' | 'gone';
  bytes: number;
  modified: Date;
}

/** A folder of backups has some thousands of files: one with more names was not meant. */
const MAX_SEEN = 300_000;
const MAX_DEPTH = 8;
/** Files of one directory dump that are added up. */
const MAX_PARTS = 100_000;
/** How copying programs name what is not whole yet. */
const unfinished = /\.(?:part|partial|tmp|temp|incomplete|inprogress|filepart|crdownload)$|~$/i;

/** Every name in the source that matches, without opening a file. Rejects with LookFailed. */
export async function walkFolder(
  gathering: Gathering,
  path: string,
  pattern: string,
): Promise<{ root: string; matches: Match[] }> {
  const named = resolve(gathering.target.base, path);
  const root = await realpath(named).catch((error: unknown) => cannotRead(error, named));
  const walk: Walk = { gathering, root, pattern: compilePattern(pattern), seen: 0, matches: [] };
  await enter(walk, []);
  return { root, matches: walk.matches };
}

interface Walk {
  gathering: Gathering;
  root: string;
  pattern: Pattern;
  seen: number;
  matches: Match[];
}

async function enter(walk: Walk, folder: readonly string[]): Promise<void> {
  const here = join(walk.root, ...folder);
  if (folder.length > 0 && (await tocOf(here))) return; // a directory dump: one backup, not many files
  const listing = await opendir(here, { bufferSize: 256 }).catch((error: unknown) => cannotRead(error, here));
  const below: string[][] = [];
  for await (const one of listing) {
    walk.seen += 1;
    if (walk.seen > MAX_SEEN) throw tooMany(walk.root);
    walk.gathering.signal.throwIfAborted();
    const path = [...folder, one.name];
    if (walk.pattern.matches(path) && !unfinished.test(one.name)) walk.matches.push(matchOf(path, one));
    if (path.length < MAX_DEPTH && one.isDirectory() && walk.pattern.mayLead(path)) below.push(path);
  }
  for (const path of below) await enter(walk, path);
}

const matchOf = (path: readonly string[], entry: Dirent): Match => ({ name: path.join('/'), file: entry.isFile() });

/** What a name stands for: `link` to a neighbour, `other` for what is neither a file nor a dump directory. Rejects never. */
export async function entryAt(root: string, name: string): Promise<Entry | 'link' | 'other'> {
  const path = join(root, name);
  const entry: Entry = { name, path, toc: null, state: 'there', bytes: 0, modified: new Date(0) };
  try {
    const own = await lstat(path);
    entry.modified = own.mtime;
    if (own.isSymbolicLink() && (await leadsInside(root, path))) return 'link';
    const there = own.isSymbolicLink() ? await stat(path) : own;
    entry.modified = there.mtime;
    if (there.isFile()) return { ...entry, bytes: there.size, state: there.size === 0 ? 'empty' : 'there' };
    return there.isDirectory() ? await directoryAt(entry) : 'other';
  } catch (error) {
    return { ...entry, state: causeOf(error) === 'not-permitted' ? 'unreadable' : 'gone' };
  }
}

/** `latest.dump` that points at its neighbour is no second backup. */
async function leadsInside(root: string, path: string): Promise<boolean> {
  const target = await realpath(path).catch(() => null);
  return target !== null && !/^\.\.(?:[/\\]|$)/.test(relative(root, target));
}

async function directoryAt(entry: Entry): Promise<Entry | 'other'> {
  const toc = await tocOf(entry.path);
  if (!toc) return 'other';
  let bytes = 0;
  let parts = 0;
  let modified = new Date(0);
  for await (const one of await opendir(entry.path)) {
    parts += 1;
    if (parts > MAX_PARTS) break;
    const found = one.isFile() ? await lstat(join(entry.path, one.name)) : null;
    bytes += found?.size ?? 0;
    if (found && found.mtime > modified) modified = found.mtime;
  }
  return { ...entry, toc, bytes, modified, state: bytes === 0 ? 'empty' : 'there' };
}

function cannotRead(error: unknown, path: string): never {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  const where = `the folder ${path}`;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    const because = code === 'ENOENT' ? 'there is no such folder here' : 'it is no folder';
    throw new LookFailed({ cause: 'malformed', because, fix: 'mount it, or correct backups.source.path', where });
  }
  const cause = causeOf(error) ?? 'internal';
  const because = `it cannot be read: ${lineOf(error)}`;
  throw new LookFailed({ cause, because, fix: `let svcheck's user read ${path}`, where });
}

const tooMany = (root: string) =>
  new LookFailed({
    cause: 'too-large',
    because: `more than ${MAX_SEEN.toLocaleString('en')} names below it`,
    fix: "name the backups' own folder in backups.source.path, or narrow backups.source.pattern",
    where: `the folder ${root}`,
  });
