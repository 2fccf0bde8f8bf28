import { setMaxListeners } from 'node:events';

/** At most `size` tasks of a kind at once; the rest wait their turn. */
export class Gate {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(size: number) {
    this.#free = size;
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}

export interface Limits {
  /** For one look, milliseconds. */
  timeoutMs: number;
  /** For the whole audit, milliseconds. */
  deadlineMs: number;
  /** Looks under way against one host. */
  concurrency: number;
}

export const defaultLimits: Limits = { timeoutMs: 10_000, deadlineMs: 60_000, concurrency: 8 };

export type Cut = 'timeout' | 'deadline' | 'interrupted';

/**
 * Runs a look that may hang: the promise settles when the time is over, whether or not the look minds its signal.
 * @returns the look's value, or which limit cut it
 */
export async function within<T>(
  limits: { timeoutMs: number; deadline: AbortSignal; interrupt: AbortSignal },
  look: (signal: AbortSignal) => Promise<T>,
): Promise<{ value: T } | { cut: Cut }> {
  const own = new AbortController();
  const { signal } = own;
  const end = () => own.abort();
  const timeout = setTimeout(end, limits.timeoutMs);
  // Not AbortSignal.any: what it combines may be garbage collected and then never fires (Node.js 20).
  for (const over of [limits.deadline, limits.interrupt]) {
    if (over.aborted) end();
    else over.addEventListener('abort', end, { once: true });
  }
  // One look opens as many sockets as it needs; each minds this signal.
  setMaxListeners(0, signal);
  let stop: (() => void) | undefined;
  const cut = new Promise<{ cut: Cut }>((resolve) => {
    stop = () =>
      resolve({ cut: limits.interrupt.aborted ? 'interrupted' : limits.deadline.aborted ? 'deadline' : 'timeout' });
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  const work = look(signal).then((value) => ({ value }));
  work.catch(() => {}); // a look that fails after it was cut is nobody's concern any more
  try {
    return await Promise.race([work, cut]);
  } finally {
    clearTimeout(timeout);
    for (const over of [limits.deadline, limits.interrupt]) over.removeEventListener('abort', end);
    if (stop) signal.removeEventListener('abort', stop);
  }
}
