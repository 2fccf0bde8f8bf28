import type { Backup } from '../../facts/backups.ts';
import type { Facts } from '../../facts/index.ts';
import { absent, type Gatherer, type Gathering, known } from '../gathering.ts';
import { type Entry, walkFolder } from './folder.ts';
import { type Peek, peekDirectory, peekFile } from './head.ts';
import { dateInName, shapeOf, timingOf } from './times.ts';

/** What the fact has of a backup, and where its file is: the latter stays among the sources. */
export interface Found {
  entry: Entry;
  backup: Backup;
}

const MOST = 150;
const DAYS = 36;
const DAY = 86_400_000;
const AT_ONCE = 6;

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

async function list(gathering: Gathering) {
  const { source } = gathering.target.settings.backups;
  if (!source) throw new Error('no backup source is configured');
  gathering.progress(`listing ${source.path}`);
  const walked = await walkFolder(gathering, source.path, source.pattern);
  const dated = walked.entries.map((entry): Dated => {
    const named = dateInName(entry.name);
    return { entry, at: named?.instant ?? entry.modified, shape: shapeOf(entry.name) };
  });
  dated.sort((a, b) => b.at.getTime() - a.at.getTime() || (a.entry.name < b.entry.name ? 1 : -1));
  const chosen = sample(dated, gathering.now);
  const found: Found[] = [];
  for (let at = 0; at < chosen.length; at += AT_ONCE) {
    gathering.signal.throwIfAborted();
    found.push(...(await Promise.all(chosen.slice(at, at + AT_ONCE).map((one) => lookInto(one, gathering.signal)))));
  }
  found.sort((a, b) => (a.backup.at < b.backup.at ? 1 : a.backup.at > b.backup.at ? -1 : 0));
  return {
    found,
    listing: {
      kind: 'folder' as const,
      place: source.path,
      pattern: source.pattern,
      matched: dated.length,
      links: walked.links,
      others: walked.others,
      backups: found.map(({ backup }) => backup),
      oldestAt: dated.at(-1)?.at.toISOString() ?? null,
    },
  };
}

interface Dated {
  entry: Entry;
  at: Date;
  shape: string;
}

/**
 * Of many, those that say how each day fared: for the three shapes of name that hold the most bytes (so that checksums and logs
 * beside the dumps do not crowd them out) each day's newest, and of the first its oldest too; then the oldest of all.
 */
function sample(all: readonly Dated[], now: Date): Dated[] {
  if (all.length <= MOST) return [...all];
  const bytes = new Map<string, number>();
  for (const { shape, entry } of all) bytes.set(shape, (bytes.get(shape) ?? 0) + entry.bytes);
  const main = [...bytes]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 3)
    .map(([shape]) => shape);
  const since = now.getTime() - DAYS * DAY;
  const ofDay = new Map<string, Dated>();
  // Dates to come are a fault to be shown, and a few of them show it.
  const ahead = all.findIndex(({ at }) => at.getTime() <= now.getTime() + DAY);
  for (const one of all.slice(Math.max(0, ahead - 3))) {
    const rank = main.indexOf(one.shape);
    if (rank < 0 || one.at.getTime() < since) continue;
    const key = `${rank} ${one.at.toISOString().slice(0, 10)}`;
    if (!ofDay.has(key)) ofDay.set(key, one);
    if (rank === 0) ofDay.set(`${key} oldest`, one);
  }
  const oldest = all.filter(({ shape }) => shape === main[0]).slice(-2);
  const kept = new Set([...ofDay.values()].slice(0, MOST - oldest.length).concat(oldest));
  return all.filter((one) => kept.has(one));
}

async function lookInto({ entry, shape }: Dated, signal: AbortSignal): Promise<Found> {
  const state = entry.state === 'there' ? await peek(entry, signal) : entry.state;
  const created = typeof state === 'string' ? null : state.created;
  const backup: Backup = {
    name: entry.name.slice(-300),
    shape,
    bytes: entry.bytes,
    ...timingOf(dateInName(entry.name), created, entry.modified),
    state: typeof state === 'string' ? state : 'there',
    head: typeof state === 'string' ? null : state.head,
  };
  return { entry, backup };
}

async function peek(entry: Entry, signal: AbortSignal): Promise<Peek | 'unreadable' | 'gone'> {
  try {
    return await (entry.toc ? peekDirectory(entry.toc, signal) : peekFile(entry.path, entry.bytes, signal));
  } catch (error) {
    if (signal.aborted) throw error;
    const code = error instanceof Error && 'code' in error ? error.code : null;
    return code === 'ENOENT' ? 'gone' : 'unreadable';
  }
}
