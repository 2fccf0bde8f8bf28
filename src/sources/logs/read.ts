import { open, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { causeOf, lineOf } from '../errors.ts';
import { type Gathering, LookFailed } from '../gathering.ts';
import { runForOutput } from './command.ts';
import { unwrap } from './unwrap.ts';

/** The last lines of the log, as the application wrote them. They stay in the sources. */
export interface LogSample {
  source: string;
  lines: readonly string[];
  /** Lines longer than the bound, which were cut: their JSON cannot be read, and that is not their fault. */
  note: string;
}

/** What the checklist asks for. */
const LINES = 1000;
/** 8 KB a line on the average. */
const MAX_BYTES = 8 * 1024 * 1024;

/** Reads the configured log once for all facts; null where none is configured. @throws LookFailed */
export function logSample(gathering: Gathering): Promise<LogSample | 'not-configured' | 'needs-allow-exec'> {
  const { logs } = gathering.target.settings;
  if (!logs) return Promise.resolve('not-configured');
  if ('command' in logs && !gathering.target.allowExec) return Promise.resolve('needs-allow-exec');
  return gathering.share('log sample', async () => {
    gathering.progress('log lines');
    if ('file' in logs) return fromFile(resolve(gathering.target.base, logs.file), logs.file);
    const [program = '', ...words] = logs.command;
    const source = logs.command.join(' ').slice(0, 200);
    const limits = { tailBytes: MAX_BYTES, cwd: gathering.target.base, signal: gathering.signal };
    const { tail, whole } = await runForOutput(program, words, limits, source);
    return sampleOf(tail, { source, whole, note: '' });
  });
}

async function fromFile(path: string, source: string): Promise<LogSample> {
  let tail: Buffer;
  let size: number;
  try {
    // O_NONBLOCK: opening a named pipe must not wait for its other end.
    const file = await open(path, 0o4000);
    try {
      const found = await file.stat();
      if (!found.isFile()) throw notAFile(path);
      size = found.size;
      const length = Math.min(size, MAX_BYTES);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
      tail = buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw error instanceof LookFailed ? error : notReadable(path, error);
  }
  const rotated = size === 0 && (await stat(`${path}.1`).catch(() => null)) !== null;
  const note = rotated ? `it was rotated: the lines before are in ${source}.1` : '';
  return sampleOf(tail, { source, whole: size <= MAX_BYTES, note });
}

/**
 * The last lines of a tail of bytes, without blank ones and without the wrapping of container runtimes.
 * @param whole whether the tail begins where the log begins: else its first line is a part of one
 * @throws LookFailed where the bytes are no text
 */
function sampleOf(tail: Buffer, { source, whole, note }: { source: string; whole: boolean; note: string }): LogSample {
  if (tail.includes(0) || (tail[0] === 0x1f && tail[1] === 0x8b)) throw notText(source, tail[0] === 0x1f);
  const text = tail.toString('utf8');
  const all = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const first = whole ? undefined : all.shift();
  if (first !== undefined && all.length === 0) {
    throw new LookFailed({
      cause: 'too-large',
      because: `the last ${MAX_BYTES / 1024 / 1024} MB of ${source} hold no end of a line`,
      fix: 'see whether it is a log at all',
      where: source,
    });
  }
  // A last line without its end may be one that is being written just now.
  const last = all.pop() ?? '';
  if (last.trim() !== '' && isWhole(last)) all.push(last);
  const lines = unwrap(all.filter((line) => line.trim() !== '')).slice(-LINES);
  return { source, lines, note };
}

function isWhole(line: string): boolean {
  if (!line.trimStart().startsWith('{')) return true;
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

function notText(source: string, compressed: boolean): LookFailed {
  return new LookFailed({
    cause: 'malformed',
    because: compressed ? `${source} is compressed` : `${source} is no text: it holds bytes of value 0`,
    fix: 'name the log as the application writes it: logs: { file: … }',
    where: source,
  });
}

function notAFile(path: string): LookFailed {
  return new LookFailed({
    cause: 'malformed',
    because: `${path} is no regular file`,
    fix: 'name a file, or a command that prints the lines: logs: { command: […] }',
    where: path,
  });
}

function notReadable(path: string, error: unknown): LookFailed {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  const missing = code === 'ENOENT' || code === 'ENOTDIR';
  return new LookFailed({
    cause: missing ? 'malformed' : (causeOf(error) ?? 'internal'),
    because: missing ? `there is no file ${path}` : `${path} cannot be read: ${lineOf(error)}`,
    fix: missing ? 'correct logs.file in svcheck.yaml' : `let this user read it: chmod o+r ${path}`,
    where: path,
  });
}
