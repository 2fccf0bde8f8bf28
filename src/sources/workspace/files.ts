import { open } from 'node:fs/promises';
import { causeOf, lineOf } from '../errors.ts';
import { LookFailed } from '../gathering.ts';

/** Lock files of large workspaces come to some 10 MB; nothing else that is read whole comes near. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;

const absentCodes = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP']);

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : 'unknown');

/**
 * A regular file's text without its byte order mark; null where there is none of that name.
 * @throws LookFailed not-permitted, too-large, or what else the system says
 */
export async function readText(path: string, maxBytes = MAX_FILE_BYTES): Promise<string | null> {
  try {
    // O_NONBLOCK: opening a named pipe must not wait for its other end.
    const file = await open(path, 0o4000);
    try {
      const stat = await file.stat();
      if (!stat.isFile()) return null;
      if (stat.size > maxBytes) throw tooLarge(path, stat.size, maxBytes);
      const text = await file.readFile('utf8');
      return text.startsWith('\uFEFF') ? text.slice(1) : text;
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof LookFailed) throw error;
    if (absentCodes.has(codeOf(error))) return null;
    throw notReadable(path, error);
  }
}

function tooLarge(path: string, size: number, maxBytes: number): LookFailed {
  const mb = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MB`;
  return new LookFailed({
    cause: 'too-large',
    because: `${path} has ${mb(size)}, more than the ${mb(maxBytes)} that are read`,
    fix: 'see whether it is the file that was meant',
    where: path,
  });
}

function notReadable(path: string, error: unknown): LookFailed {
  return new LookFailed({
    cause: causeOf(error) ?? 'internal',
    because: `${path} cannot be read: ${lineOf(error)}`,
    fix: `let this user read it: chmod u+r ${path}`,
    where: path,
  });
}

/** @throws LookFailed malformed where the text is no JSON object */
export function parseObject(text: string, path: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // said below, without the text: an error of JSON.parse quotes it
  }
  throw new LookFailed({
    cause: 'malformed',
    because: `${path} is no JSON object`,
    fix: `correct it: node -p "JSON.parse(require('fs').readFileSync('${path}', 'utf8'))" says where`,
    where: path,
  });
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The entries of an object whose values are strings; nothing where it is no object. */
export function strings(value: unknown): Record<string, string> {
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
