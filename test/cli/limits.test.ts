import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSilent, type TcpServer } from '../../fixtures/servers/tcp.ts';
import { svcheck } from '../support/cli.ts';
import { folderWith } from '../support/folder.ts';

interface Line {
  id: string;
  status: string;
  reason: string;
  add?: string;
}
const linesOf = (stdout: string) => (JSON.parse(stdout) as { results: Line[] }).results;

describe('a site and a database that accept and say nothing', () => {
  let silent: TcpServer;
  beforeAll(async () => {
    silent = await startSilent();
  });
  afterAll(() => silent.stop());

  it('are errors at the deadline; lines that have nothing to do with them are decided', async () => {
    const address = `127.0.0.1:${silent.port}`;
    const env = `NODE_ENV=development\nORIGIN=https://${address}\nDATABASE_URL=postgres://app:x@${address}/app\n`;
    const { code, stdout, stderr } = await svcheck(['audit', '--live', '--deadline', '4s', '--format', 'json'], {
      cwd: folderWith({ '.env': env }),
    });
    expect(stderr).toBe('');
    expect(code).toBe(1);
    const lines = linesOf(stdout);
    expect(lines).toHaveLength(115);
    const of = (id: string) => lines.find((line) => line.id === id);
    expect(of('application.health')?.status).toBe('error');
    expect(of('database.ssl')?.status).toBe('error');
    expect(of('env.auth-secret')).toMatchObject({ status: 'fail', reason: 'unset' });
    expect(of('env.node-env')?.status).toBe('fail');
  });
});

describe('commands of svcheck.yaml', () => {
  const yaml = 'logs: { command: [touch, ran] }\nenv: { files: [.env] }\n';
  const run = async (env: Record<string, string>) => {
    const cwd = folderWith({ 'svcheck.yaml': yaml, '.env': 'A=b\n' });
    const { stdout } = await svcheck(['audit', '--only', 'application.logging', '--format', 'json'], { cwd, env });
    return { ran: existsSync(join(cwd, 'ran')), line: linesOf(stdout).find(({ id }) => id === 'application.logging') };
  };

  it.each(['0', 'false', 'no', ''])('do not run with SVCHECK_ALLOW_EXEC=%j', async (value) => {
    const { ran, line } = await run({ SVCHECK_ALLOW_EXEC: value });
    expect(ran).toBe(false);
    expect(line).toMatchObject({ status: 'manual', add: '--allow-exec' });
  });

  it('run with SVCHECK_ALLOW_EXEC=1', async () => {
    expect((await run({ SVCHECK_ALLOW_EXEC: '1' })).ran).toBe(true);
  });
});
