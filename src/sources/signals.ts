import { setMaxListeners } from 'node:events';

/**
 * A signal that is aborted with the given one, or after so many milliseconds, whichever is first.
 * Not AbortSignal.any([signal, AbortSignal.timeout(ms)]): nothing holds on to that time-out, and once it has been garbage
 * collected it never fires (Node.js 20).
 */
export function shortened(signal: AbortSignal, ms: number): AbortSignal {
  const own = new AbortController();
  setMaxListeners(0, own.signal); // as many sockets as the look opens
  const stop = (): void => {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    own.abort();
  };
  const timer = setTimeout(stop, Math.max(1, ms)).unref();
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  return own.signal;
}
