import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { svcheck } from '../support/cli.ts';
import { makeFolder, makeRepository, removeMade } from './git-made.ts';

afterAll(removeMade);

const secret = 'q7XvT2mK9pLrB4sNwZ8dYf3hGj6cAe1U';

/** So many files that the package searches them in threads of their own. */
function large(files: number, content: (index: number) => string): string {
  const { folder } = makeRepository();
  const entries = Array.from({ length: files }, (_, index) => {
    const body = content(index);
    return `M 100644 inline d${index % 50}/f${index}.ts\ndata ${body.length}\n${body}\n`;
  });
  const head = 'commit refs/heads/main\ncommitter A <a@example.com> 1700000000 +0000\ndata 1\nx\n';
  execFileSync('git', ['-C', folder, 'fast-import', '--quiet'], { input: `${head}${entries.join('')}\n` });
  writeFileSync(join(folder, '.env'), `BETTER_AUTH_SECRET=${secret}\n`);
  return folder;
}

interface Line {
  id: string;
  status: string;
  reasons: string[];
  because: string;
}

async function audit(
  folder: string,
  interruptAfterMs?: number,
): Promise<{ code: number | null; line: Line | undefined }> {
  const { code, stdout } = await svcheck(['audit', '--only', 'secrets.git', '--format', 'json', '-q'], {
    cwd: folder,
    env: { XDG_CACHE_HOME: makeFolder() },
    ...(interruptAfterMs === undefined ? {} : { interruptAfterMs }),
  });
  const { results } = JSON.parse(stdout) as { results: Line[] };
  return { code, line: results.find(({ id }) => id === 'secrets.git') };
}

/** The command lines of this machine's processes that name a folder. */
const processesIn = (folder: string): string[] =>
  readdirSync('/proc').flatMap((name) => {
    try {
      const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return words.includes(folder) ? [words] : [];
    } catch {
      return []; // it ended meanwhile, or is no process
    }
  });

describe('the packaged program, in threads', () => {
  test('finds the one secret among thousands of files, and says that none is there', async () => {
    const holding = large(6000, (index) =>
      index === 4321 ? `\nkey = '${secret}'\n` : `export const n${index} = ${index};\n`,
    );
    const { code, line } = await audit(holding);
    expect(line).toMatchObject({ status: 'fail', reasons: ['value-committed'] });
    expect(line?.because).toContain('d21/f4321.ts:2 (the value of BETTER_AUTH_SECRET');
    expect(code).toBe(1);
    const clean = await audit(large(6000, (index) => `export const n${index} = ${index};\n`));
    expect(clean.line).toMatchObject({ status: 'pass', reasons: ['clean'] });
    expect(clean.line?.because).toMatch(
      /^60\d\d objects searched for \d+ known formats and the values of 1 key: no secret$/,
    );
  });

  test('leaves no process behind when it is interrupted', async () => {
    const folder = large(20_000, (index) => `line of file ${index}, which is of some length\n`.repeat(60));
    const { line } = await audit(folder, 900);
    expect(['pass', 'error']).toContain(line?.status);
    for (let tried = 0; tried < 40 && processesIn(folder).length > 0; tried += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(processesIn(folder)).toEqual([]);
  });
});
