import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Deployment, startDeployment } from '../../fixtures/demo/deployment.ts';
import type { Fault } from '../../fixtures/faults/index.ts';
import type { Report } from '../../src/core/report.ts';
import { auditIn, decisionsOf, flipsOf } from '../support/audit.ts';

/** Plants each fault in turn in one demo: exactly its lines flip; then its fix is applied, and all is put back. */
export function describeFaults(group: string, faults: readonly Fault[]): void {
  describe(`faults of the ${group}`, () => {
    const demo = demoForTests();
    it('have a healthy demo to start from', () => {
      const unwell = demo().healthy.results.filter(({ status }) => status === 'fail' || status === 'error');
      expect(unwell).toEqual([]);
    });
    it.each(faults)('$name: $what', async ({ plant, flips, mend }) => {
      const { shop, healthy } = demo();
      try {
        await plant(shop);
        const report = await auditIn(shop.folder);
        expect(flipsOf(healthy, report)).toEqual(flips);
        if (mend) {
          const fix = report.results.find(({ id }) => id === mend.line)?.fix ?? '';
          expect(fix).toMatch(mend.says);
          await mend.apply(shop, mend.says.exec(fix) as RegExpExecArray);
          expect(statusOf(await auditIn(shop.folder, { only: [mend.line] }), mend.line)).toBe('pass');
        }
      } finally {
        await shop.heal();
      }
      const lines = Object.keys(flips);
      const healed = decisionsOf(await auditIn(shop.folder, { only: lines }));
      for (const line of lines) expect(healed.get(line), `${line} after healing`).toBe(decisionsOf(healthy).get(line));
    });
  });
}

const statusOf = (report: Report, line: string) => report.results.find(({ id }) => id === line)?.status;

/** A demo that runs as long as the tests of a file, and the report of it unbroken. */
export function demoForTests(): () => { shop: Deployment; healthy: Report } {
  let running: { shop: Deployment; healthy: Report } | undefined;
  const { XDG_CACHE_HOME } = process.env;
  beforeAll(async () => {
    const shop = await startDeployment();
    makePatient(shop);
    process.env.XDG_CACHE_HOME = shop.cacheHome;
    running = { shop, healthy: await auditIn(shop.folder) };
  });
  afterAll(async () => {
    if (XDG_CACHE_HOME === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = XDG_CACHE_HOME;
    await running?.shop.stop();
  });
  return () => {
    if (!running) throw new Error('the demo did not start');
    return running;
  };
}

/** On a machine that runs other tests beside, a healthy endpoint may take longer than a second. */
function makePatient({ folder }: Deployment): void {
  const file = join(folder, 'svcheck.yaml');
  const settings = readFileSync(file, 'utf8');
  writeFileSync(file, settings.replace(/^expect:$/m, 'expect:\n  application.health: { max-ms: 3000 }'));
}
