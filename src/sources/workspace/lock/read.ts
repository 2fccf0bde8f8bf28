import { join } from 'node:path';
import { parseObject, readText } from '../files.ts';
import type { Lock } from './lock.ts';
import { parseNpmLock } from './npm.ts';
import { parsePnpmLock } from './pnpm.ts';

export interface NoLock {
  kind: 'none' | 'old' | 'yarn' | 'unread';
  text: string;
}

export type ReadLock = { file: string; lock: Lock } | { noLock: NoLock };

/**
 * The lock file of a folder: pnpm's, else npm's shrinkwrap, else its lock.
 * @throws LookFailed where it is there and cannot be read, or is no JSON
 */
export async function readLock(folder: string): Promise<ReadLock> {
  const pnpm = await readText(join(folder, 'pnpm-lock.yaml'));
  if (pnpm !== null) return fromPnpm(pnpm);
  for (const file of ['npm-shrinkwrap.json', 'package-lock.json']) {
    const text = await readText(join(folder, file));
    if (text === null) continue;
    const value = parseObject(text, join(folder, file));
    const lock = parseNpmLock(value);
    if (lock) return { file, lock };
    const version = typeof value.lockfileVersion === 'number' ? value.lockfileVersion : 1;
    const said = `${file} has version ${version}, which says too little: npm install with npm 7 or newer writes version 3`;
    return { noLock: { kind: 'old', text: said } };
  }
  if ((await readText(join(folder, 'yarn.lock'))) !== null) {
    return {
      noLock: { kind: 'yarn', text: 'yarn.lock is not read: this version knows the lock files of pnpm and npm' },
    };
  }
  return { noLock: { kind: 'none', text: 'there is no lock file of pnpm or npm' } };
}

async function fromPnpm(text: string): Promise<ReadLock> {
  const file = 'pnpm-lock.yaml';
  const { loadAll } = await import('js-yaml');
  try {
    // pnpm 11 may put a document for itself before the project's own: the last one counts.
    const lock = parsePnpmLock(loadAll(text).at(-1));
    if (lock) return { file, lock };
  } catch {
    return { noLock: { kind: 'unread', text: `${file} is no YAML; a merge conflict, perhaps: pnpm install mends it` } };
  }
  const said = `${file} is of a version that this version of svcheck does not know: it reads those of pnpm 6 to 10`;
  return { noLock: { kind: 'unread', text: said } };
}
