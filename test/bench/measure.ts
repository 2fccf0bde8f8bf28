import { spawn } from 'node:child_process';
import { join } from 'node:path';

export interface Run {
  ms: number;
  /** Peak resident memory of a Node process, megabytes; 0 for others. */
  megabytes: number;
}

const peak = `--import=${join(import.meta.dirname, 'peak.mjs')}`;

/** Runs `node ARGS` to its end; output is thrown away. A command that cannot be started is an error, its exit code is not. */
export function runNode(args: readonly string[], cwd = process.cwd(), env: Record<string, string> = {}): Promise<Run> {
  const start = performance.now();
  const child = spawn(process.execPath, [peak, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stdio[3]?.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', () => done({ ms: performance.now() - start, megabytes: Number(said) / 1024 }));
  });
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** A and B in turn, so that a machine whose speed drifts is the same to both. The first pair warms up. */
export async function inTurn(
  times: number,
  a: () => Promise<Run>,
  b: () => Promise<Run>,
): Promise<{ a: Run[]; b: Run[] }> {
  const runs = { a: [] as Run[], b: [] as Run[] };
  for (let index = 0; index <= times; index += 1) {
    const [first, second] = [await a(), await b()];
    if (index === 0) continue;
    runs.a.push(first);
    runs.b.push(second);
  }
  return runs;
}

export const times = (runs: readonly Run[]): number[] => runs.map(({ ms }) => ms);

export function line(what: string, figure: string, bound: string): void {
  process.stdout.write(`${what.padEnd(58)} ${figure.padStart(22)}   ${bound}\n`);
}
