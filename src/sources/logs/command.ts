import { spawn } from 'node:child_process';
import { LookFailed } from '../gathering.ts';

export interface CommandLimits {
  /** Kept of what it prints: the end. */
  tailBytes: number;
  cwd: string;
  /** Aborted when its time is over. */
  signal: AbortSignal;
}

/** A command that prints more than this prints without end. */
const MAX_OUTPUT = 256 * 1024 * 1024;

/**
 * Runs a command without a shell and keeps the end of its standard output. Whatever it started is killed with it.
 * @throws LookFailed where it cannot be started, ends with an error, prints without end or does not end in time
 */
export function runForOutput(
  program: string,
  words: readonly string[],
  { tailBytes, cwd, signal }: CommandLimits,
  where: string,
): Promise<{ tail: Buffer; whole: boolean }> {
  const failed = (because: string, fix: string, cause: LookFailed['outcome']['cause']) =>
    new LookFailed({ cause, because, fix, where });
  return new Promise((done, fail) => {
    if (signal.aborted) return fail(failed('its time was over before it began', 'give --deadline more', 'deadline'));
    // A process group of its own: `sh -c` and `kubectl` leave children behind otherwise.
    const child = spawn(program, words, { cwd, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const chunks: Buffer[] = [];
    let kept = 0;
    let total = 0;
    let complaint = '';
    const kill = () => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // it has ended
      }
    };
    const end = (error: LookFailed | null) => {
      signal.removeEventListener('abort', onAbort);
      kill();
      if (error) {
        fail(error);
        return;
      }
      const all = Buffer.concat(chunks);
      done({ tail: all.subarray(Math.max(0, all.length - tailBytes)), whole: total <= tailBytes });
    };
    const onAbort = () =>
      end(
        failed(
          'it had not ended when its time was over',
          'let it print the last lines and end: --tail=1000, without -f',
          'timeout',
        ),
      );
    signal.addEventListener('abort', onAbort, { once: true });
    child.stdout.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      kept += chunk.length;
      total += chunk.length;
      while (chunks.length > 1 && kept - (chunks[0]?.length ?? 0) >= tailBytes) kept -= chunks.shift()?.length ?? 0;
      if (total > MAX_OUTPUT)
        end(failed('it prints without end', 'let it print the last lines only: --tail=1000', 'too-large'));
    });
    child.stderr.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString('utf8')).slice(0, 2000);
    });
    child.once('error', () =>
      end(failed(`${program} cannot be started`, `install ${program}, or correct logs.command`, 'not-permitted')),
    );
    child.once('close', (code, killedBy) => {
      if (code === 0) return end(null);
      const said = complaint.trim().split('\n')[0]?.slice(0, 200) ?? '';
      const how = code === null ? `was ended by ${killedBy}` : `ended with ${code}`;
      end(failed(`it ${how}${said ? `: ${said}` : ''}`, `run it by hand: ${where}`, 'malformed'));
    });
  });
}
