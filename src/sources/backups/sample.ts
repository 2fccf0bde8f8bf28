/** A match with its time as far as it is known without opening it. */
export interface Dated {
  name: string;
  at: number;
  shape: string;
}

/** What a fact holds of a source at the most. */
const MOST = 150;
const DAYS = 36;
const DAY = 86_400_000;
/** So many shapes of name are followed: a dump, its checksum and its log. */
const SHAPES = 3;

/**
 * Pure: of many, newest first, those that say how each day fared: for the shapes of name that hold the most bytes each day's newest,
 * and of the first shape its oldest too; then the oldest of all.
 * @param bytesOf of one of a shape: what ranks dumps before the checksums beside them
 */
export async function sample<T extends Dated>(
  all: readonly T[],
  now: Date,
  bytesOf: (one: T) => Promise<number>,
): Promise<T[]> {
  if (all.length <= MOST) return [...all];
  const main = await mainShapes(all, bytesOf);
  const since = now.getTime() - DAYS * DAY;
  const ofDay = new Map<string, T>();
  // Dates to come are a fault to be shown, and a few of them show it.
  const ahead = all.findIndex(({ at }) => at <= now.getTime() + DAY);
  for (const one of all.slice(Math.max(0, ahead - 3))) {
    const rank = main.indexOf(one.shape);
    if (rank < 0 || one.at < since) continue;
    const key = `${rank} ${Math.floor(one.at / DAY)}`;
    if (!ofDay.has(key)) ofDay.set(key, one);
    if (rank === 0) ofDay.set(`${key} oldest`, one);
  }
  const oldest = all.filter(({ shape }) => shape === main[0]).slice(-2);
  const kept = new Set([...ofDay.values()].slice(0, MOST - oldest.length).concat(oldest));
  return all.filter((one) => kept.has(one));
}

async function mainShapes<T extends Dated>(all: readonly T[], bytesOf: (one: T) => Promise<number>): Promise<string[]> {
  const groups = new Map<string, { count: number; newest: T[] }>();
  for (const one of all) {
    const group = groups.get(one.shape) ?? { count: 0, newest: [] };
    group.count += 1;
    if (group.newest.length < 3) group.newest.push(one);
    groups.set(one.shape, group);
  }
  const frequent = [...groups].sort(([, a], [, b]) => b.count - a.count).slice(0, 4 * SHAPES);
  const ranked = await Promise.all(
    frequent.map(async ([shape, { count, newest }]) => {
      const bytes = await Promise.all(newest.map(bytesOf));
      return { shape, weight: count * Math.max(...bytes) };
    }),
  );
  ranked.sort((a, b) => b.weight - a.weight);
  return ranked.slice(0, SHAPES).map(({ shape }) => shape);
}
