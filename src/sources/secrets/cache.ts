import { createHash, createHmac, randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { Target } from '../../config/target.ts';
import { digestOf, rules } from './rules/index.ts';
import type { Sought } from './sought.ts';

/** What an earlier form of this file, or of the search, has written is not trusted. */
const FORM = 1;
/** One for each repository and env that was audited lately. */
const MOST = 20;
/** More names than this are not kept: they would be read for longer than they save. */
const MOST_OBJECTS = 4_000_000;

const Head = z.strictObject({
  form: z.literal(FORM),
  /** What the repository's objects were then: see stateOf. */
  state: z.string(),
  objects: z.number(),
  bytes: z.number(),
  /** Objects that have to be looked at again each time: where secrets were found, what could not be read, env files. */
  hits: z.array(z.string()),
  unreadable: z.array(z.string()),
  envFiles: z.array(z.string()),
  unopened: z.number(),
  nameBytes: z.number(),
});

/** What an earlier search of a repository came to. No value, nor anything that one can be guessed from, is in it. */
export interface Remembered extends Omit<z.infer<typeof Head>, 'form'> {
  /** The names of all objects that were searched, packed; empty where there were too many. */
  searched: Buffer;
}

/** $XDG_CACHE_HOME/svcheck/history, else ~/.cache: safe to delete, all is then searched again. */
export function cacheFolder(): string {
  const { XDG_CACHE_HOME } = process.env;
  return join(XDG_CACHE_HOME?.startsWith('/') ? XDG_CACHE_HOME : join(homedir(), '.cache'), 'svcheck', 'history');
}

/** Reads and writes what is remembered of one repository, searched for these values by these rules. */
export class Cache {
  readonly #file: string;

  private constructor(file: string) {
    this.#file = file;
  }

  /** Null where there is no folder to keep anything in: an audit does not depend on one. */
  static async open(
    repository: string,
    values: readonly Sought[],
    target: Target,
    version: string,
  ): Promise<Cache | null> {
    try {
      const folder = cacheFolder();
      await mkdir(folder, { recursive: true, mode: 0o700 });
      // Keyed, so that who has the name of the file cannot try values on it.
      const hmac = createHmac('sha256', await secretOf(folder));
      const { keys, ignore } = target.settings.secrets;
      hmac.update(
        JSON.stringify([FORM, version, digestOf(rules), values.map(({ value }) => value).sort(), keys, ignore]),
      );
      const path = createHash('sha256').update(repository).digest('hex').slice(0, 16);
      return new Cache(join(folder, `${path}-${hmac.digest('hex').slice(0, 32)}`));
    } catch {
      return null; // read-only, full or not ours
    }
  }

  async recall(): Promise<Remembered | null> {
    try {
      const bytes = await readFile(this.#file);
      const end = bytes.indexOf(10);
      const head: unknown = JSON.parse(bytes.toString('utf8', 0, end));
      const sum = bytes.toString('latin1', end + 1, end + 65);
      const searched = bytes.subarray(end + 66);
      const { form: _, ...kept } = Head.parse(head);
      if (sum !== sumOf(bytes.subarray(0, end), searched) || searched.length % kept.nameBytes !== 0) return null;
      return { ...kept, searched };
    } catch {
      return null; // not there, cut short or of another form: all is searched again
    }
  }

  async remember({ searched, ...kept }: Remembered): Promise<void> {
    const head = Buffer.from(JSON.stringify({ form: FORM, ...kept } satisfies z.infer<typeof Head>));
    const names = searched.length > MOST_OBJECTS * kept.nameBytes ? Buffer.alloc(0) : searched;
    const making = `${this.#file}.${process.pid}.tmp`;
    try {
      await writeFile(making, Buffer.concat([head, Buffer.from(`\n${sumOf(head, names)}\n`), names]), { mode: 0o600 });
      await rename(making, this.#file);
      await prune(cacheFolder());
    } catch {
      await rm(making, { force: true }).catch(() => {});
    }
  }
}

const sumOf = (head: Buffer, names: Buffer): string => createHash('sha256').update(head).update(names).digest('hex');

/** Random, made at the first use, of nobody else's concern. */
async function secretOf(folder: string): Promise<Buffer> {
  const file = join(folder, 'key');
  try {
    const key = await readFile(file);
    if (key.length === 32) return key;
  } catch {
    // the first audit here
  }
  const key = randomBytes(32);
  const making = `${file}.${process.pid}.tmp`;
  const handle = await open(making, 'w', 0o600);
  await handle.writeFile(key);
  await handle.close();
  await rename(making, file);
  return key;
}

async function prune(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name !== 'key');
  if (names.length <= MOST) return;
  const dated = await Promise.all(names.map(async (name) => ({ name, at: (await stat(join(folder, name))).mtimeMs })));
  dated.sort((a, b) => a.at - b.at);
  for (const { name } of dated.slice(0, names.length - MOST)) await rm(join(folder, name), { force: true });
}
