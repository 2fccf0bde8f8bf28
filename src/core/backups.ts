import type { Backup, Content } from '../facts/backups.ts';
import type { Facts, Known } from '../facts/index.ts';
import { type Standing, standingOf, type Terms } from './backup-standing.ts';

export interface Judged {
  backup: Backup;
  /** What reading it came to; null where it was not read. */
  content: Content | null;
  standing: Standing;
}

/** The backups that are meant to be this database's, newest first. */
export interface Series {
  all: readonly Judged[];
  /** Those that are not bad: of what could not be told, the benefit of the doubt is the caller's to take away. */
  usable: readonly Judged[];
  /** Dated after now. */
  ahead: readonly Backup[];
  /** Names that match the pattern and belong to no backup: checksums, notes, dumps of other databases. */
  beside: readonly string[];
}

const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** A clock may be a little off; where no zone was written, as much as the easternmost zone is ahead. */
const AHEAD_EXACT = HOUR / 4;
const AHEAD_ZONE = 14 * HOUR;

const isAhead = ({ at, exact }: Backup, now: Date): boolean =>
  Date.parse(at) > now.getTime() + (exact ? AHEAD_EXACT : AHEAD_ZONE);

/** Hours since a backup was made; a time that only seems to be ahead counts as now. */
export const ageHours = ({ at }: Backup, now: Date): number => Math.max(0, (now.getTime() - Date.parse(at)) / HOUR);

/**
 * A name that is shaped like those of the backups stands for one, whatever its bytes are: what matches the pattern otherwise is
 * beside them and no fault.
 * @param contents null where only heads count
 */
export function seriesOf(
  { backups }: Facts['backups.listing'],
  contents: Known<Facts['backups.contents']> | null,
  terms: Pick<Terms, 'database' | 'acceptUnnamed'>,
  now: Date,
): Series {
  const files = contents?.state === 'known' ? contents.value.files : [];
  const read = new Map(files.map((file) => [file.name, file]));
  const present = backups.filter(
    ({ name, head }) => head?.kind !== 'signature' && read.get(name)?.outcome !== 'changing',
  );
  const judge = (backup: Backup, more: Partial<Terms>) => {
    const content = read.get(backup.name) ?? null;
    const decrypts = files.some(({ name, outcome }) => outcome === 'sound' && isHidden(backups, name));
    const standing = standingOf(backup, content, { ...terms, decrypts, hasPeers: true, newest: false, ...more });
    return { backup, content, standing };
  };
  const first = present.map((backup) => judge(backup, {}));
  const shapes = new Set(first.filter(({ standing }) => !isOther(standing)).map(({ backup }) => backup.shape));
  const meant = present.filter(({ shape }) => shapes.size === 0 || shapes.has(shape));
  const newest = meant.find((backup) => !isAhead(backup, now));
  const all = meant
    .filter((backup) => !isAhead(backup, now))
    .map((backup) => judge(backup, { newest: backup === newest, hasPeers: shapes.has(backup.shape) }));
  const beside = present.filter((backup) => !meant.includes(backup)).map(({ name }) => name);
  const ahead = meant.filter((backup) => isAhead(backup, now));
  return { all, usable: all.filter(({ standing }) => standing.is !== 'bad'), ahead, beside };
}

/** What a file of another kind, or of another database, looks like: it makes no shape of name the backups' own. */
const isOther = (standing: Standing) =>
  standing.is === 'bad' && ['not-a-dump', 'another-database', 'empty', 'gone'].includes(standing.reason);

function isHidden(backups: readonly Backup[], name: string): boolean {
  const kind = backups.find((backup) => backup.name === name)?.head?.kind;
  return kind === 'encrypted' || kind === 'binary';
}

/**
 * The days without a backup, of so many that end with the newest one's day. That day and not today, for a daily job whose hour has
 * not come yet owes nothing today; how old the newest may be is another rule. Days are those that the names say, else UTC's. A job
 * at midnight can write two backups on one day and none on the next: so a row of backups, each within `maxAgeHours` of the one
 * before, that reaches as far back has no gap either.
 */
export function missingDays(usable: readonly Judged[], days: number, maxAgeHours: number): string[] {
  const [newest] = usable;
  if (!newest) return [];
  const have = new Set(usable.map(({ backup }) => backup.day));
  const last = Date.parse(newest.backup.day);
  const wanted = Array.from({ length: days }, (_, back) => new Date(last - back * DAY).toISOString().slice(0, 10));
  const missing = wanted.filter((day) => !have.has(day));
  return missing.length > 0 && reachesBack(usable, days, maxAgeHours) ? [] : missing;
}

function reachesBack(usable: readonly Judged[], days: number, maxAgeHours: number): boolean {
  const times = usable.map(({ backup }) => Date.parse(backup.at));
  const newest = times[0] ?? 0;
  // As much as a gap may be longer than a day, the whole row may be shorter.
  const far = newest - (days - 1) * DAY + (maxAgeHours - 24) * HOUR;
  let at = newest;
  for (const time of times) {
    if (at - time > maxAgeHours * HOUR) return false;
    at = time;
    if (at <= far) return true;
  }
  return false;
}

/** The middle size of the backups of a month that are made alike, three at least; null where there are fewer. */
export function medianBytes(usable: readonly Judged[], { head, shape }: Backup, now: Date): number | null {
  const alike = usable
    .map(({ backup }) => backup)
    .filter((one) => one.shape === shape && ageHours(one, now) <= 31 * 24 && madeLike(one.head) === madeLike(head));
  const sizes = alike.map(({ bytes }) => bytes).sort((a, b) => a - b);
  return sizes.length < 3 ? null : (sizes[Math.floor(sizes.length / 2)] ?? null);
}

const madeLike = (head: Backup['head']) => `${head?.encryption} ${head?.compression} ${head?.format}`;
