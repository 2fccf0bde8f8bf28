import { basename, dirname, resolve } from 'node:path';
import type { Facts } from '../../facts/index.ts';
import { type Gathering, LookFailed } from '../gathering.ts';
import { contentsOf, sizesOf } from '../git/objects.ts';
import { ask, type Repo } from '../git/run.ts';
import { type MigrationFolder, isMigrationFile } from './folder.ts';
import { hashesOf, nameOf } from './read.ts';

const MAX_FILES = 600;
const MAX_BYTES = 1024 * 1024;

/** Migrations that other branches of the repository have, whatever branch; null where git does not tell. */
export async function migrationsElsewhere(
  { target, signal }: Gathering,
  folder: MigrationFolder,
): Promise<Facts['migrations.repository']['elsewhere']> {
  const repo: Repo = { folder: resolve(target.base, target.settings.repository), signal };
  try {
    const words = ['rev-list', '--objects', '--branches', '--remotes', '--not', 'HEAD', '--', folder.path];
    const { code, output } = await ask(repo, words);
    if (code !== 0) return null;
    const paths = new Map<string, string>();
    for (const line of output.split('\n')) {
      const [, object, path] = /^([0-9a-f]{40,64}) (.+)$/.exec(line) ?? [];
      if (object && path && isMigrationFile(folder.tool, path) && paths.size < MAX_FILES) paths.set(object, path);
    }
    const sizes = await sizesOf(repo, [...paths.keys()]);
    const small = [...sizes].filter(([, size]) => size <= MAX_BYTES).map(([object]) => object);
    const found: { name: string; hash: string }[] = [];
    for await (const { object, content } of contentsOf(repo, small)) {
      const path = paths.get(object) ?? '';
      const file = basename(path);
      const name =
        file === 'migration.sql' ? basename(dirname(path)) : nameOf({ tool: folder.tool }, file).replace(/\.sql$/, '');
      for (const hash of hashesOf(content)) found.push({ name: name.slice(0, 300), hash });
    }
    return found.slice(0, 2000);
  } catch (error) {
    if (error instanceof LookFailed) return null;
    throw error;
  }
}
