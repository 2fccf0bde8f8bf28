import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { inTurn, line, median, type Run, times } from './measure.ts';
import { makeHistory } from './made-history.ts';

const cli = join(import.meta.dirname, '../../dist/svcheck.mjs');

/** A command in a folder, its output thrown away; the memory of it and of all that it starts, sampled (Linux). */
async function measured(folder: string, command: string, args: readonly string[], env = {}): Promise<Run> {
  const started = performance.now();
  const child = spawn(command, args, { cwd: folder, env: { ...process.env, ...env }, stdio: 'ignore' });
  let megabytes = 0;
  const sampling = setInterval(() => {
    megabytes = Math.max(megabytes, memoryOf(child.pid ?? 0));
  }, 50);
  await once(child, 'close');
  clearInterval(sampling);
  return { ms: performance.now() - started, megabytes };
}

/** Megabytes that a process and its children hold for themselves: pages of files that are mapped belong to nobody. */
function memoryOf(pid: number): number {
  if (!existsSync('/proc')) return 0;
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const text = read(`/proc/${name}/stat`);
    if (text !== '') parents.set(Number(name), Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const isOurs = (one: number): boolean => one === pid || (parents.has(one) && isOurs(parents.get(one) ?? 0));
  const kilobytes = [...parents.keys()].filter(isOurs).map((one) => {
    return Number(/RssAnon:\s+(\d+)/.exec(read(`/proc/${one}/status`))?.[1] ?? 0);
  });
  return kilobytes.reduce((sum, one) => sum + one, 0) / 1024;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // it ended meanwhile, or is no process
  }
}

/** Twenty secrets that stand nowhere in the history. */
const env = (): string =>
  Array.from(
    { length: 20 },
    (_, index) => `KEY_${index}=${createHash('sha256').update(String(index)).digest('base64')}\n`,
  ).join('');

/**
 * The search of a whole history against git reading the same objects and throwing them away (in the order of the pack,
 * which is the fastest, and in that of `git rev-list`), against `git log -p --all`; and a second search.
 */
export async function benchHistory({ small = false, folder = '' } = {}): Promise<void> {
  const own = folder === '' ? mkdtempSync(join(tmpdir(), 'svcheck-history-')) : folder;
  const repository = join(own, small ? 'small' : 'large');
  const cache = join(own, 'cache');
  try {
    if (!existsSync(join(repository, '.git'))) {
      mkdirSync(repository, { recursive: true });
      await makeHistory(repository, small ? { megabytes: 250, commits: 2500 } : { megabytes: 2000, commits: 20_000 });
    }
    writeFileSync(join(repository, '.env'), env());
    const shell = (script: string) => measured(repository, 'sh', ['-c', script]);
    const list = join(own, 'list');
    execFileSync(
      'sh',
      [
        '-c',
        `git rev-list --objects --all --no-object-names --filter=object:type=blob --filter-provided-objects > ${list}`,
      ],
      { cwd: repository },
    );
    execFileSync(
      'sh',
      [
        '-c',
        `git cat-file --batch-all-objects --unordered --batch-check='%(objecttype) %(objectname)' | sed -n 's/^blob //p' > ${list}.pack`,
      ],
      { cwd: repository },
    );
    const audit = () =>
      measured(
        repository,
        process.execPath,
        [cli, 'audit', '--only', 'secrets.git', '-q', '-o', join(own, 'out.json')],
        { XDG_CACHE_HOME: cache },
      );
    const fresh = () => {
      rmSync(cache, { recursive: true, force: true });
      return audit();
    };
    const inPackOrder = () => shell(`git cat-file --batch --buffer < ${list}.pack > /dev/null`);
    const first = await inTurn(small ? 3 : 2, inPackOrder, fresh);
    const [pack, search] = [median(times(first.a)), median(times(first.b))];
    const ratio = (ms: number) => `${ms.toFixed(0)} ms, ${(search / ms).toFixed(2)} times`;
    line('git cat-file of every blob, in the order of the pack', `${pack.toFixed(0)} ms`, '');
    line('the whole audit, with the start of Node', `${search.toFixed(0)} ms`, '');
    line('  its look at the history', `${lookOf(join(own, 'out.json'))} ms`, '');
    line('  against git cat-file, in the order of the pack', ratio(pack), 'at most 2 times');
    const listed = await shell(`git cat-file --batch --buffer < ${list} > /dev/null`);
    line('  against git cat-file, in the order of git rev-list', ratio(listed.ms), '');
    const log = await shell('git log -p --all > /dev/null');
    line('  against git log -p --all', ratio(log.ms), 'at most 1 time');
    const peak = Math.max(...first.b.map(({ megabytes }) => megabytes));
    line('  memory, of git as well', `${peak.toFixed(0)} MB`, 'at most 500 MB');
    const second = await inTurn(5, () => shell('git rev-list --all --count > /dev/null'), audit);
    const count = median(times(second.a));
    line('git rev-list --all --count', `${count.toFixed(0)} ms`, '');
    line('the whole audit a second time, with the start of Node', `${median(times(second.b)).toFixed(0)} ms`, '');
    line(
      '  its look at the history',
      `${lookOf(join(own, 'out.json'))} ms`,
      `at most ${(count * 1.2 + 100).toFixed(0)} ms`,
    );
  } finally {
    if (folder === '') rmSync(own, { recursive: true, force: true });
  }
}

function lookOf(file: string): number {
  const { results } = JSON.parse(readFileSync(file, 'utf8')) as { results: { id: string; ms: number }[] };
  return results.find(({ id }) => id === 'secrets.git')?.ms ?? Number.NaN;
}

/** `node --import tsx test/bench/history.ts [--small] [--folder FOLDER]`: a folder that is named is kept for the next time. */
if (process.argv[1]?.endsWith('history.ts')) {
  const { values } = parseArgs({ options: { small: { type: 'boolean' }, folder: { type: 'string' } } });
  await benchHistory(values);
}
