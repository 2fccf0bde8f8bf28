import { join } from 'node:path';
import { startDeployment } from '../../fixtures/demo/deployment.ts';
import { line, median, type Run, runNode, times } from './measure.ts';

const bin = join(import.meta.dirname, '../../dist/svcheck.mjs');
const ROUNDS = 5;

/** One source each: the lines that look through it alone. */
const sources: Readonly<Record<string, readonly string[]>> = {
  env: ['env.auth-secret', 'env.variables'],
  postgres: ['database.provisioned', 'database.ssl', 'database.pool'],
  redis: ['redis'],
  site: ['headers', 'auth.hsts', 'auth.cookies', 'application.health'],
  tls: ['auth.https'],
  backups: ['backups'],
  application: ['application.built', 'application.dependencies', 'application.error-tracking'],
  git: ['env.vault', 'secrets'],
};

/** The whole audit of the demo against its slowest source alone, each as a process of its own, in turn. */
export async function benchAudit(): Promise<void> {
  const shop = await startDeployment();
  const run = (only: readonly string[]) =>
    runNode([bin, 'audit', '--allow-exec', ...only.flatMap((glob) => ['--only', glob])], shop.folder, {
      XDG_CACHE_HOME: shop.cacheHome,
    });
  try {
    await run([]); // what an audit remembers is there for all
    const whole: Run[] = [];
    const alone = new Map<string, Run[]>(Object.keys(sources).map((name) => [name, []]));
    for (let round = 0; round < ROUNDS; round += 1) {
      whole.push(await run([]));
      for (const [name, only] of Object.entries(sources)) alone.get(name)?.push(await run(only));
    }
    const medians = [...alone].map(([name, runs]) => ({ name, ms: median(times(runs)) })).sort((a, b) => b.ms - a.ms);
    const slowest = medians[0] ?? { name: 'none', ms: Number.NaN };
    const ms = median(times(whole));
    for (const { name, ms: own } of medians) line(`  ${name} alone`, `${own.toFixed(0)} ms`, '');
    line(
      'whole audit of the demo',
      `${ms.toFixed(0)} ms`,
      `at most ${(1.3 * slowest.ms + 200).toFixed(0)} ms: 1.3 x ${slowest.name} + 200`,
    );
    line('whole audit / slowest source', (ms / slowest.ms).toFixed(2), '');
    line('its peak memory', `${median(whole.map(({ megabytes }) => megabytes)).toFixed(0)} MB`, 'at most 200 MB');
  } finally {
    await shop.stop();
  }
}
