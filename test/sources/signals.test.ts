import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { shortened } from '../../src/sources/signals.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const aborted = (signal: AbortSignal) =>
  new Promise<boolean>((resolve) => {
    signal.addEventListener('abort', () => resolve(true), { once: true });
    if (signal.aborted) resolve(true);
  });

describe('a shortened signal', () => {
  it('is aborted when its time is over, whatever the garbage collector has done', async () => {
    const waiting = aborted(shortened(new AbortController().signal, 100));
    await new Promise((resolve) => setTimeout(resolve, 20));
    collectGarbage();
    expect(await waiting).toBe(true);
  });

  it('is aborted with the signal that it shortens', async () => {
    const long = new AbortController();
    const waiting = aborted(shortened(long.signal, 60_000));
    long.abort();
    expect(await waiting).toBe(true);
  });

  it('is aborted from the start where that one is', () => {
    expect(shortened(AbortSignal.abort(), 60_000).aborted).toBe(true);
  });
});
