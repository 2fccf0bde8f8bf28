import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

export interface Ended {
  /** 0 for well; null where it was killed. */
  code: number | null;
  /** It cannot be started: no such program, or not permitted. */
  missing: boolean;
  /** The telling line of its standard error, bounded. */
  said: string;
}

export interface Child {
  stdin: Writable | null;
  stdout: Readable | null;
  ended: Promise<Ended>;
  /** Kills it and all that it started. */
  kill(): void;
}

export interface ChildOptions {
  cwd?: string;
  /** `own`: our environment, for commands of the user's; `bare`: as little as a program needs, in English. */
  env: 'own' | 'bare';
  stdin: 'pipe' | 'ignore' | number;
  stdout: 'pipe' | 'ignore';
  signal: AbortSignal;
}

const MAX_SAID = 16 * 1024;
const running = new Set<Child>();

/** Starts a program without a shell, in a process group of its own: what it starts dies with it, and both with us. */
export function startChild(argv: readonly string[], options: ChildOptions): Child {
  const [program = '', ...words] = argv;
  const { PATH = '/usr/bin:/bin', HOME = '/', TZ } = process.env;
  const bare = { PATH, HOME, LC_ALL: 'C', ...(TZ === undefined ? {} : { TZ }) };
  const child = spawn(program, words, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: options.env === 'own' ? process.env : bare,
    stdio: [options.stdin, options.stdout, 'pipe'],
    detached: true,
  });
  const kill = () => killGroup(child);
  const one: Child = { stdin: child.stdin, stdout: child.stdout, ended: endOf(child, argv), kill };
  child.stdin?.on('error', () => {}); // EPIPE: its exit code tells why it read no more
  if (running.size === 0) process.on('exit', killAll);
  running.add(one);
  if (options.signal.aborted) kill();
  options.signal.addEventListener('abort', kill, { once: true });
  void one.ended.then(() => {
    options.signal.removeEventListener('abort', kill);
    killGroup(child); // whatever it left behind
    running.delete(one);
    if (running.size === 0) process.removeListener('exit', killAll);
  });
  return one;
}

function killAll(): void {
  for (const child of running) child.kill();
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // the group is gone
  }
}

function endOf(child: ChildProcess, argv: readonly string[]): Promise<Ended> {
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    if (text.length < MAX_SAID) text += chunk;
  });
  return new Promise((resolve) => {
    child.once('error', () => resolve({ code: null, missing: child.pid === undefined, said: '' }));
    // A grandchild may hold the pipes open after the program itself has ended: its exit is what counts.
    child.once('exit', (code) => {
      const done = () => resolve({ code, missing: false, said: tellingLine(text, argv) });
      if (child.stderr?.readableEnded) return done();
      child.stderr?.once('close', done);
      setTimeout(done, 200).unref();
    });
  });
}

const telling =
  /error|fail|cannot|could not|unable|bad |invalid|denied|no such|not found|no secret|no identity|unexpected|corrupt/i;

/** The first line that tells of a failure, else the first of all. */
export function tellingLine(text: string, argv: readonly string[] = []): string {
  const lines = text.split(/\r?\n/).map((line) => line.replace(/\s+/g, ' ').trim());
  const said = lines.find((line) => telling.test(line)) ?? lines.find((line) => line !== '') ?? '';
  return masked(said.replace(/[\p{Cc}\p{Cf}]/gu, ''), argv).slice(0, 200);
}

const secretName = /(?:SECRET|TOKEN|KEY|PASS|PASSWORD|PASSPHRASE|PWD|CREDENTIAL)S?(?:_|$)/i;

/**
 * What our environment holds under a secret's name, and a password on the command line (openssl's pass:), is not repeated: the
 * engine's seal knows the settings and the env under audit only.
 */
function masked(line: string, argv: readonly string[]): string {
  const named = Object.entries(process.env).flatMap(([name, value]) => (value && secretName.test(name) ? [value] : []));
  const given = argv.flatMap((word) => /(?:^|=)pass:(.+)$/s.exec(word)?.slice(1) ?? []);
  let clean = line;
  for (const value of [...named.filter(({ length }) => length >= 8), ...given])
    clean = clean.replaceAll(value, '[secret]');
  return clean;
}
