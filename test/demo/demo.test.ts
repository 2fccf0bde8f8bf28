import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { faults } from '../../fixtures/faults/index.ts';
import { svcheck } from '../support/cli.ts';
import { folderWith } from '../support/folder.ts';

const root = join(import.meta.dirname, '../..');

interface Started {
  code: Promise<number | null>;
  stdout(): string;
  stderr(): string;
  /** Resolves once stderr has said it. */
  said(text: RegExp): Promise<void>;
  pid: number;
  temporary: string;
}

/** `npm run demo`'s entry in a process group and a temporary folder of its own. */
function demo(...args: readonly string[]): Started {
  const temporary = mkdtempSync(join(tmpdir(), 'demo-test-'));
  chmodSync(temporary, 0o755); // PostgreSQL's user must get through
  onTestFinished(() => rmSync(temporary, { recursive: true, force: true }));
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', join(root, 'fixtures/demo/main.ts'), ...args], {
    cwd: root,
    env: { PATH, HOME, CI: 'true', LANG: 'C.UTF-8', TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const code = new Promise<number | null>((done) => child.on('close', done));
  // A demo that a failed test leaves running stops its servers by itself when it is asked to.
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await code;
  });
  return {
    code,
    stdout: () => stdout,
    stderr: () => stderr,
    said: (text) =>
      new Promise((done) => {
        const look = () => {
          if (text.test(stderr)) done();
        };
        child.stderr.on('data', look);
        look();
      }),
    pid: child.pid ?? 0,
    temporary,
  };
}

/** What a demo that has ended must not have left: servers, processes of its group, files. */
async function expectGone({ stderr, pid, temporary }: Started): Promise<void> {
  const ports = [...stderr().matchAll(/:(\d{5})\b|(?:PostgreSQL|Redis) on (\d+)/g)].map((found) =>
    Number(found[1] ?? found[2]),
  );
  expect(ports.length).toBeGreaterThanOrEqual(4);
  for (const port of ports) expect(await listens(port), `port ${port}`).toBe(false);
  const processes = execFileSync('ps', ['-A', '-o', 'pgid=,stat=,args='], { encoding: 'utf8' }).split('\n');
  // A zombie has ended; only whoever adopted it has not asked for its code yet.
  expect(processes.filter((line) => Number.parseInt(line, 10) === pid && !/^ *\d+ +Z/.test(line))).toEqual([]);
  // What initdb made is kept for the next start, on purpose; tsx keeps its own cache.
  expect(readdirSync(temporary).filter((name) => !/^(?:svcheck-pgdata-|tsx-)/.test(name))).toEqual([]);
}

function listens(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.on('connect', () => done(true)).on('error', () => done(false));
    socket.on('connect', () => socket.destroy());
  });
}

describe('the demo', () => {
  it('audits a healthy deployment: 0, and what is left for a person', async () => {
    const started = demo();
    expect(await started.code, started.stderr()).toBe(0);
    expect(started.stderr()).toMatch(/^A shop on loopback, up after \d+\.\d s: site https:\/\/app\.shop\.test:\d+/);
    expect(started.stdout()).toMatch(/^Not Ready · \d+ manual · \d+ pass/m);
    expect(started.stdout()).not.toMatch(/\d (?:fail|error)/);
    expect(started.stdout()).toMatch(/^exit 0: /m);
    await expectGone(started);
  });

  it('plants a fault with --break: 1, and the line is named', async () => {
    const started = demo('--break', 'redis-eviction');
    expect(await started.code, started.stderr()).toBe(1);
    expect(started.stderr()).toContain('Planted: Redis evicts nothing');
    expect(started.stdout()).toMatch(/✗ Eviction policy set \(allkeys-lru\) +fail redis\.eviction/);
    expect(started.stdout()).toMatch(/^exit 1: redis\.eviction/m);
    await expectGone(started);
  });

  it('names all faults with --list, and starts nothing', async () => {
    const started = demo('--list');
    expect(await started.code).toBe(0);
    const lines = started.stdout().trimEnd().split('\n');
    expect(lines.map((line) => line.split(' ')[0])).toEqual(faults.map(({ name }) => name));
    expect(started.stderr()).toBe('');
  });

  it.each([
    [
      ['--break', 'redis-evicton'],
      'svcheck demo: --break redis-evicton: there is no such fault; did you mean redis-eviction?\n',
    ],
    [
      ['--break', 'nothing-like-it'],
      'svcheck demo: --break nothing-like-it: there is no such fault; --list names them\n',
    ],
    [['--frist'], /^svcheck demo: Unknown option '--frist'/],
  ])('%j is a mistake of one line: 64', async (args, message) => {
    const started = demo(...args);
    expect(await started.code).toBe(64);
    if (typeof message === 'string') expect(started.stderr()).toBe(message);
    else expect(started.stderr()).toMatch(message);
    expect(started.stdout()).toBe('');
  });

  it('stays up with --keep until it is interrupted, and says how to audit it', async () => {
    const started = demo('--keep');
    await started.said(/Ctrl-C stops it\./);
    const [, folder = '', command = ''] =
      /\n {2}cd (\S+) && (node \S+svcheck\.mjs audit --allow-exec --trust-host \S+)\n/.exec(started.stderr()) ?? [];
    const [, ...args] = command.split(' ');
    const again = spawn(process.execPath, args, { cwd: folder, env: { ...process.env, CI: 'true' }, stdio: 'ignore' });
    expect(await new Promise((done) => again.on('close', done))).toBe(0);
    process.kill(started.pid, 'SIGINT');
    expect(await started.code).toBe(0);
    expect(existsSync(folder)).toBe(false);
    await expectGone(started);
  });

  it('stops all when it is ended during the audit: 130', async () => {
    const started = demo();
    await started.said(/Its settings and files/);
    process.kill(started.pid, 'SIGTERM');
    expect(await started.code, started.stderr()).toBe(130);
    await expectGone(started);
  });

  it('is a command of the package', async () => {
    const { code, stdout, stderr } = await svcheck(['demo', '--list'], { cwd: folderWith({}) });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('\nredis-eviction ');
  });

  it('says what it needs where the package has no development dependencies', async () => {
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    const installed = folderWith({ 'package.json': readFileSync(join(root, 'package.json')) });
    cpSync(join(root, 'dist'), join(installed, 'dist'), { recursive: true });
    for (const name of Object.keys(dependencies)) {
      mkdirSync(dirname(join(installed, 'node_modules', name)), { recursive: true });
      symlinkSync(join(root, 'node_modules', name), join(installed, 'node_modules', name));
    }
    const bin = join(installed, 'dist/svcheck.mjs');
    const { code, stdout, stderr } = await svcheck(['demo'], { cwd: installed, bin });
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    expect(stderr).toBe(
      'svcheck: the demo needs a checkout of svcheck with its development dependencies, and PostgreSQL 15, Redis, age and git: in the checkout, npm ci && npm run demo\n',
    );
  });
});
