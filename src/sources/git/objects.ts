import { read, type Repo } from './run.ts';

/** The sizes of objects in bytes; those that are not here (a partial clone) are left out. */
export async function sizesOf(repo: Repo, objects: readonly string[]): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  if (objects.length === 0) return sizes;
  let rest = '';
  const format = '--batch-check=%(objectname) %(objecttype) %(objectsize)';
  for await (const chunk of read(repo, ['cat-file', '--buffer', format], `${objects.join('\n')}\n`)) {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [object, type, size] = line.split(' ');
      if (object !== undefined && type === 'blob') sizes.set(object, Number(size));
    }
  }
  return sizes;
}

/** The contents of objects, one after another; each is held in memory, so the caller leaves out what is large. */
export async function* contentsOf(
  repo: Repo,
  objects: readonly string[],
): AsyncGenerator<{ object: string; content: Buffer }> {
  if (objects.length === 0) return;
  const bytes = new Bytes(read(repo, ['cat-file', '--buffer', '--batch'], `${objects.join('\n')}\n`));
  for (;;) {
    // `OBJECT blob SIZE`, the content, a line end; or `OBJECT missing`.
    const header = await bytes.line();
    if (header === null) return;
    const [object = '', type, size] = header.split(' ');
    if (type === 'missing') continue;
    const content = await bytes.take(Number(size) + 1);
    if (content === null) return;
    yield { object, content: content.subarray(0, -1) };
  }
}

/** Lines and exact amounts from a stream of chunks. */
class Bytes {
  readonly #chunks: AsyncGenerator<Buffer>;
  #held: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncGenerator<Buffer>) {
    this.#chunks = chunks;
  }

  async line(): Promise<string | null> {
    for (;;) {
      const end = this.#held.indexOf(10);
      if (end !== -1) {
        const line = this.#held.toString('latin1', 0, end);
        this.#held = this.#held.subarray(end + 1);
        return line;
      }
      if (!(await this.#more())) return null;
    }
  }

  async take(length: number): Promise<Buffer | null> {
    const parts: Buffer[] = [];
    let missing = length;
    for (;;) {
      const part = this.#held.subarray(0, missing);
      this.#held = this.#held.subarray(part.length);
      parts.push(part);
      missing -= part.length;
      if (missing === 0) return Buffer.concat(parts);
      if (!(await this.#more())) return null;
    }
  }

  async #more(): Promise<boolean> {
    const next = await this.#chunks.next();
    if (next.done) return false;
    this.#held = this.#held.length === 0 ? next.value : Buffer.concat([this.#held, next.value]);
    return true;
  }
}
