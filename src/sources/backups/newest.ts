import type { Content } from '../../facts/backups.ts';
import type { Facts, Known } from '../../facts/index.ts';
import type { Found } from './listing.ts';

/** A time without a zone may be ahead of UTC by as much. */
const ZONES = 14 * 3_600_000;
const MOST = 24;

/** Which of the files, newest first, is to be read as this database's newest. */
export class Newest {
  readonly #candidates: ReadonlySet<Found>;
  readonly #database: string | null;
  readonly #shapes = new Set<string>();
  #read = false;

  constructor(found: readonly Found[], database: Known<Facts['backups.database']>, now: Date) {
    this.#database = database.state === 'known' ? database.value.name : null;
    const own = found.filter(
      ({ backup }) => !this.#isOther(backup.head?.databases ?? []) && Date.parse(backup.at) <= now.getTime() + ZONES,
    );
    this.#candidates = new Set(own.length > 0 ? own : found);
  }

  /** One of each shape of name, until one was this database's: another's encrypted dumps may lie beside. */
  mayBe(one: Found): boolean {
    return !this.#read && this.#candidates.has(one) && !this.#shapes.has(one.backup.shape);
  }

  saw(one: Found, { how, outcome, databases }: Content): void {
    if (how !== 'whole' || outcome === 'changing' || !this.#candidates.has(one)) return;
    this.#shapes.add(one.backup.shape);
    const names = databases.flatMap(({ name }) => (name === null ? [] : [name]));
    if (one.backup.head?.kind !== 'binary' && !this.#isOther(names)) this.#read = true;
  }

  #isOther(names: readonly string[]): boolean {
    return this.#database !== null && names.length > 0 && !names.includes(this.#database);
  }
}

/** The newest of each day and shape of name, newest first: some days' worth. */
export function onePerDay(found: readonly Found[]): Found[] {
  const days = new Set<string>();
  return found.filter(({ backup: { day, shape } }) => {
    const key = `${day} ${shape}`;
    if (days.has(key) || days.size >= MOST) return false;
    return days.add(key);
  });
}
