import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Size {
  /** Of all files of all commits together, each version counted. */
  megabytes: number;
  commits: number;
}

/** How much of each kind a history holds, how long its files are, and how often one is changed. */
const kinds = [
  { name: 'text', share: 0.6, shortest: 4_000, longest: 44_000, versions: 40 },
  { name: 'minified', share: 0.25, shortest: 30_000, longest: 230_000, versions: 10 },
  { name: 'base64', share: 0.15, shortest: 10_000, longest: 70_000, versions: 3 },
] as const;
type Kind = (typeof kinds)[number];

const words =
  'account action address after amount api array async await before body border button cache catch class client color config const content context count create data date default delete element email error event export false file filter find first format function get group handler header height hidden import index input item join key label length limit line link list load locale map message method model name next node null number object offset option order page params parse path price private process promise prop public query queue read redirect reduce render request reset response result return role route row save schema search select send server session set show size slice sort source start state static status step string style submit sum table target template test text then throw time title token total true type undefined update url user validate value version view void width window with worker write'.split(
    ' ',
  );

/** The same numbers at every run, so that every machine measures the same history. */
class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) % bound;
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
}

/** A line, or what a file of the kind has instead. */
function lineOf(random: Random, { name }: Kind): string {
  if (name === 'base64') {
    const bytes = Buffer.alloc(57);
    for (let at = 0; at < 57; at += 1) bytes[at] = random.below(256);
    return `${bytes.toString('base64')}\n`;
  }
  const word = () => (random.below(5) === 0 ? `${random.of(words)}${random.below(1000)}` : random.of(words));
  if (name === 'minified') {
    const letter = () => String.fromCharCode(97 + random.below(26));
    return Array.from({ length: 12 }, () => `${letter()}.${word()}(${letter()},"${word()}"),`).join('');
  }
  const indent = '  '.repeat(random.below(4));
  const tail = random.of([';', ' {', ',', ' => {', '', ` // see https://example.com/${word()}/${word()}`]);
  return `${indent}${Array.from({ length: 2 + random.below(9) }, word).join(random.of([' ', '.', ' = ', ', ', '(']))}${tail}\n`;
}

/** Makes a history in an empty folder by `git fast-import`: files of three kinds, changed again and again. */
export async function makeHistory(folder: string, { megabytes, commits }: Size): Promise<void> {
  execFileSync('git', ['init', '-q', '-b', 'main', folder]);
  const git = spawn('git', ['-C', folder, 'fast-import', '--quiet'], { stdio: ['pipe', 'inherit', 'inherit'] });
  const write = async (data: string | Buffer): Promise<void> => {
    if (!git.stdin.write(data)) await once(git.stdin, 'drain');
  };
  const random = new Random(20_261_124);
  const versions: { path: string; mark: number; order: number }[] = [];
  for (const kind of kinds) {
    let left = megabytes * 1e6 * kind.share;
    const pool = Array.from({ length: 20_000 }, () => lineOf(random, kind));
    for (let file = 0; left > 0; file += 1) {
      const lines: string[] = [];
      const length = kind.shortest + random.below(kind.longest - kind.shortest);
      for (let bytes = 0; bytes < length; ) bytes += lines[lines.push(random.of(pool)) - 1]?.length ?? 1;
      const path = `${kind.name}/${file % 40}/${file}.${kind.name}`;
      for (let version = 0; version < kind.versions && left > 0; version += 1) {
        for (let change = 0; change < 3; change += 1) lines[random.below(lines.length)] = random.of(pool);
        const body = Buffer.from(lines.join(''));
        left -= body.length;
        versions.push({ path, mark: versions.length + 1, order: version * 1e6 + random.below(1e6) });
        await write(`blob\nmark :${versions.length}\ndata ${body.length}\n`);
        await write(body);
        await write('\n');
      }
    }
  }
  // Versions of a file in their order, those of different files mixed.
  versions.sort((a, b) => a.order - b.order);
  for (let commit = 0; commit < commits; commit += 1) {
    const from = Math.floor((versions.length * commit) / commits);
    const to = Math.floor((versions.length * (commit + 1)) / commits);
    const changed = versions.slice(from, to).map(({ path, mark }) => `M 100644 :${mark} ${path}\n`);
    const author = `author A <a@example.com> ${1_600_000_000 + commit * 600} +0000`;
    await write(
      `commit refs/heads/main\n${author}\n${author.replace('author', 'committer')}\ndata 7\nchange\n\n${changed.join('')}\n`,
    );
  }
  git.stdin.end();
  await once(git, 'close');
}
