import { parentPort, workerData } from 'node:worker_threads';
import { lineOf } from '../errors.ts';
import { LookFailed, type UnreachableOptions } from '../gathering.ts';
import { Matcher } from './matcher.ts';
import { type Progress, searchObjects } from './pipeline.ts';
import { rules } from './rules/index.ts';
import type { Sought } from './sought.ts';

/** What a thread is started with: the values stay within the process. */
export interface WorkerTask {
  folder: string;
  values: readonly Sought[];
}
export type ToWorker = { batch: readonly string[] | null } | { stop: true };
export type FromWorker =
  | { want: true }
  | { progress: Progress }
  | { ended: true }
  | { failed: UnreachableOptions | null; because: string };

/** A thread of its own that searches the objects it is dealt (crew.ts starts it). */
async function work(port: NonNullable<typeof parentPort>, { folder, values }: WorkerTask): Promise<FromWorker> {
  const stopped = new AbortController();
  let deliver: ((batch: readonly string[] | null) => void) | undefined;
  port.on('message', (message: ToWorker) => {
    if ('stop' in message) stopped.abort();
    else deliver?.(message.batch);
  });
  const tell = (message: FromWorker) => port.postMessage(message);
  const deal = () =>
    new Promise<readonly string[] | null>((resolve) => {
      deliver = resolve;
      tell({ want: true });
    });
  try {
    const repo = { folder, signal: stopped.signal };
    await searchObjects(repo, new Matcher(values, rules), deal, (progress) => tell({ progress }));
    return { ended: true };
  } catch (error) {
    return { failed: error instanceof LookFailed ? error.outcome : null, because: lineOf(error) };
  }
}

if (parentPort) {
  const port = parentPort;
  void work(port, workerData as WorkerTask).then((last) => port.postMessage(last));
}
