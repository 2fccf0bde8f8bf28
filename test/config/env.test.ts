import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadEnv } from '../../src/config/env.ts';
import type { EnvUnderAudit } from '../../src/config/target.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function folderOf(files: Record<string, string | Buffer>): string {
  const folder = mkdtempSync(join(tmpdir(), 'svcheck-env-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

const load = (base: string, files?: string[], processEnv: Record<string, string> | null = null) =>
  loadEnv({ base, files, process: processEnv !== null, processEnv: processEnv ?? { LEAK: 'of the process' } });

const valuesOf = (env: EnvUnderAudit) =>
  Object.fromEntries([...env.entries.values()].map(({ key, value }) => [key, value.reveal()]));

describe('which files', () => {
  test('by default .env, then .env.production over it, and nothing of the process', async () => {
    const base = folderOf({ '.env': 'A=1\nB=1', '.env.production': 'B=2\nC=2' });
    const env = await load(base);
    expect(env.files.map(({ file, state }) => [file, state])).toEqual([
      ['.env', 'read'],
      ['.env.production', 'read'],
    ]);
    expect(valuesOf(env)).toEqual({ A: '1', B: '2', C: '2' });
    expect(env.entries.get('B')).toMatchObject({ file: '.env.production', line: 1 });
  });

  test('a default file that is not there is no failure', async () => {
    expect((await load(folderOf({}))).files).toEqual([]);
    expect((await load(folderOf({ '.env': 'A=1' }))).files).toHaveLength(1);
  });

  test('a configured file that is not there is missing, the others are read', async () => {
    const env = await load(folderOf({ b: 'B=2' }), ['a', 'b']);
    expect(env.files[0]).toEqual({ state: 'missing', file: 'a', because: 'a does not exist' });
    expect(valuesOf(env)).toEqual({ B: '2' });
  });

  test('configured files win in their order, the process over all, its values as they are', async () => {
    const base = folderOf({ a: 'A=1\nB=1\nC=${B}', b: 'A=2' });
    const env = await load(base, ['b', 'a'], { B: 'pa${A}\\$s', D: 'x' });
    expect(valuesOf(env)).toEqual({ A: '1', B: 'pa${A}\\$s', C: 'pa${A}\\$s', D: 'x' });
    expect(env.entries.get('B')).toMatchObject({ file: 'process', line: 0 });
  });

  test('references reach over files', async () => {
    const base = folderOf({ '.env': 'URL=postgres://app:${PASS}@db/app', '.env.production': 'PASS=p1' });
    expect(valuesOf(await load(base))).toMatchObject({ URL: 'postgres://app:p1@db/app' });
  });
});

describe('what is in them', () => {
  test('duplicates and malformed lines with their numbers, commented keys', async () => {
    const base = folderOf({ '.env': 'A=1\n# B=2\nhuh?\nA=3\n' });
    expect((await load(base)).files[0]).toMatchObject({
      duplicates: [{ key: 'A', lines: [1, 4] }],
      malformed: [3],
      commented: [{ key: 'B', line: 2 }],
    });
  });

  test('a byte order mark and Windows line ends do not matter', async () => {
    const env = await load(folderOf({ '.env': '\uFEFFA=1\r\nB="x\r\ny"\r\nC=3\r\n' }));
    expect(valuesOf(env)).toEqual({ A: '1', B: 'x\ny', C: '3' });
    expect(env.entries.get('C')?.line).toBe(4);
  });

  test('no value shows in any print of it', async () => {
    const env = await load(folderOf({ '.env': 'A=hunter2hunter2' }));
    expect(JSON.stringify([...env.entries])).not.toContain('hunter2');
    expect(JSON.stringify(env.files)).not.toContain('hunter2');
  });
});

describe('what cannot be read', () => {
  test('binary: NUL bytes, and what is not UTF-8', async () => {
    const base = folderOf({ a: Buffer.from('A=1\0'), b: Buffer.from([0x41, 0x3d, 0xff, 0xfe]) });
    expect((await load(base, ['a', 'b'])).files.map(({ state }) => state)).toEqual(['binary', 'binary']);
    const utf16 = folderOf({ '.env': Buffer.from('\uFEFFA=1', 'utf16le') });
    expect((await load(utf16)).files[0]?.state).toBe('binary');
  });

  test('more than 1 MiB is not read; exactly 1 MiB is', async () => {
    const base = folderOf({ a: `A=${'x'.repeat(1024 * 1024 - 1)}`, b: `A=${'x'.repeat(1024 * 1024 - 2)}` });
    expect((await load(base, ['a', 'b'])).files.map(({ state }) => state)).toEqual(['too-large', 'read']);
  });

  test('a folder and a pipe are no files, and do not hang', async () => {
    const base = folderOf({});
    mkdirSync(join(base, 'folder'));
    execFileSync('sh', ['-c', 'mkfifo "$0"', join(base, 'pipe')]);
    const env = await load(base, ['folder', 'pipe', 'pipe/below']);
    expect(env.files.map(({ state }) => state)).toEqual(['unreadable', 'unreadable', 'missing']);
  });

  test('an empty file is read', async () => {
    expect((await load(folderOf({ '.env': '' }))).files[0]).toMatchObject({ state: 'read', entries: [] });
  });
});
