import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { svcheck } from '../support/cli.ts';
import { folderWith } from '../support/folder.ts';

const run = (args: readonly string[], files: Record<string, string> = {}, env: Record<string, string> = {}) =>
  svcheck(args, { cwd: folderWith(files), env });

describe('usage', () => {
  it('says its version', async () => {
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
      version: string;
    };
    expect(await run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('helps', async () => {
    const { code, stdout } = await run(['--help']);
    expect(code).toBe(0);
    for (const command of ['audit', 'list', 'explain', 'config', 'demo']) expect(stdout).toContain(`  ${command}`);
  });

  it.each([
    [['audti'], /unknown command 'audti'/],
    [['audit', '--no-such-flag'], /unknown option '--no-such-flag'/],
    [
      ['audit', '--only', 'redis.evictoin'],
      /^svcheck: --only: nothing is named redis\.evictoin; did you mean redis\.eviction\?\n$/,
    ],
    [['audit', '--skip', 'nothing.*'], /^svcheck: --skip: nothing is named nothing\.\*; svcheck list shows all\n$/],
    [['audit', '--phase', 'predeploy'], /^svcheck: --phase: nothing is named predeploy; did you mean pre-deploy\?\n$/],
    [['audit', '--format', 'xml'], /^svcheck: --format xml: expected one of human, json, ndjson, junit, github\n$/],
    [['audit', '--format', 'sarif'], /^svcheck: --format sarif is not in this version yet/],
    [['audit', '-o', 'report'], /^svcheck: -o report: its extension names no format; write FORMAT=report\n$/],
    [['audit', '--timeout', 'soon'], /expected a time such as 10s, 500ms or 2m/],
    [['audit', '--fail-on', 'bad'], /^svcheck: --fail-on bad: expected some of fail, error, manual, warning\n$/],
    [
      ['audit', '--fail-on', 'regression'],
      /^svcheck: --fail-on regression needs --baseline, which is not in this version yet\n$/,
    ],
    [['audit', '--as-of', '2020-01-01'], /^svcheck: --as-of 2020-01-01 is past/],
    [['audit', '--as-of', 'tomorrow'], /^svcheck: --as-of tomorrow: expected a date such as 2027-02-01\n$/],
    [['audit', '--target', 'staging'], /^svcheck: no svcheck\.yaml found, so no targets: no target staging\n$/],
    [['audit', '--config', 'none.yaml'], /^svcheck: none\.yaml: no such file; expected a readable settings file\n$/],
    [['audit', '--policy', 'main'], /^svcheck: --policy main: no svcheck\.yaml found/],
    [
      ['explain', 'redis.evicton'],
      /^svcheck: explain: nothing is named redis\.evicton; did you mean redis\.eviction\?\n$/,
    ],
    [['config', 'check'], /^svcheck: no svcheck\.yaml found here or above/],
    [['watch'], /^svcheck: svcheck watch is not in this version yet\n$/],
    [['attest', 'redis.eviction', '--until', '2027-01-01'], /^svcheck: svcheck attest is not in this version yet\n$/],
    [['demo', '--break', 'no-such-fault'], /no-such-fault/],
  ])('%j is a mistake of one line: 64', async (args, message) => {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('    at ');
  });
});

describe('svcheck.yaml, as a process', () => {
  it('with a mistake is one line with file, line and column: 64', async () => {
    expect(await run(['audit'], { 'svcheck.yaml': 'version: 1\nstie: {}\n' })).toEqual({
      code: 64,
      stdout: '',
      stderr: 'svcheck: svcheck.yaml:2:1: unknown setting stie; did you mean site?\n',
    });
  });

  it('config check names every mistake of every target', async () => {
    const yaml = 'instances: x\ntargets:\n  staging:\n    active: maybe\n';
    const { code, stderr } = await run(['config', 'check'], { 'svcheck.yaml': yaml });
    expect(code).toBe(64);
    expect(stderr.split('\n').filter((line) => line.includes('svcheck.yaml:'))).toEqual([
      'svcheck: svcheck.yaml:1:12: instances: expected number, received string',
      'svcheck: svcheck.yaml:4:13: active: expected boolean, received string',
    ]);
  });

  it('config check says that a good one is', async () => {
    const { code, stdout } = await run(['config', 'check'], {
      'svcheck.yaml': 'version: 1\ntargets: { staging: {} }\n',
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/svcheck\.yaml: valid \(root, staging\)\n$/);
  });

  it('config print masks secrets', async () => {
    const yaml = 'postgres: { url: "${DB}" }\nsite: { url: "https://a.test", headers: { X-Key: "${KEY}" } }\n';
    const env = { DB: 'postgres://app:hunter2hunter2@db.test/app', KEY: 'verysecretkey' };
    for (const format of ['human', 'json']) {
      const { code, stdout } = await run(['config', 'print', '--format', format], { 'svcheck.yaml': yaml }, env);
      expect(code).toBe(0);
      expect(stdout).not.toMatch(/hunter2|verysecret/);
      expect(stdout).toContain('https://a.test');
    }
  });
});

describe('an audit of a directory', () => {
  it('without svcheck.yaml contacts nobody and says so in the first line', async () => {
    const env = 'NODE_ENV=development\nDATABASE_URL=postgres://app:hunter2hunter2@127.0.0.1:1/app\n';
    const { code, stdout } = await run(['audit'], { '.env': env });
    expect(stdout.split('\n')[0]).toMatch(/^svcheck \d+\.\d+\.\d+ · production · read \.env · contacted nobody$/);
    expect(stdout).toContain('add: --live');
    expect(stdout).not.toContain('hunter2');
    expect(code).toBe(1); // NODE_ENV is not production
  });

  it('--dry-run says whom it would contact', async () => {
    const env =
      'DATABASE_URL=postgres://app:hunter2hunter2@db.test/app\nREDIS_URL=rediss://:hunter2hunter2@redis.test:6380\n';
    const { code, stdout } = await run(['audit', '--dry-run'], { '.env': env });
    expect(code).toBe(0);
    expect(stdout).toBe(
      'target production\nfiles read: .env\nwould contact, with --live:\n  db.test:5432 (PostgreSQL)\n  redis.test:6380 (Redis)\n',
    );
  });

  it('skipped lines are printed as skipped, in the document’s order', async () => {
    const { stdout } = await run(['audit', '--only', 'env', '--skip', 'env.cors', '--format', 'json'], {
      '.env': 'A=b\n',
    });
    const { results } = JSON.parse(stdout) as { results: { id: string; status: string }[] };
    expect(results).toHaveLength(115);
    expect(results[0]?.id).toBe('env.variables');
    expect(results.find(({ id }) => id === 'env.cors')?.status).toBe('skipped');
    expect(results.find(({ id }) => id === 'redis.eviction')?.status).toBe('skipped');
    expect(results.find(({ id }) => id === 'env.node-env')?.status).not.toBe('skipped');
  });

  it('writes reports by extension and by name, whatever goes to the screen', async () => {
    const cwd = folderWith({ '.env': 'A=b\n' });
    await svcheck(['audit', '-o', 'out/report.json', '-o', 'junit=out/report.txt'], { cwd });
    expect(JSON.parse(readFileSync(join(cwd, 'out/report.json'), 'utf8'))).toMatchObject({
      schema: 1,
      target: 'production',
    });
    expect(readFileSync(join(cwd, 'out/report.txt'), 'utf8')).toMatch(/^<\?xml /);
  });

  it('appends a summary for GitHub', async () => {
    const cwd = folderWith({ '.env': 'NODE_ENV=test\n' });
    await svcheck(['audit', '--format', 'github'], { cwd, env: { GITHUB_STEP_SUMMARY: join(cwd, 'summary.md') } });
    expect(readFileSync(join(cwd, 'summary.md'), 'utf8')).toContain('## svcheck: production is Not Ready');
  });

  it('--require ready exits 3 where only manual lines are left', async () => {
    const files = { 'svcheck.yaml': 'env: { files: [] }\n' };
    expect((await run(['audit', '--only', 'month-1', '--phase', 'month-1'], files)).code).toBe(0);
    expect((await run(['audit', '--only', 'month-1', '--phase', 'month-1', '--require', 'ready'], files)).code).toBe(3);
  });
});

describe('explain and list', () => {
  it('explain tells rule, ways, reasons and sources', async () => {
    const { code, stdout } = await run(['explain', 'redis.eviction']);
    expect(code).toBe(0);
    for (const part of ['Why', 'Passes', 'Fails', 'Ways, in order', 'Reasons', 'Sources'])
      expect(stdout).toContain(`\n${part}\n`);
  });

  it('list has every line, and what it needs', async () => {
    const { code, stdout } = await run(['list', '--format', 'json'], { '.env': 'REDIS_URL=redis://:x@127.0.0.1:1\n' });
    expect(code).toBe(0);
    const rows = JSON.parse(stdout) as { id: string; configured: boolean; needs: string[] }[];
    expect(rows).toHaveLength(140);
    expect(rows.find(({ id }) => id === 'redis.eviction')).toMatchObject({ configured: true });
    expect(rows.find(({ id }) => id === 'database.provisioned')).toMatchObject({
      configured: false,
      needs: ['postgres.url'],
    });
  });
});
