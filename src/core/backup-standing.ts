import type { Backup, Content } from '../facts/backups.ts';
import type { Cause } from '../facts/index.ts';

export const badReasons = [
  'damaged',
  'undecryptable',
  'empty',
  'gone',
  'not-a-dump',
  'another-database',
  'schema-only',
] as const;
export type BadReason = (typeof badReasons)[number];

/** What one backup is worth, by all that is known of it. */
export type Standing =
  | { is: 'good' }
  | { is: 'bad'; reason: BadReason; because: string; fix: string }
  /** Its contents could not be told from here. */
  | { is: 'open'; reason: 'sealed' | 'unnamed' | 'unrecognized'; because: string }
  /** The look at it failed. */
  | { is: 'unseen'; cause: Cause; because: string; fix: string };

export interface Terms {
  /** The database that is meant; null where nobody says. */
  database: string | null;
  /** A dump that names no database counts. */
  acceptUnnamed: boolean;
  /** The decrypt command gave a dump of another file: where it gives none, the file is at fault and not the key. */
  decrypts: boolean;
  /** Backups of the same shape of name were recognised: bytes that are not have taken the place of one. */
  hasPeers: boolean;
  newest: boolean;
}

const good = { is: 'good' } as const;
const bad = (reason: BadReason, because: string, fix: string): Standing => ({ is: 'bad', reason, because, fix });
const again = 'take a new backup now, and see in the log of the backup job why this one was not written whole';

/** Pure: the first thing that is wrong decides. */
export function standingOf(backup: Backup, content: Content | null, terms: Terms): Standing {
  return (
    byState(backup) ??
    (content ? byReading(backup, content, terms) : byHead(backup, terms)) ??
    byInside(backup, content, terms)
  );
}

function byState({ state, name }: Backup): Standing | null {
  if (state === 'empty') return bad('empty', 'it has 0 bytes', again);
  if (state === 'gone') return bad('gone', 'it is a link to nothing', `remove it, or mount what ${name} leads to`);
  if (state === 'there') return null;
  return {
    is: 'unseen',
    cause: 'not-permitted',
    because: 'it may not be read',
    fix: `let svcheck's user read ${name}`,
  };
}

function byReading({ head }: Backup, content: Content, terms: Terms): Standing | null {
  const { outcome, because, fix } = content;
  if (outcome === 'sealed') return { is: 'open', reason: 'sealed', because };
  if (outcome === 'damaged') return bad('damaged', because, fix);
  if (outcome === 'unread' || outcome === 'unsupported') {
    return { is: 'unseen', cause: content.cause ?? 'internal', because, fix };
  }
  if (outcome === 'undecrypted' || outcome === 'wrong-key') {
    if (terms.decrypts)
      return bad('undecryptable', `${because}; others are decrypted well`, `${again}, or for another key`);
    if (head?.kind === 'binary' && terms.hasPeers) return bad('not-a-dump', because, again);
    return { is: 'unseen', cause: outcome === 'wrong-key' ? 'auth' : 'malformed', because, fix };
  }
  if (outcome !== 'unknown') return null;
  const surely = head?.kind === 'encrypted' || (head?.kind === 'binary' && terms.hasPeers);
  return surely ? bad('not-a-dump', because, again) : { is: 'open', reason: 'unrecognized', because };
}

function byHead({ head }: Backup, terms: Terms): Standing | null {
  if (head?.kind === 'encrypted') return good;
  if (head?.kind === 'text') return bad('not-a-dump', 'it is a text that is no dump of PostgreSQL', again);
  if (head?.kind === 'binary' && terms.hasPeers) return bad('not-a-dump', 'its bytes are no dump of PostgreSQL', again);
  if (head?.kind !== 'dump') {
    return {
      is: 'open',
      reason: 'unrecognized',
      because: `its bytes (${head?.compression ?? head?.kind}) do not tell what it holds`,
    };
  }
  return head.closed === false
    ? bad('damaged', 'it ends before the line "PostgreSQL database dump complete"', again)
    : null;
}

function byInside({ head }: Backup, content: Content | null, terms: Terms): Standing {
  const all = content?.databases ?? namedBy(head);
  const names = all.flatMap(({ name }) => (name === null ? [] : [name]));
  const { database } = terms;
  const own = all.find(({ name }) => name === database) ?? (names.length === 0 ? all[0] : undefined);
  const dump = (name: string) => `dump ${name} into this source, or narrow backups.source.pattern to its files`;
  if (database !== null && names.length > 0 && !own) {
    return bad(
      'another-database',
      `it is a dump of ${names.slice(0, 3).join(', ')}, not of ${database}`,
      dump(database),
    );
  }
  const tables = own ? own.tables : all.reduce<number | null>((sum, one) => add(sum, one.tables), 0);
  if (all.length > 0 && tables === 0) {
    return bad('schema-only', 'its table of contents holds no TABLE DATA', 'run pg_dump without --schema-only');
  }
  return names.length > 0 || terms.acceptUnnamed ? good : byLikeness(content, terms, dump);
}

const add = (a: number | null, b: number | null) => (a === null || b === null ? null : a + b);

function namedBy(head: Backup['head']): Content['databases'] {
  if (!head) return [];
  const { databases, tables } = head;
  return databases.length > 0 ? databases.map((name) => ({ name, tables })) : [{ name: null, tables }];
}

/** A plain dump without --create names no database. Its tables do, where the live ones are known; half of them must be there. */
function byLikeness(content: Content | null, { database, newest }: Terms, dump: (name: string) => string): Standing {
  const likeness = content?.likeness;
  if (likeness && likeness.shared * 2 < likeness.dumped) {
    const because = `${likeness.shared} of the ${likeness.dumped} tables that it begins with are in ${database ?? 'the database'}`;
    return bad('another-database', because, dump(database ?? 'the database'));
  }
  if (likeness || !newest) return good;
  return { is: 'open', reason: 'unnamed', because: 'a plain dump without --create does not name its database' };
}
