import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSilent, type TcpServer } from '../../fixtures/servers/tcp.ts';
import { svcheck } from '../support/cli.ts';
import { folderWith } from '../support/folder.ts';

describe('Ctrl-C', () => {
  let silent: TcpServer;
  beforeAll(async () => {
    silent = await startSilent();
  });
  afterAll(() => silent.stop());

  it('prints what there is, says what was not looked at, and exits 130', async () => {
    const yaml = `redis: { url: "redis://:aStrongPassword123@127.0.0.1:${silent.port}" }\nenv: { files: [.env] }\n`;
    const cwd = folderWith({ 'svcheck.yaml': yaml, '.env': 'NODE_ENV=test\n' });
    const args = ['audit', '--only', 'redis', '--only', 'env.node-env', '--timeout', '60s', '--format', 'json'];
    const { code, stdout, stderr } = await svcheck(args, { cwd, interruptAfterMs: 2500 });
    expect(code, stderr).toBe(130);
    const { interrupted, results } = JSON.parse(stdout) as {
      interrupted: boolean;
      results: { id: string; status: string; reason: string }[];
    };
    expect(interrupted).toBe(true);
    expect(results.find(({ id }) => id === 'redis.eviction')).toMatchObject({ status: 'error', reason: 'deadline' });
    expect(results.find(({ id }) => id === 'env.node-env')).toMatchObject({ status: 'fail' });
  });
});
