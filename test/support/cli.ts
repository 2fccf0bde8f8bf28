import { spawn } from 'node:child_process';
import { join } from 'node:path';

const built = join(import.meta.dirname, '../../dist/svcheck.mjs');

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  cwd: string;
  /** Another one than the checkout's. */
  bin?: string;
  /** In place of the process's environment, save PATH and HOME. */
  env?: Record<string, string>;
  /** Sent once stdout or stderr has said this. */
  interruptAfterMs?: number;
}

/** Runs the built command line as a process of its own. */
export function svcheck(
  args: readonly string[],
  { cwd, bin = built, env = {}, interruptAfterMs }: RunOptions,
): Promise<Ran> {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [bin, ...args], {
    cwd,
    env: { PATH, HOME, LANG: 'C.UTF-8', CI: 'true', ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  if (interruptAfterMs !== undefined) setTimeout(() => child.kill('SIGINT'), interruptAfterMs);
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', (code) => done({ code, stdout, stderr }));
  });
}
