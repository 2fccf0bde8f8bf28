import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UsageError } from '../exit.ts';
import { ownPackage } from '../package.ts';

export interface DemoOptions {
  break?: string;
  list?: boolean;
  keep?: boolean;
}

/** `svcheck demo`: the deployment lies in a checkout's fixtures, not in the package. */
export async function demoCommand(options: DemoOptions): Promise<void> {
  const { root } = ownPackage();
  const main = join(root, 'fixtures/demo/main.ts');
  const loader = join(root, 'node_modules/tsx/dist/loader.mjs');
  if (!existsSync(main) || !existsSync(loader)) {
    throw new UsageError(
      'the demo needs a checkout of svcheck with its development dependencies, and PostgreSQL 15, Redis, age and git: in the checkout, npm ci && npm run demo',
    );
  }
  const flags = [
    options.list && '--list',
    options.keep && '--keep',
    options.break && `--break=${options.break}`,
  ].filter((flag) => typeof flag === 'string');
  const child = spawn(process.execPath, ['--import', pathToFileURL(loader).href, main, ...flags], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  process.exitCode = await new Promise<number>((done) => {
    child.on('exit', (code, signal) => done(code ?? (signal ? 130 : 70)));
  });
}
