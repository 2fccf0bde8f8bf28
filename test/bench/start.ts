import { join } from 'node:path';
import { inTurn, line, median, runNode, times } from './measure.ts';

const bin = join(import.meta.dirname, '../../dist/svcheck.mjs');

/** Start-up against the lower bound that Node itself sets. */
export async function benchStart(): Promise<void> {
  for (const [args, bound] of [
    [['--version'], 1.6],
    [['list'], 2.5],
  ] as const) {
    const runs = await inTurn(
      15,
      () => runNode([bin, ...args]),
      () => runNode(['-e', '0']),
    );
    const ratio = median(times(runs.a)) / median(times(runs.b));
    const figure = `${ratio.toFixed(2)} (${median(times(runs.a)).toFixed(0)} ms)`;
    line(`svcheck ${args.join(' ')} / node -e 0`, figure, `at most ${bound}`);
  }
}
