import { readdir, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

const homes = ['/usr/lib/postgresql', '/opt/homebrew/opt', '/usr/local/opt'];

/** Every pg_restore of this machine: that of PATH first, then the newest of the places where systems put them. */
export async function pgRestores(path = process.env.PATH ?? '', places: readonly string[] = homes): Promise<string[]> {
  const inPath = await firstThat(
    path
      .split(delimiter)
      .filter(Boolean)
      .map((folder) => join(folder, 'pg_restore')),
  );
  const found: { program: string; major: number }[] = [];
  for (const place of places) {
    for (const name of await readdir(place).catch(() => [])) {
      // Homebrew's libpq is the newest that there is.
      const major = name === 'libpq' ? '99' : /^(?:postgresql@|libpq@)?(\d{1,2})$/.exec(name)?.[1];
      const program = join(place, name, 'bin', 'pg_restore');
      if (major !== undefined && (await isFile(program))) found.push({ program, major: Number(major) });
    }
  }
  found.sort((a, b) => b.major - a.major);
  return [...(inPath ? [inPath] : []), ...found.map(({ program }) => program)];
}

async function firstThat(programs: readonly string[]): Promise<string | null> {
  for (const program of programs) if (await isFile(program)) return program;
  return null;
}

const isFile = (path: string) =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
