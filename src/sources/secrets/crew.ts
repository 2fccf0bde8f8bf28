import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { LookFailed } from '../gathering.ts';
import { read, type Repo } from '../git/run.ts';
import { Matcher } from './matcher.ts';
import { type Deal, type Progress, searchObjects } from './pipeline.ts';
import { rules } from './rules/index.ts';
import type { Sought } from './sought.ts';
import type { FromWorker, ToWorker, WorkerTask } from './worker.ts';

/** Two pipelines keep two processors busy: git unpacks while a thread searches. */
const LANES = 2;
/** In the order in which they lie in a pack, so that git unpacks what they have in common once. */
const DEALT = 500;
/** Threads of their own take longer to start than these take to search. */
const FEW = 3000;

/** Where the package has the thread's program; run from its sources there is none, and one thread does it all. */
const program = new URL('./history-worker.mjs', import.meta.url);

/**
 * Searches every object that a repository holds, reachable or not, in no order.
 * @param isKnown whether an object was searched before
 * @param done is told of it now and then
 */
export async function searchRepository(
  repo: Repo,
  values: readonly Sought[],
  isKnown: (object: string) => boolean,
  done: (progress: Progress) => void,
): Promise<void> {
  const objects = new Listing(repo, isKnown);
  const first = await objects.atMost(FEW);
  const deal: Deal = async () => (first.length > 0 ? first.splice(0, DEALT) : objects.atMost(DEALT).then(orNull));
  const file = fileURLToPath(program);
  if (first.length >= FEW && existsSync(file)) await inThreads(file, repo, values, deal, done);
  else {
    const matcher = new Matcher(values, rules);
    const lanes = first.length >= FEW ? LANES : 1;
    await Promise.all(Array.from({ length: lanes }, () => searchObjects(repo, matcher, deal, done)));
  }
}

const orNull = (batch: string[]): string[] | null => (batch.length === 0 ? null : batch);

/** The objects of a repository and of those that it borrows from, each once, as git lists them. */
class Listing {
  readonly #chunks: AsyncGenerator<Buffer>;
  readonly #isKnown: (object: string) => boolean;
  #rest = '';
  #ready: string[] = [];
  /** Two lanes may ask at once. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(repo: Repo, isKnown: (object: string) => boolean) {
    const args = ['cat-file', '--batch-all-objects', '--unordered', '--buffer', '--batch-check=%(objectname)'];
    this.#chunks = read(repo, args);
    this.#isKnown = isKnown;
  }

  /** The next ones; fewer than asked for at the end. */
  atMost(count: number): Promise<string[]> {
    const turn = this.#turn.then(() => this.#take(count));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #take(count: number): Promise<string[]> {
    while (this.#ready.length < count) {
      const next = await this.#chunks.next();
      if (next.done) break;
      const lines = (this.#rest + next.value.toString('latin1')).split('\n');
      this.#rest = lines.pop() ?? '';
      for (const line of lines) if (!this.#isKnown(line)) this.#ready.push(line);
    }
    return this.#ready.splice(0, count);
  }
}

/** One thread a lane, each with a git of its own. */
async function inThreads(
  file: string,
  repo: Repo,
  values: readonly Sought[],
  deal: Deal,
  done: (progress: Progress) => void,
): Promise<void> {
  const task: WorkerTask = { folder: repo.folder, values };
  const workers = Array.from(
    { length: LANES },
    () => new Worker(file, { workerData: task, stdout: true, stderr: true }),
  );
  const stop = () => {
    for (const worker of workers) worker.postMessage({ stop: true } satisfies ToWorker);
  };
  repo.signal.addEventListener('abort', stop, { once: true });
  try {
    await Promise.all(workers.map((worker) => served(worker, deal, done)));
    repo.signal.throwIfAborted();
  } finally {
    repo.signal.removeEventListener('abort', stop);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** Hands a thread its work until there is no more. */
function served(worker: Worker, deal: Deal, done: (progress: Progress) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.on('error', reject);
    worker.on('exit', () => reject(new Error('the thread that searches the history ended early')));
    worker.on('message', (message: FromWorker) => {
      if ('progress' in message) done(message.progress);
      else if ('failed' in message)
        reject(message.failed ? new LookFailed(message.failed) : new Error(message.because));
      else if ('ended' in message) resolve();
      else deal().then((batch) => worker.postMessage({ batch } satisfies ToWorker), reject);
    });
  });
}
