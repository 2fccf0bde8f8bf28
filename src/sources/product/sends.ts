import type { Facts } from '../../facts/index.ts';
import { type Gatherer, type Gathering, known, LookFailed } from '../gathering.ts';
import { withSession } from '../postgres/hosts.ts';
import type { Session } from '../postgres/session.ts';
import { COMPLAINT, type Fate, fateOf } from './statuses.ts';
import { column, findTable, type Table, TIMES, timeOf, unknownColumns } from './tables.ts';

type Sends = Facts['product.sends'];

interface Group {
  day: string;
  status: string;
  delivered: boolean;
  bounced: boolean;
  complained: boolean;
  /** The text says that it is a complaint. */
  text: boolean;
  count: number;
}

const DAY_MS = 86_400_000;
const MAX_GROUPS = 20_000;

/** Mails by day and fate, from the table that the product keeps of what it sends. */
export const sends: Gatherer<'product.sends'> = {
  contacts: true,
  gather: withSession(async (session, gathering) => {
    const { sends: set } = gathering.target.settings.email.tables;
    const setting = 'email.tables.sends';
    const table = await findTable(session, { set, usual: 'email_sends', setting });
    if ('state' in table) return table;
    const status = column(table, ['status', 'state', 'delivery_status']);
    const at = column(table, ['created_at', 'sent_at', 'queued_at', 'inserted_at', 'createdAt', 'sentAt'], TIMES);
    if (status === null || at === null) return unknownColumns(table, status === null ? 'status' : 'time', set, setting);
    const query = queryOf(table, status, at, gathering.now);
    const groups = await session.look<Group>(query.groups);
    if (groups.length > MAX_GROUPS) throw tooMany(table);
    const [old] = await session.look<{ older: boolean }>(query.older);
    const events = await eventsOf(session, gathering);
    const value = { table: table.name, webhooks: events.table, ...countsOf(groups, gathering.now) };
    for (const [fate, count] of events.counts)
      if (fate in value.feeds) value.feeds[fate as keyof Sends['feeds']] += count;
    return known({ ...value, earlier: value.earlier + (old?.older ? 1 : 0) }, `${table.name} on ${session.where}`);
  }),
};

function queryOf(table: Table, status: string, at: string, now: Date): { groups: string; older: string } {
  const { day, since } = timeOf(table, at);
  const from = new Date(startOfDay(now) - 89 * DAY_MS);
  const stamped = (...names: string[]) => {
    const found = column(table, names);
    return found === null ? 'false' : `${found} IS NOT NULL`;
  };
  const texts = ['error', 'error_message', 'bounce_reason', 'failure_reason', 'reason', 'status_reason', 'bounce_type']
    .map((name) => column(table, [name]))
    .filter((name) => name !== null);
  const text =
    texts.length === 0
      ? 'false'
      : `left(concat_ws(' ', ${texts.map((name) => `${name}::text`).join(', ')}), 2000) ~* '${COMPLAINT}'`;
  const groups = `SELECT ${day} AS day, lower(left(${status}::text, 60)) AS status,
      ${stamped('delivered_at', 'deliveredAt')} AS delivered, ${stamped('bounced_at', 'bouncedAt')} AS bounced,
      ${stamped('complained_at', 'complaint_at', 'complainedAt')} AS complained, ${text} AS text, count(*)::float8 AS count
    FROM ${table.sql} WHERE ${since(from)} GROUP BY 1, 2, 3, 4, 5, 6 LIMIT ${MAX_GROUPS + 1}`;
  return { groups, older: `SELECT EXISTS (SELECT FROM ${table.sql} WHERE NOT (${since(from)})) AS older` };
}

const startOfDay = (date: Date): number => Math.floor(date.getTime() / DAY_MS) * DAY_MS;

const tooMany = (table: Table) =>
  new LookFailed({
    cause: 'too-large',
    because: `${table.name} has more statuses than can be told apart`,
    fix: 'name a view with one column `status` in email.tables.sends',
    where: table.name,
  });

/** The latest that is known of a mail: a complaint, else a bounce, else its delivery, else its status. */
function fateOfGroup({ status, delivered, bounced, complained, text }: Group): Fate | null {
  const told = fateOf(status);
  if (complained || told === 'complained') return 'complained';
  if (bounced || told === 'bounced') return text ? 'complained' : 'bounced';
  return delivered ? 'delivered' : told;
}

function countsOf(groups: readonly Group[], now: Date): Omit<Sends, 'table' | 'webhooks'> {
  const first = new Date(startOfDay(now) - 29 * DAY_MS).toISOString().slice(0, 10);
  const sums = new Map<Fate | null, number>();
  const feeds = { delivered: 0, bounced: 0, complained: 0 };
  const days = new Map<string, number>();
  const unknown = new Map<string, number>();
  let earlier = 0;
  for (const group of groups) {
    const fate = fateOfGroup(group);
    const { day, count } = group;
    const out = fate !== null && fate !== 'pending' && fate !== 'ignored';
    if (fate === 'delivered' || fate === 'bounced' || fate === 'complained') feeds[fate] += count;
    if (day < first) {
      if (out) earlier += count;
      continue;
    }
    if (out) days.set(day, (days.get(day) ?? 0) + count);
    if (fate === null) unknown.set(group.status, (unknown.get(group.status) ?? 0) + count);
    sums.set(fate, (sums.get(fate) ?? 0) + count);
  }
  const of = (...fates: Fate[]) => fates.reduce((sum, fate) => sum + (sums.get(fate) ?? 0), 0);
  return {
    sent: of('sent', 'delivered', 'bounced', 'complained', 'failed'),
    // Whoever complains has received it.
    delivered: of('delivered', 'complained'),
    bounced: of('bounced'),
    complained: of('complained'),
    held: of('failed'),
    pending: of('pending'),
    unknown: [...unknown].slice(0, 20).map(([status, count]) => ({ status, count })),
    feeds,
    days: [...days].map(([date, count]) => ({ date, count })).sort((a, b) => (a.date < b.date ? -1 : 1)),
    earlier,
  };
}

/** What the table of the provider's calls holds of the last 90 days; nothing where there is no such table. */
async function eventsOf(
  session: Session,
  { target, now }: Gathering,
): Promise<{ table: string | null; counts: [Fate, number][] }> {
  const { webhooks: set } = target.settings.email.tables;
  const table = await findTable(session, { set, usual: 'email_webhooks', setting: 'email.tables.webhooks' });
  if ('state' in table) return { table: null, counts: [] };
  const event = column(table, ['event', 'event_type', 'event_name', 'type', 'eventType']);
  const at = column(table, ['received_at', 'created_at', 'timestamp', 'occurred_at', 'receivedAt', 'createdAt'], TIMES);
  if (event === null || at === null) return { table: null, counts: [] };
  const since = timeOf(table, at).since(new Date(startOfDay(now) - 89 * DAY_MS));
  const rows = await session.look<{ event: string; count: number }>(
    `SELECT lower(left(${event}::text, 60)) AS event, count(*)::float8 AS count FROM ${table.sql} WHERE ${since} GROUP BY 1 LIMIT 200`,
  );
  const counts = rows.flatMap(({ event: name, count }): [Fate, number][] => {
    // Brevo's hardBounce, in lower case by now.
    const fate = fateOf(name.replace(/^(hard|soft)_?bounce/, '$1 bounce'));
    return fate === null ? [] : [[fate, count]];
  });
  return { table: table.name, counts };
}
