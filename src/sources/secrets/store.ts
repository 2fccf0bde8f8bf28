import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { ask, type Repo } from '../git/run.ts';

/** Deeper chains of borrowed stores than this are git's own limit (alternates, "Too many alternates"). */
const DEPTH = 5;

/** Where a repository's objects are, absolute. */
export async function objectsFolder(repo: Repo): Promise<string> {
  const { output } = await ask(repo, ['rev-parse', '--git-path', 'objects']);
  return resolve(repo.folder, output.trim());
}

/**
 * What objects there are, as one digest: the names of packs, which are made from their content, and of loose objects.
 * The same digest means that nothing was added or taken away. Far cheaper than to have git list them.
 */
export async function stateOf(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const one of await withAlternates(folder, DEPTH)) {
    const packs = await names(join(one, 'pack'));
    hash.update(`${one}\n${packs.filter((name) => /\.(?:idx|pack)$/.test(name)).join('\n')}\n`);
    const fans = (await names(one)).filter((name) => /^[0-9a-f]{2}$/.test(name));
    const loose = await Promise.all(fans.map(async (fan) => `${fan}:${(await names(join(one, fan))).join(',')}`));
    hash.update(loose.join('\n'));
  }
  return hash.digest('hex');
}

async function names(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch {
    return []; // no such folder yet
  }
}

async function withAlternates(folder: string, depth: number): Promise<string[]> {
  const found = [folder];
  let text: string;
  try {
    text = depth > 0 ? await readFile(join(folder, 'info', 'alternates'), 'utf8') : '';
  } catch {
    text = '';
  }
  for (const line of text.split('\n').filter((one) => one !== '' && !one.startsWith('#'))) {
    found.push(...(await withAlternates(isAbsolute(line) ? line : join(folder, line), depth - 1)));
  }
  return found;
}
