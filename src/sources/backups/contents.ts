import { readFile, stat } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import type { Content } from '../../facts/backups.ts';
import type { Target } from '../../config/target.ts';
import { lineOf } from '../errors.ts';
import { absent, type Gatherer, type Gathering, known, LookFailed } from '../gathering.ts';
import { backupsOf, type Found } from './listing.ts';
import { likenessOf } from './live-tables.ts';
import { Newest, onePerDay } from './newest.ts';
import { pgRestores } from './programs.ts';
import { type Outcome, readHead, readWhole } from './read.ts';
import { keyOf, recall, remember } from './remembered.ts';
import { readDirectory } from './sinks.ts';
import { blank, explained, notPermitted, sealed, unreadBy } from './words.ts';
import { ZstdMissing } from './unpack.ts';
import { shortened } from '../signals.ts';

/** Without whole reads this is a look like any other. */
const HEADS_MS = 20_000;
/** The rest is for ending the programs and saying so before the engine cuts the look. */
const SHARE_OF_TIME = 0.95;
const DAYS = 8;
const DAY = 86_400_000;

export const contents: Gatherer<'backups.contents'> = {
  contacts: false,
  limitMs: ({ settings: { backups } }: Target) => (backups.verify === 'none' ? HEADS_MS : backups.verifyTimeout),
  async gather(gathering) {
    const { source, verify, decrypt } = gathering.target.settings.backups;
    if (!source) return absent('no backup source is configured', 'backups.source');
    const { found } = await backupsOf(gathering);
    const files = await new Reader(gathering).all(found.filter(isReadable));
    return known(
      { verify, decrypt: decrypt !== undefined, files },
      `the contents of ${source.pattern} in ${source.path}`,
    );
  },
};

/** A dump, something encrypted, or bytes that only a decrypt command may know. */
function isReadable({ backup: { head, state } }: Found): boolean {
  return state === 'there' && head !== null && !['signature', 'text', 'openpgp-open'].includes(head.kind);
}

class Reader {
  readonly #gathering: Gathering;
  readonly #signal: AbortSignal;
  readonly #command: readonly string[] | undefined;
  #programs: Promise<string[]> | null = null;

  constructor(gathering: Gathering) {
    this.#gathering = gathering;
    const ms = Math.max(1, Math.round(gathering.timeoutMs * SHARE_OF_TIME));
    this.#signal = shortened(gathering.signal, ms);
    this.#command = gathering.target.settings.backups.decrypt;
  }

  /**
   * The newest of this database that is not being written just now, whole, or all of them; then the heads of the encrypted ones of
   * the days before it, which also show whether the command can decrypt at all.
   */
  async all(found: readonly Found[]): Promise<Content[]> {
    const { now, target } = this.#gathering;
    const since = now.getTime() - DAYS * DAY;
    const recent = onePerDay(found.filter(({ backup }) => Date.parse(backup.at) >= since));
    const newest = new Newest(found, await this.#gathering.fact('backups.database'), now);
    const files: Content[] = [];
    for (const one of found) {
      const { verify } = target.settings.backups;
      const whole = verify === 'all' || (verify === 'newest' && newest.mayBe(one));
      const head = recent.includes(one) || files.length === 0;
      if (!whole && !(head && this.#isHidden(one))) continue;
      const content = await this.#read(one, whole ? 'whole' : 'head');
      files.push(content);
      newest.saw(one, content);
      if (content.cause === 'timeout') break;
    }
    return files;
  }

  #isHidden({ backup: { head } }: Found): boolean {
    return head?.kind === 'encrypted' || (head?.kind === 'binary' && this.#command !== undefined);
  }

  async #read(found: Found, how: Content['how']): Promise<Content> {
    const { entry, backup } = found;
    const base = { ...blank, name: backup.name, how, readAt: new Date().toISOString() };
    const hidden = this.#isHidden(found);
    if (hidden && !this.#command) return { ...base, ...sealed };
    if (hidden && !this.#gathering.target.allowExec) return { ...base, ...notPermitted };
    const decrypt = hidden ? (this.#command ?? null) : null;
    const key = keyOf(entry, decrypt);
    const kept = how === 'whole' ? await recall(key, entry) : null;
    if (kept) {
      const { tables, ...rest } = kept;
      const likeness = await likenessOf(this.#gathering, kept.databases, tables);
      return { ...base, ...rest, outcome: 'sound', likeness, remembered: true };
    }
    this.#gathering.progress(`reading ${backup.name}`);
    const outcome = await this.#outcome(found, decrypt, how);
    if (outcome instanceof LookFailed) return { ...base, ...unreadBy(outcome) };
    const { tables, missing: _, ...rest } = outcome;
    const content: Content = { ...base, ...rest, ...explained(outcome, entry.path), likeness: null };
    const broken = ['damaged', 'undecrypted', 'unknown'].includes(content.outcome);
    if (broken && (await isChanging(found))) return { ...content, outcome: 'changing' };
    if (content.outcome !== 'sound' || how === 'head') return content;
    const { format, databases, readAt } = content;
    await remember(key, entry, { format, databases, readAt, tables });
    return { ...content, likeness: await likenessOf(this.#gathering, databases, tables) };
  }

  async #outcome(
    { entry }: Found,
    decrypt: readonly string[] | null,
    how: Content['how'],
  ): Promise<Outcome | LookFailed> {
    const reading = { path: entry.path, decrypt, cwd: this.#gathering.target.base, signal: this.#signal };
    try {
      if (how === 'head') return await readHead({ ...reading, pgRestore: '' });
      return await this.#withPrograms((pgRestore) =>
        entry.toc ? directory(entry.path, entry.toc, pgRestore, this.#signal) : readWhole({ ...reading, pgRestore }),
      );
    } catch (error) {
      if (this.#signal.aborted) return timedOut(this.#gathering, decrypt);
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
        return { ...nothing, outcome: 'changing' };
      if (error instanceof ZstdMissing) return { ...nothing, outcome: 'unread', missing: 'zstd' };
      return new LookFailed({
        cause: 'not-permitted',
        because: lineOf(error),
        fix: `let svcheck's user read ${entry.path}`,
        where: entry.name,
      });
    }
  }

  /** By the first pg_restore; a newer one of this machine's where it says that the archive is too new for it. */
  async #withPrograms(read: (pgRestore: string) => Promise<Outcome>): Promise<Outcome> {
    this.#programs ??= pgRestores();
    const [first = 'pg_restore', ...others] = await this.#programs;
    let outcome = await read(first);
    for (const other of others) {
      if (outcome.outcome !== 'unsupported') break;
      outcome = await read(other);
    }
    return outcome;
  }
}

const nothing = { because: '', format: null, databases: [], tables: [], missing: null };

async function directory(folder: string, toc: string, pgRestore: string, signal: AbortSignal): Promise<Outcome> {
  const bytes = await readFile(toc, { signal });
  const sink = await readDirectory(folder, toc.endsWith('.gz') ? gunzipSync(bytes) : bytes, pgRestore, signal);
  signal.throwIfAborted();
  const rest = { ...nothing, format: 'directory' as const, databases: sink.databases };
  if (sink.missing) return { ...rest, outcome: 'unread', missing: 'pg_restore' };
  if (sink.unsupported) return { ...rest, outcome: 'unsupported', because: sink.fault ?? '' };
  return { ...rest, outcome: sink.fault ? 'damaged' : 'sound', because: sink.fault ?? '' };
}

/** A file that grew or was touched since it was listed is being written: it is no backup yet, and no damaged one. */
async function isChanging({ entry }: Found): Promise<boolean> {
  const now = await stat(entry.path).catch(() => null);
  return now !== null && (now.size !== entry.bytes || now.mtime.getTime() !== entry.modified.getTime()) && !entry.toc;
}

function timedOut(gathering: Gathering, decrypt: readonly string[] | null): LookFailed {
  const seconds = Math.round(gathering.timeoutMs / 100) / 10;
  const slow = decrypt ? `${decrypt[0]} and pg_restore` : 'pg_restore';
  return new LookFailed({
    cause: 'timeout',
    because: `it was not read to its end within ${seconds} s`,
    fix: `give backups.verifyTimeout more, or see whether ${slow} gets on`,
    where: 'backups.verifyTimeout',
  });
}
