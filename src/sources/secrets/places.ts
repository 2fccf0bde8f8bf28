import { ask, read, type Repo } from '../git/run.ts';

/** A commit by which an object came to a path. */
export interface Place {
  path: string;
  commit: string;
  /** ISO 8601, as the author's clock had it. */
  authored: string;
  /** The higher, the older: as git lists commits. */
  age: number;
}

export interface Placed {
  /** By object: where it stood. None for an object that no commit brought, a tag's own message say. */
  places: ReadonlyMap<string, readonly Place[]>;
  /** Commits that a branch, a tag or the stash leads to, with their dates, of those asked for. */
  commits: ReadonlyMap<string, string>;
  /** The rest of what is asked for, that a branch, a tag or the stash leads to all the same. */
  others: ReadonlySet<string>;
}

/** More paths of one object than this are copies of copies. */
const MOST_PLACES = 1000;

/** Where objects stand in the history of all branches, tags, the stash and its earlier entries. */
export async function placesOf(repo: Repo, objects: ReadonlySet<string>): Promise<Placed> {
  const places = new Map<string, Place[]>();
  const commits = new Map<string, string>();
  if (objects.size === 0) return { places, commits, others: objects };
  const stashed = await earlierStashes(repo);
  let current = { commit: '', authored: '' };
  let age = 0;
  let entry: string | null = null;
  for await (const part of parts(repo, stashed)) {
    if (entry !== null) {
      const object = entry;
      entry = null;
      if (!objects.has(object)) continue;
      const known = places.get(object) ?? [];
      const same = known.find(({ path }) => path === part);
      // Commits come from the newest to the oldest: the last one is the first that had it.
      if (same) Object.assign(same, current, { age });
      else if (known.length < MOST_PLACES) known.push({ path: part, ...current, age });
      places.set(object, known);
    } else if (part.startsWith(':')) entry = newObject(part);
    else if (part.startsWith('\u0002')) {
      const [commit = '', authored = ''] = part.slice(1).split(' ');
      current = { commit, authored };
      age += 1;
      if (objects.has(commit)) commits.set(commit, authored);
    }
  }
  const rest = new Set([...objects].filter((object) => !places.has(object) && !commits.has(object)));
  return { places, commits, others: rest.size === 0 ? rest : await reachable(repo, stashed, rest) };
}

/** What `git log --raw -z` says, split at its NULs: a commit's line, an entry's line, its path. */
async function* parts(repo: Repo, stashed: readonly string[]): AsyncGenerator<string> {
  const args = [
    'log',
    '--all',
    '--stdin',
    '--raw',
    '-z',
    '--no-abbrev',
    '--no-renames',
    '--no-ext-diff',
    '-c',
    '--root',
  ];
  let rest = '';
  for await (const chunk of read(repo, [...args, '--format=tformat:%x02%H %aI'], lines(stashed))) {
    // One character a byte, so that no path is cut within one; it is turned into text below.
    const found = (rest + chunk.toString('latin1')).split('\0');
    rest = found.pop() ?? '';
    for (const part of found) yield part.startsWith('\n') ? part.slice(1) : part;
  }
}

/** The object that an entry has after its commit: `:MODE MODE OLD NEW STATUS`, of a merge `::MODE MODE MODE OLD OLD NEW STATUS`. */
function newObject(entry: string): string {
  const fields = entry.split(' ');
  return fields.at(-2) ?? '';
}

const lines = (revisions: readonly string[]): string => revisions.map((revision) => `${revision}\n`).join('');

/** `git stash` keeps all entries but the newest in the reflog of refs/stash only. */
async function earlierStashes(repo: Repo): Promise<string[]> {
  const { code, output } = await ask(repo, ['log', '-g', '--format=%H', 'refs/stash', '--']);
  return code === 0 ? output.split('\n').filter((line) => /^[0-9a-f]{40,64}$/.test(line)) : [];
}

async function reachable(repo: Repo, stashed: readonly string[], wanted: ReadonlySet<string>): Promise<Set<string>> {
  const found = new Set<string>();
  let rest = '';
  for await (const chunk of read(repo, ['rev-list', '--objects', '--all', '--stdin'], lines(stashed))) {
    const listed = (rest + chunk.toString('latin1')).split('\n');
    rest = listed.pop() ?? '';
    for (const line of listed) {
      const object = /^[0-9a-f]+/.exec(line)?.[0] ?? '';
      if (wanted.has(object)) found.add(object);
    }
  }
  return found;
}

/** A path as git gave it, byte for byte: UTF-8, as a rule. */
export const pathOf = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8');
