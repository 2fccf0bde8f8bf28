import type { Backup } from '../../facts/backups.ts';
import type { Facts } from '../../facts/index.ts';
import { absent, type Gatherer, type Gathering, known } from '../gathering.ts';
import { type Entry, entryAt, type Match, walkFolder } from './folder.ts';
import { type Peek, peekDirectory, peekFile } from './head.ts';
import { type Dated, sample } from './sample.ts';
import { dateInName, shapeOf, timingOf } from './times.ts';

/** What the fact has of a backup, and where its file is: the latter stays among the sources. */
export interface Found {
  entry: Entry;
  backup: Backup;
}

const AT_ONCE = 8;

/** The backups of the source, sampled and looked into; shared between this source's facts. Rejects with LookFailed. */
export function backupsOf(gathering: Gathering): Promise<{ found: Found[]; listing: Facts['backups.listing'] }> {
  return gathering.share('backups', () => list(gathering));
}

export const listing: Gatherer<'backups.listing'> = {
  contacts: false,
  async gather(gathering) {
    const { source } = gathering.target.settings.backups;
    if (!source) return absent('no backup source is configured', 'backups.source');
    return known((await backupsOf(gathering)).listing, `${source.pattern} in ${source.path}`);
  },
};

/** A name whose date says when it is of needs no look of its own until it is chosen. */
interface Candidate extends Dated {
  entry: Entry | null;
}

async function list(gathering: Gathering) {
  const { source } = gathering.target.settings.backups;
  if (!source) throw new Error('no backup source is configured');
  gathering.progress(`listing ${source.path}`);
  const { root, matches } = await walkFolder(gathering, source.path, source.pattern);
  const others = { link: 0, other: 0 };
  const look = async (name: string): Promise<Entry | null> => {
    gathering.signal.throwIfAborted();
    const entry = await entryAt(root, name);
    if (typeof entry === 'object') return entry;
    others[entry] += 1;
    return null;
  };
  const all = (await inTurns(matches, (match) => candidateOf(match, look))).filter((one) => one !== null);
  all.sort((a, b) => b.at - a.at || (a.name < b.name ? 1 : -1));
  const entryOf = async (one: Candidate) => (one.entry ??= await look(one.name));
  const chosen = await sample(all, gathering.now, async (one) => (await entryOf(one))?.bytes ?? 0);
  const found = (
    await inTurns(chosen, async (one) => {
      const entry = await entryOf(one);
      return entry && lookInto(one, entry, gathering.signal);
    })
  ).filter((one) => one !== null);
  found.sort((a, b) => (a.backup.at < b.backup.at ? 1 : a.backup.at > b.backup.at ? -1 : 0));
  const oldest = all.at(-1);
  const value: Facts['backups.listing'] = {
    kind: 'folder',
    place: source.path,
    pattern: source.pattern,
    matched: all.length,
    links: others.link,
    others: others.other,
    backups: found.map(({ backup }) => backup),
    oldestAt: oldest ? new Date(oldest.at).toISOString() : null,
  };
  return { found, listing: value };
}

async function candidateOf(
  { name, file }: Match,
  look: (name: string) => Promise<Entry | null>,
): Promise<Candidate | null> {
  const named = dateInName(name);
  const entry = file && named ? null : await look(name);
  if (!entry && !(file && named)) return null;
  const at = named?.instant ?? entry?.modified ?? new Date(0);
  return { name, at: at.getTime(), shape: shapeOf(name), entry };
}

/** A few at once, in their order. */
async function inTurns<T, R>(all: readonly T[], task: (one: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let at = 0; at < all.length; at += AT_ONCE)
    done.push(...(await Promise.all(all.slice(at, at + AT_ONCE).map(task))));
  return done;
}

async function lookInto({ name, shape }: Candidate, entry: Entry, signal: AbortSignal): Promise<Found> {
  const state = entry.state === 'there' ? await peek(entry, signal) : entry.state;
  const created = typeof state === 'string' ? null : state.created;
  const backup: Backup = {
    name: entry.name.slice(-300),
    shape,
    bytes: entry.bytes,
    ...timingOf(dateInName(name), created, entry.modified),
    state: typeof state === 'string' ? state : 'there',
    head: typeof state === 'string' ? null : state.head,
  };
  return { entry, backup };
}

async function peek(entry: Entry, signal: AbortSignal): Promise<Peek | 'unreadable' | 'gone'> {
  signal.throwIfAborted();
  try {
    return await (entry.toc ? peekDirectory(entry.toc, signal) : peekFile(entry.path, entry.bytes, signal));
  } catch (error) {
    if (signal.aborted) throw error;
    const code = error instanceof Error && 'code' in error ? error.code : null;
    return code === 'ENOENT' ? 'gone' : 'unreadable';
  }
}
