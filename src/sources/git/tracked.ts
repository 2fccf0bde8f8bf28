import { read, type Repo } from './run.ts';

export interface TrackedFile {
  /** The object that holds the content. */
  object: string;
  /** From the top of the repository; bytes that are no UTF-8 are replaced. */
  path: string;
}

/** More than the largest known repositories; what is beyond is not looked at. */
export const mostFiles = 200_000;

/**
 * The files that the index tracks, of the whole repository wherever in it we stand; of a bare one, those of HEAD.
 * Submodules are other repositories and left out.
 */
export async function* trackedFiles(repo: Repo, bare: boolean): AsyncGenerator<TrackedFile> {
  const args = bare
    ? ['ls-tree', '-r', '-z', '--full-tree', 'HEAD']
    : ['ls-files', '--stage', '-z', '--full-name', '--', ':/'];
  for await (const record of records(read(repo, args))) {
    // `100644 OBJECT 0<tab>PATH` of the index, `100644 blob OBJECT<tab>PATH` of a tree.
    const [, mode, object, path] = /^(\d{6}) (?:blob )?([0-9a-f]{40,64})(?: \d)?\t(.*)$/s.exec(record) ?? [];
    if (object !== undefined && path !== undefined && mode !== '160000') yield { object, path: path.slice(0, 1000) };
  }
}

/** Splits at NUL: a path may hold any other byte. */
async function* records(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer[] = [];
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(0); at !== -1; at = chunk.indexOf(0, from)) {
      yield Buffer.concat([...rest, chunk.subarray(from, at)]).toString('utf8');
      rest = [];
      from = at + 1;
    }
    if (from < chunk.length) rest.push(chunk.subarray(from));
  }
}
