import { LookFailed } from '../gathering.ts';
import { ending, type Repo, start } from '../git/run.ts';
import { BatchSearch, type Looked } from './batch.ts';
import type { Matcher } from './matcher.ts';

/** Objects asked for and not answered yet: with --buffer git keeps the last few answers back until more is asked. */
const FEW = 600;
/** A repository with more than this damaged is not worth the restarts. */
const MOST_RESTARTS = 200;

/**
 * What git reads with here: large files as a stream rather than in memory, few pages of the packs held.
 * git-config(1): core.bigFileThreshold, core.packedGitLimit, core.deltaBaseCacheLimit.
 */
const frugal = [
  ['core.bigFileThreshold', '16m'],
  ['core.packedGitWindowSize', '32m'],
  ['core.packedGitLimit', '128m'],
] as const;

/** What was looked at since it was told last: how much of it held nothing, and what is to be told apart. */
export interface Progress {
  clean: number;
  bytes: number;
  notable: readonly Looked[];
}

/** Hands out the objects to look at, some hundred at a time; null at the end. */
export type Deal = () => Promise<readonly string[] | null>;

/** Reads objects by one `git cat-file --batch` and searches each. @throws LookFailed where git cannot go on */
export async function searchObjects(
  repo: Repo,
  matcher: Matcher,
  deal: Deal,
  done: (progress: Progress) => void,
): Promise<void> {
  const pending = new Pending(deal);
  for (let restarts = 0; ; restarts += 1) {
    const complaint = await once(repo, matcher, pending, done);
    if (complaint === null) return;
    // git ended at an object that it cannot read: said, and on with the next.
    const object = pending.next();
    if (object === null || restarts >= MOST_RESTARTS || repo.signal.aborted) {
      throw new LookFailed({
        cause: 'malformed',
        because: complaint || 'git ended before it had read everything',
        fix: 'run `git fsck` in the repository, then again',
        where: `git cat-file in ${repo.folder}`,
      });
    }
    pending.answered();
    done({ clean: 0, bytes: 0, notable: [{ object, bytes: 0, outcome: 'unreadable', unopened: false, envFiles: [] }] });
  }
}

/** One process of git, to the end of what there is to ask, or to its own. @returns what it complained about; null: nothing */
async function once(
  repo: Repo,
  matcher: Matcher,
  pending: Pending,
  done: (progress: Progress) => void,
): Promise<string | null> {
  const git = start({ ...repo, settings: frugal }, ['cat-file', '--batch', '--buffer']);
  const end = ending(git);
  end.catch(() => {}); // awaited below
  let progress = { clean: 0, bytes: 0, notable: [] as Looked[] };
  const search = new BatchSearch(matcher, (one) => {
    pending.answered();
    progress.bytes += one.bytes;
    if (isNotable(one)) progress.notable.push(one);
    else progress.clean += 1;
  });
  const tell = () => {
    done(progress);
    progress = { clean: 0, bytes: 0, notable: [] };
  };
  try {
    git.stdin.write(pending.again());
    const more = async (): Promise<void> => {
      while (pending.waiting <= FEW && !pending.ended) {
        const batch = await pending.more();
        if (batch !== null) git.stdin.write(batch);
      }
      if (pending.ended && !git.stdin.writableEnded) git.stdin.end();
    };
    await more();
    for await (const chunk of git.stdout) {
      search.push(chunk as Buffer);
      if (progress.clean + progress.notable.length >= FEW) tell();
      await more();
    }
    const { code, complaint } = await end;
    return code === 0 && pending.waiting === 0 ? null : complaint;
  } finally {
    git.kill('SIGKILL');
    tell();
  }
}

const isNotable = ({ outcome, unopened, envFiles }: Looked): boolean =>
  outcome !== 'clean' || unopened || envFiles.length > 0;

/** The objects that were asked for and not answered yet, in order. */
class Pending {
  ended = false;
  readonly #deal: Deal;
  #objects: string[] = [];
  #answered = 0;

  constructor(deal: Deal) {
    this.#deal = deal;
  }

  get waiting(): number {
    return this.#objects.length - this.#answered;
  }

  answered(): void {
    this.#answered += 1;
  }

  next(): string | null {
    return this.#objects[this.#answered] ?? null;
  }

  /** What a new process has to be asked again. */
  again(): string {
    return lines(this.#objects.slice(this.#answered));
  }

  async more(): Promise<string | null> {
    const batch = await this.#deal();
    if (batch === null) {
      this.ended = true;
      return null;
    }
    this.#objects = [...this.#objects.slice(this.#answered), ...batch];
    this.#answered = 0;
    return lines(batch);
  }
}

const lines = (objects: readonly string[]): string => objects.map((object) => `${object}\n`).join('');
