import type { Rules } from '../../src/core/check.ts';
import type { Judgement } from '../../src/core/verdict.ts';
import type { Facts, Known } from '../../src/facts/index.ts';

export type Counts = Pick<Facts['provider.statistics'], 'sent' | 'delivered' | 'bounced' | 'complained' | 'held'>;
export type Sends = Facts['product.sends'];
type Event = Facts['provider.destinations']['destinations'][number]['events'][number];

export const rateReasons = {
  'within-limit': 'the rate is measured and within the limit',
  'past-limit': 'the rate is past the limit',
  'too-few': 'too few mails for a rate',
} as const;
export const tableReasons = {
  'no-feed': 'nothing tells the product of such events, so that none were counted',
  'unknown-status': 'the table has statuses that svcheck does not know, so that no rate can be told',
} as const;
type Reason = keyof typeof rateReasons;
type TableReason = keyof typeof tableReasons;

export interface Rate {
  name: string;
  of: keyof Counts;
  /** Of these; what the provider or the product held back never left. */
  base(counts: Counts): number;
  baseName: string;
  /** Whether this percentage is past the limit. */
  past(percent: number): boolean;
  /** `below 5%` */
  limit: string;
  fix: string;
}

const percentOf = (part: number, whole: number): number => (whole === 0 ? 0 : (part / whole) * 100);

/** @param minimum mails in 30 days, below which there is no rate */
export function judgeRate(
  counts: Counts,
  rate: Rate,
  { minimum, goLive, now }: { minimum: number } & Pick<Rules<unknown>, 'goLive' | 'now'>,
): Judgement<Reason> {
  const { sent, delivered, bounced, complained } = counts;
  const part = counts[rate.of];
  const whole = rate.base(counts);
  const seen = { days: 30, sent, delivered, bounced, complained };
  const told = `${part} ${rate.name} of ${whole} ${rate.baseName} in 30 days`;
  if (part > whole && sent >= minimum) {
    const because = `${told}: that cannot be`;
    return { status: 'error', reason: 'malformed', because, fix: 'see the provider’s own statistics', seen };
  }
  if (sent < minimum || whole === 0) {
    const when = goLive && now < goLive ? `, not before the go-live of ${goLive.toISOString().slice(0, 10)}` : '';
    const because = `${told}, ${sent} sent: a rate is told from ${minimum} mails on${when}`;
    return { status: 'unclear', reason: 'too-few', because, seen };
  }
  const percent = percentOf(part, whole);
  const because = `${shown(percent)}% (${told}), ${rate.past(percent) ? 'not ' : ''}${rate.limit}`;
  if (!rate.past(percent)) return { status: 'pass', reason: 'within-limit', because, seen };
  return { status: 'fail', reasons: ['past-limit'], because, fix: rate.fix, seen };
}

/** Two digits that say something, and never rounded up to the limit or down below it: 4.9996 is not 5. */
function shown(percent: number): string {
  const text = percent.toFixed(percent < 1 ? 3 : 2);
  return text.replace(/0+$/, '').replace(/\.$/, '');
}

/** The same by the product's table, where its statuses are known and somebody tells it of the event. */
export function judgeTable(
  sends: Sends,
  rate: Rate,
  {
    feed,
    event,
    destinations,
  }: { feed: keyof Sends['feeds']; event: Event; destinations: Known<Facts['provider.destinations']> },
  rules: { minimum: number } & Pick<Rules<unknown>, 'goLive' | 'now'>,
): Judgement<Reason | TableReason> {
  const { unknown, table, feeds } = sends;
  const judged = judgeRate(sends, rate, rules);
  if (judged.status === 'unclear' || judged.status === 'error') return judged;
  const seen = judged.seen ?? {};
  if (unknown.length > 0) {
    const words = unknown.map(({ status, count }) => `${status} (${count})`).slice(0, 5);
    const because = `${table} has statuses that are not known: ${words.join(', ')}`;
    return { status: 'unclear', reason: 'unknown-status', because, seen };
  }
  const told =
    destinations.state === 'known' &&
    destinations.value.destinations.some((one) => one.enabled && one.events.includes(event));
  if (feeds[feed] === 0 && !told && judged.status === 'pass') {
    const because = `${sends.sent} mails in ${table}, and no ${event} event in 90 days: nobody seems to tell of them`;
    return { status: 'unclear', reason: 'no-feed', because, seen };
  }
  return judged;
}
