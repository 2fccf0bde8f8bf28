import type { Facts } from '../../src/facts/index.ts';

type DayCount = Facts['provider.statistics']['days'][number];

export interface Jump {
  date: string;
  count: number;
  /** What the day might have come to. */
  limit: number;
}

const DAY_MS = 86_400_000;

/**
 * Days above the floor that are more than `factor` times the highest earlier same weekday; in the first week, the highest
 * earlier day. Days without mail count as none.
 * @param days in their order, the first of them the first day of sending
 */
export function jumpsIn(days: readonly DayCount[], { floor, factor }: { floor: number; factor: number }): Jump[] {
  const [first] = days;
  if (!first) return [];
  const start = Date.parse(first.date);
  const by = new Map(days.map(({ date, count }) => [Math.round((Date.parse(date) - start) / DAY_MS), count]));
  return days.flatMap(({ date, count }) => {
    const age = Math.round((Date.parse(date) - start) / DAY_MS);
    const earlier = [...by].filter(([day]) => day < age && (age < 7 || (age - day) % 7 === 0));
    const limit = factor * Math.max(0, ...earlier.map(([, before]) => before));
    return count > floor && count > limit ? [{ date, count, limit }] : [];
  });
}
