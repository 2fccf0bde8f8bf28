import { lstat, opendir, realpath, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { type Gathering, LookFailed } from '../gathering.ts';
import { causeOf, lineOf } from '../errors.ts';
import { tocOf } from './head.ts';
import { compilePattern, type Pattern } from './pattern.ts';

/** One file or dump directory that matches the pattern. */
export interface Entry {
  /** Relative to the source, with `/`. */
  name: string;
  path: string;
  /** Of a directory dump: its table of contents. */
  toc: string | null;
  state: 'there' | 'empty' | 'unreadable' | 'gone';
  bytes: number;
  modified: Date;
}

export interface Walked {
  root: string;
  entries: Entry[];
  links: number;
  others: number;
}

/** A folder of backups has some thousands of files: one with more names was not meant. */
const MAX_SEEN = 300_000;
const MAX_DEPTH = 8;
/** Files of one directory dump that are added up. */
const MAX_PARTS = 100_000;
const AT_ONCE = 32;
/** How copying programs name what is not whole yet. */
const unfinished = /\.(?:part|partial|tmp|temp|incomplete|inprogress|filepart|crdownload)$|~$/i;

/** Everything in the source that matches, without opening a file. Rejects with LookFailed. */
export async function walkFolder(gathering: Gathering, path: string, pattern: string): Promise<Walked> {
  const named = resolve(gathering.target.base, path);
  const root = await realpath(named).catch((error: unknown) => cannotRead(error, named));
  const walk: Walk = {
    gathering,
    root,
    pattern: compilePattern(pattern),
    seen: 0,
    waiting: [],
    found: { root, entries: [], links: 0, others: 0 },
  };
  await enter(walk, []);
  await flush(walk);
  return walk.found;
}

interface Walk {
  gathering: Gathering;
  root: string;
  pattern: Pattern;
  seen: number;
  /** Paths that match and were not looked at yet. */
  waiting: string[][];
  found: Walked;
}

async function enter(walk: Walk, folder: string[]): Promise<void> {
  const here = join(walk.root, ...folder);
  if (folder.length > 0 && (await tocOf(here))) return; // a directory dump: one backup, not many files
  const listing = await opendir(here, { bufferSize: 256 }).catch((error: unknown) => cannotRead(error, here));
  const below: string[][] = [];
  for await (const one of listing) {
    walk.seen += 1;
    if (walk.seen > MAX_SEEN) throw tooMany(walk.root);
    walk.gathering.signal.throwIfAborted();
    const path = [...folder, one.name];
    if (walk.pattern.matches(path) && !unfinished.test(one.name)) walk.waiting.push(path);
    if (path.length < MAX_DEPTH && one.isDirectory() && walk.pattern.mayLead(path)) below.push(path);
    if (walk.waiting.length >= 1024) await flush(walk);
  }
  for (const path of below) await enter(walk, path);
}

async function flush(walk: Walk): Promise<void> {
  const paths = walk.waiting.splice(0);
  for (let at = 0; at < paths.length; at += AT_ONCE) {
    const some = await Promise.all(paths.slice(at, at + AT_ONCE).map((path) => entryAt(walk, path)));
    for (const one of some) {
      if (one === 'link') walk.found.links += 1;
      else if (one === 'other') walk.found.others += 1;
      else walk.found.entries.push(one);
    }
  }
}

async function entryAt({ root }: Walk, segments: string[]): Promise<Entry | 'link' | 'other'> {
  const path = join(root, ...segments);
  const name = segments.join('/');
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
  let modified = entry.modified;
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
  throw new LookFailed({
    cause,
    because: `it cannot be read: ${lineOf(error)}`,
    fix: `let svcheck's user read ${path}`,
    where,
  });
}

const tooMany = (root: string) =>
  new LookFailed({
    cause: 'too-large',
    because: `more than ${MAX_SEEN.toLocaleString('en')} names below it`,
    fix: "name the backups' own folder in backups.source.path, or narrow backups.source.pattern",
    where: `the folder ${root}`,
  });
