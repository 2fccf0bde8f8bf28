import type { z } from 'zod';
import type { redisFacts } from '../../facts/redis.ts';
import { databasesOf, parseInfo } from './info.ts';
import { ErrorReply } from './resp.ts';
import type { RedisSession } from './session.ts';

type Queues = z.infer<(typeof redisFacts)['redis.queues']>;

export interface QueueSearch {
  /** redis.queuePrefix. */
  prefix: string;
  /** redis.queues. */
  names: readonly string[];
  /** The database of the address. */
  db: number;
  /** When to stop, in milliseconds of performance.now(). */
  until: number;
}

/** SCAN blocks for as long as one call takes: 1000 keys are well below a millisecond. */
const KEYS_A_CALL = 1000;
/** So a million keys at most, in all databases together. */
const MAX_CALLS = 1000;
const MAX_FOUND = 50;
const MAX_DATABASES = 16;

/** The server refused one of the commands that the search needs. */
export class Refused extends Error {}

/**
 * BullMQ keeps a hash `PREFIX:QUEUE:meta` for each queue (docs.bullmq.io). Names that are configured are asked for one by one;
 * the rest is looked for by SCAN in every database that holds keys, the address's first, until a limit is reached.
 * Rejects with Refused.
 */
export async function searchQueues(session: RedisSession, signal: AbortSignal, search: QueueSearch): Promise<Queues> {
  const info = await session.ask(signal, 'INFO');
  const fields = parseInfo(typeof info === 'string' ? info : '');
  const databases = databasesOf(fields);
  const others = databases.map(({ db }) => db).filter((db) => db !== search.db);
  const result: Queues = { prefix: search.prefix.slice(0, 100), found: [], missing: [], scanned: 0, complete: true };
  const budget = { calls: MAX_CALLS, until: search.until };
  await select(session, signal, search.db);
  await byName(session, signal, search, result);
  try {
    for (const [index, db] of [search.db, ...others.slice(0, MAX_DATABASES)].entries()) {
      // Only databases that INFO names are chosen, save the first: a cluster has no other and refuses SELECT.
      if (index > 0) await select(session, signal, db);
      await scan(session, signal, { prefix: search.prefix, label: index > 0 ? `db${db}:` : '', budget, result });
    }
  } catch (error) {
    // What was asked for by name is known all the same.
    if (!(error instanceof Refused) || search.names.length === 0) throw error;
    result.complete = false;
  }
  // SCAN on a node of a cluster passes that node's keys only.
  const blind = typeof info !== 'string' || others.length > MAX_DATABASES;
  if (blind || fields.get('cluster_enabled') === '1') result.complete = false;
  const all = databases.reduce((sum, { keys }) => sum + keys, 0);
  return { ...result, scanned: result.complete ? all : result.scanned };
}

async function select(session: RedisSession, signal: AbortSignal, db: number): Promise<void> {
  const reply = await session.ask(signal, 'SELECT', String(db));
  // Database 0 is where a session begins, also where SELECT is refused.
  if (reply instanceof ErrorReply && db !== 0) throw new Refused(reply.text.slice(0, 200));
}

async function byName(session: RedisSession, signal: AbortSignal, { prefix, names }: QueueSearch, result: Queues) {
  for (const name of names.slice(0, MAX_FOUND)) {
    // `meta` is written when a Queue is made, `id` with its first job.
    const replies = [
      await session.ask(signal, 'EXISTS', `${prefix}:${name}:meta`),
      await session.ask(signal, 'EXISTS', `${prefix}:${name}:id`),
    ];
    const error = replies.find((reply) => reply instanceof ErrorReply);
    if (error) throw new Refused(error.text.slice(0, 200));
    (replies.includes(1) ? result.found : result.missing).push(name.slice(0, 200));
  }
}

interface Scan {
  prefix: string;
  /** Stands before the names of another database. */
  label: string;
  budget: { calls: number; until: number };
  result: Queues;
}

async function scan(
  session: RedisSession,
  signal: AbortSignal,
  { prefix, label, budget, result }: Scan,
): Promise<void> {
  const pattern = `${escapeGlob(prefix)}:*:meta`;
  let cursor = '0';
  do {
    if (budget.calls === 0 || performance.now() > budget.until || result.found.length >= MAX_FOUND) {
      result.complete = false;
      return;
    }
    budget.calls -= 1;
    const reply = await session.ask(signal, 'SCAN', cursor, 'MATCH', pattern, 'COUNT', String(KEYS_A_CALL));
    if (reply instanceof ErrorReply) throw new Refused(reply.text.slice(0, 200));
    const [next, keys] = Array.isArray(reply) ? reply : [];
    if (typeof next !== 'string' || !Array.isArray(keys)) throw new Refused('SCAN answers in another form');
    result.scanned += KEYS_A_CALL;
    for (const key of keys) if (typeof key === 'string') await keep(session, signal, { key, prefix, label, result });
    cursor = next;
  } while (cursor !== '0');
}

async function keep(
  session: RedisSession,
  signal: AbortSignal,
  { key, prefix, label, result }: { key: string; prefix: string; label: string; result: Queues },
): Promise<void> {
  const name = label + key.slice(prefix.length + 1, -':meta'.length).slice(0, 180);
  if (result.found.length >= MAX_FOUND || result.found.includes(name)) return;
  // A cache may keep strings under such a name.
  const type = await session.ask(signal, 'TYPE', key);
  if (type instanceof ErrorReply) throw new Refused(type.text.slice(0, 200));
  if (type === 'hash') result.found.push(name);
}

function escapeGlob(text: string): string {
  return text.replace(/[\\*?[\]^]/g, '\\$&');
}
