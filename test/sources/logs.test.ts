import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { findProgram } from '../../fixtures/servers/process.ts';
import type { FactStore } from '../../src/engine/store.ts';
import { maskedShape, shapeOf } from '../../src/sources/logs/shape.ts';
import { unwrap } from '../../src/sources/logs/unwrap.ts';
import { type LookOptions, storeFor } from '../support/gathering.ts';
import { tree } from '../support/tree.ts';

const stores: FactStore[] = [];
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
});

function look(base: string, logs: Record<string, unknown>, options: LookOptions = {}) {
  const store = storeFor({ base, settings: { logs }, ...options });
  stores.push(store);
  return store.get('logs.shape');
}

const ofText = (text: string | Uint8Array, options?: LookOptions) =>
  look(tree({ 'app.log': text }).path, { file: 'app.log' }, options);

const line = (n: number, level = 30) =>
  `{"level":${level},"time":${1764000000000 + n},"pid":1,"hostname":"web-1","msg":"request ${n} done"}`;
const lines = (count: number, from = 0) => Array.from({ length: count }, (_, n) => line(from + n));

describe('a line of each logger has level, time and message', () => {
  test.each([
    [
      'pino',
      '{"level":30,"time":1764000000000,"pid":7,"hostname":"web-1","reqId":"req-1","msg":"request completed"}',
      'info',
    ],
    [
      'bunyan',
      '{"name":"app","hostname":"web-1","pid":7,"level":50,"msg":"no","time":"2026-11-24T12:00:00.000Z","v":0}',
      'error',
    ],
    ['winston', '{"level":"warn","message":"slow","timestamp":"2026-11-24T12:00:00.000Z"}', 'warn'],
    ['zap', '{"level":"info","ts":1764000000.123,"caller":"main.go:7","msg":"up"}', 'info'],
    ['zerolog', '{"level":"debug","time":1764000000,"message":"up"}', 'debug'],
    ['logrus', '{"level":"warning","msg":"up","time":"2026-11-24T12:00:00+01:00"}', 'warn'],
    ['slog, between two levels', '{"time":"2026-11-24T12:00:00.123456789Z","level":"DEBUG-4","msg":"up"}', 'debug'],
    [
      'ECS, flat',
      '{"@timestamp":"2026-11-24T12:00:00.000Z","log.level":"INFO","message":"up","ecs.version":"8.10.0"}',
      'info',
    ],
    ['ECS, nested', '{"@timestamp":"2026-11-24T12:00:00.000Z","log":{"level":"error"},"message":"up"}', 'error'],
    ['Google Cloud', '{"severity":"NOTICE","timestamp":{"seconds":1764000000,"nanos":0},"message":"up"}', 'notice'],
    [
      'OpenTelemetry',
      '{"timeUnixNano":"1764000000000000000","severityText":"Info","body":{"stringValue":"up"}}',
      'info',
    ],
    ['Serilog', '{"@t":"2026-11-24T12:00:00.0000000Z","@mt":"up {Port}","@l":"Verbose","Port":80}', 'trace'],
    ['structlog', '{"event":"up","level":"critical","timestamp":"2026-11-24T12:00:00.000000Z"}', 'fatal'],
    ['python-json-logger', '{"asctime":"2026-11-24 12:00:00,123","levelname":"INFO","message":"up"}', 'info'],
    ['GELF', '{"version":"1.1","host":"web","short_message":"up","timestamp":1764000000.5,"level":7}', 'debug'],
    ['Logstash', '{"@timestamp":"2026-11-24T12:00:00.000+0000","level":"INFO","message":"up"}', 'info'],
  ])('%s', (_logger, text, level) => {
    expect(shapeOf(text)).toEqual({ json: true, fault: null, level });
  });

  test.each([
    ['2026-11-24 12:00:00 INFO up', 'not-json'],
    ['"a string"', 'not-json'],
    ['[1,2]', 'not-json'],
    ['{"time":1764000000000,"msg":"up"}', 'no-level'],
    ['{"level":"","time":1764000000000,"msg":"up"}', 'no-level'],
    ['{"level":30,"msg":"up"}', 'no-time'],
    ['{"level":30,"time":"soon","msg":"up"}', 'no-time'],
    ['{"level":30,"time":12,"msg":"up"}', 'no-time'],
    ['{"level":30,"time":1764000000000}', 'no-message'],
    ['{"level":30,"time":1764000000000,"msg":{"a":1}}', 'no-message'],
  ])('%s: %s', (text, fault) => {
    expect(shapeOf(text).fault).toBe(fault);
  });

  test('winston’s verbose is no debug level, and a level of one’s own is a level', () => {
    expect(shapeOf('{"level":"verbose","time":1764000000000,"msg":"up"}')).toMatchObject({
      fault: null,
      level: 'other',
    });
    expect(shapeOf('{"level":"audit","time":1764000000000,"msg":"up"}')).toMatchObject({ fault: null, level: 'other' });
  });
});

describe('the sample', () => {
  test('is the last 1,000 lines of a longer file', async () => {
    const old = Array.from({ length: 500 }, () => 'plain text');
    expect(await ofText([...old, ...lines(1000), ''].join('\n'))).toMatchObject({
      state: 'known',
      where: 'the last 1000 lines of app.log',
      value: { lines: 1000, json: 1000, structured: 1000, faults: {}, levels: { info: 1000 }, bad: [] },
    });
  });

  test('of a file beyond 8 MB is read from its end, and its cut first line is left out', async () => {
    const long = `{"level":30,"time":1764000000000,"msg":"${'x'.repeat(12_000)}"}`;
    const fact = await ofText(`${Array.from({ length: 900 }, () => long).join('\n')}\n`);
    expect(fact).toMatchObject({ state: 'known', value: { faults: {} } });
    const count = fact.state === 'known' ? fact.value.lines : 0;
    expect(count).toBe(Math.floor((8 * 1024 * 1024) / (long.length + 1)));
  });

  test('shows what is not structured without its content', async () => {
    const fact = await ofText(
      ['Nov 24 12:00:00 web-1 Login of jane.doe@example.com failed: hunter2!', line(1, 20), '', '{"msg":"päss"}'].join(
        '\r\n',
      ),
    );
    expect(fact).toMatchObject({
      value: {
        lines: 3,
        json: 2,
        structured: 1,
        faults: { 'not-json': 1, 'no-level': 1 },
        levels: { debug: 1 },
        bad: [
          { line: 1, fault: 'not-json', shape: 'xxx 99 99:99:99 xxx-9 xxxxx xx xxxx.xxx*xxxxxxx.xxx xxxxxx: xxxxxx9*' },
          { line: 3, fault: 'no-level', shape: '{"xxx":"xxxx"}' },
        ],
      },
    });
    expect(JSON.stringify(fact)).not.toMatch(/jane|hunter|päss/);
  });

  test('leaves out a last line that is being written just now', async () => {
    expect(await ofText(`${line(1)}\n{"level":30,"time":17640`)).toMatchObject({ value: { lines: 1, structured: 1 } });
    expect(await ofText(`${line(1)}\n${line(2)}`)).toMatchObject({ value: { lines: 2, structured: 2 } });
  });

  test('an empty file has no lines, and one that was rotated says where they are', async () => {
    expect(await ofText('')).toMatchObject({ state: 'known', value: { lines: 0, note: '' } });
    const folder = tree({ 'app.log': '', 'app.log.1': line(1) });
    expect(await look(folder.path, { file: 'app.log' })).toMatchObject({
      value: { lines: 0, note: expect.stringContaining('app.log.1') },
    });
  });

  test('what runtimes wrap around lines is taken off', () => {
    const docker = JSON.stringify({ log: `${line(1)}\n`, stream: 'stdout', time: '2026-11-24T12:00:00.000Z' });
    const journald = JSON.stringify({ __REALTIME_TIMESTAMP: '1764000000000000', PRIORITY: '6', MESSAGE: line(2) });
    const [start, end] = [line(3).slice(0, 30), line(3).slice(30)];
    expect(
      unwrap([
        docker,
        journald,
        `2026-11-24T12:00:00.123456789Z stdout P ${start}`,
        `2026-11-24T12:00:00.123456790Z stdout F ${end}`,
        `web-1  | ${line(4)}`,
        `[pod/web-5d/app] ${line(5)}`,
        line(6),
        'plain | text',
      ]),
    ).toEqual([line(1), line(2), line(3), line(4), line(5), line(6), 'plain | text']);
  });
});

describe('a file that cannot be read', () => {
  test.each([
    ['binary', Buffer.from('{"level":30}\u0000\u0001\n'), 'malformed', 'no text'],
    ['compressed', gzipSync(line(1)), 'malformed', 'compressed'],
    ['without any end of a line', 'x'.repeat(9 * 1024 * 1024), 'too-large', 'no end of a line'],
  ])('%s', async (_what, content, cause, because) => {
    expect(await ofText(content)).toMatchObject({
      state: 'unreachable',
      cause,
      because: expect.stringContaining(because),
    });
  });

  test('missing, a folder, a named pipe', async () => {
    const folder = tree({ 'logs/a.log': '' });
    expect(await look(folder.path, { file: 'none.log' })).toMatchObject({
      state: 'unreachable',
      cause: 'malformed',
      fix: expect.stringContaining('logs.file'),
    });
    expect(await look(folder.path, { file: 'logs' })).toMatchObject({
      state: 'unreachable',
      because: expect.stringContaining('no regular file'),
    });
    execFileSync(findProgram('mkfifo'), [join(folder.path, 'pipe')]);
    expect(await look(folder.path, { file: 'pipe' })).toMatchObject({
      state: 'unreachable',
      because: expect.stringContaining('no regular file'),
    });
  });

  test('none configured', async () => {
    const store = storeFor({ base: tree().path });
    stores.push(store);
    expect(await store.get('logs.shape')).toMatchObject({ state: 'absent', add: 'logs' });
  });
});

describe('a command', () => {
  const print = (text: string) => ({ command: ['node', '-e', `process.stdout.write(${JSON.stringify(text)})`] });

  test('is run in the folder of the settings, and its lines are read', async () => {
    const folder = tree({ 'app.log': `${lines(3).join('\n')}\n` });
    expect(await look(folder.path, { command: ['tail', '-n', '2', 'app.log'] })).toMatchObject({
      state: 'known',
      value: { source: 'tail -n 2 app.log', lines: 2, structured: 2 },
    });
  });

  test('runs once for both lines that read the log', async () => {
    const folder = tree();
    const store = storeFor({
      base: folder.path,
      settings: { logs: { command: ['sh', '-c', `echo x >> ran; echo '${line(1)}'`] } },
    });
    stores.push(store);
    await Promise.all([store.get('logs.shape'), store.get('logs.personal')]);
    expect(readFileSync(join(folder.path, 'ran'), 'utf8')).toBe('x\n');
  });

  test('does not run without --allow-exec', async () => {
    const folder = tree();
    const fact = await look(folder.path, { command: ['touch', 'ran'] }, { allowExec: false });
    expect(fact).toMatchObject({ state: 'absent', add: '--allow-exec' });
    expect(existsSync(join(folder.path, 'ran'))).toBe(false);
  });

  test('that is not there, or fails, is said in its own words', async () => {
    expect(await look(tree().path, { command: ['no-such-program-here'] })).toMatchObject({
      state: 'unreachable',
      cause: 'not-permitted',
      because: expect.stringContaining('cannot be started'),
    });
    const failing = { command: ['sh', '-c', 'echo "pod not found" >&2; exit 3'] };
    expect(await look(tree().path, failing)).toMatchObject({
      state: 'unreachable',
      because: 'it ended with 3: pod not found',
    });
  });

  test('that does not end is killed with what it started', async () => {
    const folder = tree();
    const endless = { command: ['sh', '-c', 'sleep 300 & echo $! > child; wait'] };
    const fact = await look(folder.path, endless, { limits: { timeoutMs: 600 } });
    expect(fact).toMatchObject({ state: 'unreachable', cause: 'timeout' });
    const child = Number(readFileSync(join(folder.path, 'child'), 'utf8'));
    for (let tries = 0; tries < 100 && alive(child); tries += 1) await sleep(20);
    expect(alive(child)).toBe(false);
  });

  test('that prints much keeps its end, and without end is stopped', async () => {
    const much = await look(tree().path, {
      command: ['sh', '-c', `yes 'plain text' | head -c 20000000; echo; echo '${line(1)}'`],
    });
    expect(much).toMatchObject({ state: 'known', value: { lines: 1000, json: 1 } });
    expect(await look(tree().path, { command: ['yes'] }, { limits: { timeoutMs: 30_000 } })).toMatchObject({
      state: 'unreachable',
      cause: 'too-large',
    });
  });

  test('that prints nothing has no lines', async () => {
    expect(await look(tree().path, print(''))).toMatchObject({ state: 'known', value: { lines: 0 } });
  });
});

/** A process that has ended and whom nobody waited for is a zombie: it runs no more. */
function alive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z');
}

test('a file that this user may not read', async () => {
  const folder = tree({ 'app.log': line(1) });
  chmodSync(join(folder.path, 'app.log'), 0o000);
  // Root may read it all the same.
  const expected = process.getuid?.() === 0 ? { state: 'known' } : { state: 'unreachable', cause: 'not-permitted' };
  expect(await look(folder.path, { file: 'app.log' })).toMatchObject(expected);
});

describe('whatever a line holds', () => {
  test('looking at it never throws, and its shape has no letter or digit of it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.json()), (text) => {
        shapeOf(text);
        unwrap([text, text]);
        expect(maskedShape(text)).toMatch(/^[x9\s{}[\]":,=().|/<>*-]*$/);
      }),
    );
  });
});
